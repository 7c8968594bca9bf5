import HostModel
import Testing

@Suite struct VersionAndLineTests {
  @Test(arguments: [
    ("6.1.0-50-amd64", "6.1"), ("4.17.7", "4.17.7"), ("2.6.35", "2.6.35"), ("5", "5.0"),
    ("4.20.0", "4.20"),
  ])
  func `a version is the numbers at the start`(text: String, version: String) {
    #expect(Version(text)?.description == version)
  }

  @Test func `versions compare number by number`() throws {
    let versions = ["2.6.35", "3.1", "4.2.1", "4.2.5", "4.10", "4.20.2"].compactMap { Version($0) }
    #expect(versions == versions.sorted())
    #expect(Version("4.17") == Version("4.17.0"))
    #expect(Version("debian") == nil)
  }

  @Test func `the last value of an option counts`() {
    let line = CommandLine(parsing: "quiet pcie_aspm=force pcie_aspm=off root=\"LABEL=a b\"")
    #expect(line.value(of: "pcie_aspm") == "off")
    #expect(line.has("pcie_aspm=off") && !line.has("pcie_aspm=force"))
    #expect(line.value(of: "quiet") == "" && line.value(of: "quie") == nil)
    #expect(line.value(of: "root") == "\"LABEL=a b\"")
    #expect(line.value(of: "pcie_aspm.policy") == nil)
  }

  @Test(arguments: [
    ("03:00.0", "0000:03:00.0"), ("0000:ff:1f.7", "0000:ff:1f.7"),
    ("10000:e1:00.0", "10000:e1:00.0"),
  ])
  func `an address is printed with its domain`(text: String, printed: String) {
    #expect(PCIAddress(text)?.description == printed)
  }

  @Test(arguments: [
    "", "03:00", "03:20.0", "03:00.8", "3:0.0:1", "0000:100:00.0", "03:00.00", "xx:00.0",
  ])
  func `what is no address is refused`(text: String) {
    #expect(PCIAddress(text) == nil)
  }
}
