import QuirkProof
import TestSupport
import Testing

@Suite struct CommandTests {
  private func dump(_ machine: String, in folder: Tool.Folder) throws -> String {
    try folder.write(try Fixtures.machine(machine).dump, to: "\(machine).hex")
  }

  @Test func `the version is one line`() async throws {
    let outcome = try await Tool.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output == "0.1.0\n")
  }

  @Test func `scan is what runs without a command`() async throws {
    let folder = try Tool.Folder()
    let dump = try dump("nics-aspm-on", in: folder)
    let bare = try await Tool.run(["--pci-dump", dump])
    let named = try await Tool.run(["scan", "--pci-dump", dump])
    #expect(bare.status == 0)
    #expect(bare.output == named.output)
  }

  @Test func `bootline keeps the present words and adds the advice`() async throws {
    let folder = try Tool.Folder()
    let outcome = try await Tool.run([
      "bootline", "--style", "menu.lst", "--pci-dump", try dump("nics-aspm-on", in: folder),
      "--xen-line", "dom0_mem=2048M max_cstate=0", "--dom0-line",
      "root=/dev/sda5 console=tty0 pcie_aspm=off",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let text = """
      title Xen 4.22 (advised)
              kernel /boot/xen.gz dom0_mem=2048M max_cstate=0
              module /boot/vmlinuz root=/dev/sda5 console=tty0 pcie_aspm.policy=performance

      """
    #expect(outcome.output == text)
  }

  @Test func `bootline says when a line is not known`() async throws {
    let folder = try Tool.Folder()
    let outcome = try await Tool.run([
      "bootline", "--pci-dump", try dump("nics-aspm-on", in: folder),
    ])
    #expect(outcome.errors.contains("dom0's present line is not known"))
    #expect(outcome.output.contains("module /boot/vmlinuz pcie_aspm.policy=performance\n"))
  }

  @Test(arguments: [
    ("nics-aspm-on", "intel-82574-aspm-hang", "quirk"),
    ("nics-near", "intel-82574-aspm-hang", "absent"),
    ("nics-as-user", "intel-82574-aspm-hang", "blind"), ("nics-aspm-on", "01:00.0", "function"),
    ("iommu-5500-unknown", "intel-5500-intremap-errata", "handled"),
  ])
  func `explain is the golden text`(machine: String, subject: String, name: String) async throws {
    let folder = try Tool.Folder()
    var text = try Fixtures.machine(machine).dump
    if machine == "nics-as-user" {
      text = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter {
          !$0.hasPrefix("4") && !$0.hasPrefix("5") && !$0.hasPrefix("6") && !$0.hasPrefix("7")
        }
        .joined(separator: "\n")
    }
    let dump = try folder.write(text, to: "\(machine).hex")
    let outcome = try await Tool.run(
      ["explain", subject, "--pci-dump", dump, "--pci-ids", Tool.names])
    #expect(outcome.status == 0)
    let shown = outcome.output.replacing("\(folder.path)/", with: "")
    #expect(Golden.difference(shown, from: "Tests/Fixtures/golden/explain-\(name).txt") == nil)
  }

  @Test func `explain of nothing known says what is near`() async throws {
    let folder = try Tool.Folder()
    let dump = try dump("nics-near", in: folder)
    let outcome = try await Tool.run(["explain", "82574", "--pci-dump", dump])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("did you mean intel-82574-aspm-hang"))
    let missing = try await Tool.run(["explain", "ff:00.0", "--pci-dump", dump])
    #expect(missing.status == 66)
  }

  @Test func `the list of quirks can be narrowed by a tag`() async throws {
    let all = try await Tool.run(["quirks", "list"])
    let tagged = try await Tool.run(["quirks", "list", "--tag", "howto"])
    #expect(all.output.split(separator: "\n").count > tagged.output.split(separator: "\n").count)
    #expect(tagged.output.contains("linux-pcie-aspm-off-freezes\taspm"))
  }

  @Test func `an entry of one's own may name a built-in family, in a folder of its own`()
    async throws
  {
    let folder = try Tool.Folder()
    let entry = try await Tool.run(["quirks", "new", "my-nic-trouble", "--device", "8086:10d3"])
    _ = try folder.write(
      entry.output.replacing("pci = [\"8086:10d3\"]", with: "pci = [\"@intel-82574\"]"),
      to: "own/nic/a.toml")
    try folder.link("own/masked.toml", to: "/dev/null")
    let outcome = try await Tool.run([
      "scan", "--pci-dump", try dump("nics-aspm-on", in: folder), "--quirks", "\(folder.path)/own",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("my-nic-trouble"))
  }

  @Test func `a bad entry of one's own is skipped loudly, and the rest works`() async throws {
    let folder = try Tool.Folder()
    let good = try Fixtures.text("quirks/aspm/bridges-and-lines.toml")
      .replacing("asmedia-asm1083-aspm-errors", with: "my-asm1083-trouble")
    _ = try folder.write(good, to: "own/good.toml")
    _ = try folder.write("[[quirk]]\nid = \"x\"\n", to: "own/bad.toml")
    let outcome = try await Tool.run([
      "scan", "--pci-dump", try dump("nics-aspm-on", in: folder), "--quirks", "\(folder.path)/own",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("bad.toml:2: error:"))
    #expect(outcome.output.contains("my-asm1083-trouble"))
  }
}
