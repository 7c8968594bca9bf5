import HostModel
import TestSupport
import Testing

@testable import HostProbes

@Suite struct PCINamesTests {
  private static let file = """
    #
    # comment

    001c  PEAK-System Technik GmbH
    \t0001  PCAN-PCI CAN-Bus controller
    8086  Intel Corporation
    \t10d3  82574L Gigabit Network Connection
    \t\t103c 1533  NC382i
    \t1533  I210 Gigabit Network Connection
    c001  TSI Telsys
    \t10d3  not Intel's
    C 02  Network controller
    \t10d3  a class's
    \t00  Ethernet controller

    """

  private static let wanted: Set<UInt32> = [
    PCINames.key(0x8086, 0x10d3), PCINames.key(0x8086, 0x9999), PCINames.key(0x1234, 1),
  ]

  private func names(_ text: String, _ wanted: Set<UInt32> = wanted) -> PCINames {
    let bytes = Array(text.utf8)
    return PCINames(parsing: bytes.span, wanted: wanted)
  }

  @Test func `the wanted names are found, of the right vendor`() {
    let names = names(Self.file)
    #expect(names.vendors == [0x8086: "Intel Corporation"])
    #expect(names.devices == [0x8086_10d3: "82574L Gigabit Network Connection"])
  }

  @Test func `a vendor that looks like a class is a vendor`() {
    let names = names(Self.file.replacing("c001  TSI", with: "C001  TSI"), [0xc001_10d3])
    #expect(names.vendors == [0xc001: "TSI Telsys"])
    #expect(names.devices == [0xc001_10d3: "not Intel's"])
  }

  @Test func `line ends of another system leave no trace`() {
    let names = names(
      Self.file.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\r\n"))
    #expect(names.devices == [0x8086_10d3: "82574L Gigabit Network Connection"])
  }

  @Test func `a name that is cut off is no name`() {
    let names = names("8086  Intel Corporation\n\t10d3  82574L Gig")
    #expect(names.vendors == [0x8086: "Intel Corporation"])
    #expect(names.devices.isEmpty)
  }

  @Test(arguments: 0..<40)
  func `no cut in the file ends the program`(cut: Int) {
    let part = String(Self.file.prefix(Self.file.count * cut / 40))
    #expect(names(part).devices.count <= 1)
  }

  @Test(arguments: [
    "", "\n", "\t\n\t\t\n", "8086\n", "8086  \n", "\t10d3  orphan\n", "zzzz  x\n\t10d3  y\n",
    "8086  \t \n\t10d3   \r\n", "\u{0}\u{0}\n\u{fffd}\n",
  ])
  func `rubbish has no names`(text: String) {
    #expect(names(text).devices.isEmpty)
    #expect(names(text).vendors.isEmpty)
  }

  @Test func `a device that nobody named is called by its number, an unknown vendor not at all`()
    throws
  {
    let folder = TemporaryFolder()
    folder.write("pci.ids", Self.file)
    let source = PCINameSource(file: "\(folder.path)/pci.ids")
    let names = try source.names(of: [(0x8086, 0x10d3), (0x8086, 0x9999), (0x1234, 1)])
    #expect(
      names == [
        0x8086_10d3: "Intel Corporation 82574L Gigabit Network Connection",
        0x8086_9999: "Intel Corporation Device 9999",
      ])
  }

  @Test func `a named file that is not there is an error`() {
    let error = #expect(throws: ProbeError.self) {
      try PCINameSource(file: "/nonexistent/pci.ids").names(of: [(0x8086, 0x10d3)])
    }
    #expect(error?.kind == .inputMissing)
  }
}
