import QuirkProof
import TestSupport
import Testing

@Suite struct ScanTests {
  /// Runs a scan of a fixture machine's dump.
  private func scan(_ machine: String, _ arguments: String...) async throws -> Tool.Outcome {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine(machine).dump, to: "\(machine).hex")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump] + arguments)
    var shown = outcome
    shown.output = outcome.output.replacing("\(folder.path)/", with: "")
    shown.errors = outcome.errors.replacing("\(folder.path)/", with: "")
    return shown
  }

  @Test(arguments: [
    ("nics-aspm-on", "needed", []),
    ("nics-aspm-on", "frozen", ["--dom0-line", "root=/dev/sda1 pcie_aspm=off"]),
    ("nics-aspm-off", "latent", []),
    ("msi-machine", "msi", ["--dom0-line", "root=/dev/sda1 ro"]),
    ("iommu-5500-unknown", "old-xen", ["--xen-version", "4.1.2"]),
    ("nics-near", "clean", ["--dom0-line", "root=/dev/sda1"]),
  ])
  func `the text is the golden one`(machine: String, name: String, arguments: [String])
    async throws
  {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine(machine).dump, to: "\(machine).hex")
    let outcome = try await Tool.run(
      ["scan", "--pci-dump", dump, "--pci-ids", Tool.names] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let text = outcome.output.replacing("\(folder.path)/", with: "")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 || !$0.contains(" ") })
    // The database grows; how much it holds is no matter of the layout.
    let counted = text.replacing(/[0-9]+ (known )?quirks/) { "N \($0.1 ?? "")quirks" }
    #expect(
      Golden.difference(counted, from: "Tests/Fixtures/golden/scan-\(machine)-\(name).txt") == nil)
  }

  @Test func `pcie_aspm=off over links with ASPM on is called out, and replaced`() async throws {
    let outcome = try await scan("nics-aspm-on", "--dom0-line", "root=/dev/sda1 pcie_aspm=off")
    #expect(outcome.output.contains("ineffective"))
    #expect(outcome.output.contains("drop pcie_aspm=off"))
    #expect(outcome.output.contains("whole line: root=/dev/sda1 pcie_aspm.policy=performance"))
  }

  @Test func `output is not coloured when it is piped, and is when asked`() async throws {
    #expect(try await !scan("nics-aspm-on").output.contains("\u{1b}["))
    #expect(
      try await scan("nics-aspm-on", "--color", "always").output.contains("\u{1b}[31m") == false)
    #expect(try await scan("nics-aspm-on", "--color", "always").output.contains("\u{1b}[33m"))
  }

  @Test func `one device that needs MSI-X vetoes the word that takes it from all`() async throws {
    let folder = try Tool.Folder()
    let text =
      try Fixtures.text("quirks/machines/msi-machine")
      + "0000:00:1e.0 9005:028f class 010700 msix on\n"
    let machine = try FixtureMachine(text, name: "msi") { _ in "" }
    let dump = try folder.write(machine.dump, to: "msi.hex")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump, "--dom0-line", "ro"])
    let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("vetoed pci=nomsi on the dom0 line (chipset-msi-unreliable)"))
    #expect(words.contains("0000:00:1e.0 cannot work without MSI-X"))
    #expect(words.contains("dom0 nothing to change"))
  }

  @Test func `words that weaken isolation enter only when they are accepted`() async throws {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine("iommu-on").dump, to: "iommu.hex")
    let info = try folder.write(
      "xen_version            : 4.1.2\nvirt_caps              : hvm hvm_directio\nxen_commandline        : console=vga\n",
      to: "info")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump, "--xl-info", info])
    #expect(outcome.output.contains("pci-phantom"))
  }
}

/// A dump whose links fall short of their ends: of lanes, by a target that was set, by themselves, and one of
/// a graphics card.
@Suite struct ShortLinkTests {
  @Test
  func `a link that falls short of both ends is told with the cause, a graphics card's is not`()
    async throws
  {
    let outcome = try await Tool.run([
      "scan", "--pci-dump", "\(Fixtures.root)/Tests/Fixtures/dumps/links-short.hex", "--pci-ids",
      Tool.names,
    ])
    #expect(outcome.status == 0)
    let text = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for line in [
      "0000:01:00.0 the link runs at 8GT/s x4, both ends can do 8GT/s x8: a slot with fewer lanes",
      "0000:02:00.0 the link runs at 2.5GT/s x8, both ends can do 8GT/s x8: 0000:00:02.0 was told",
      "0000:04:00.0 the link runs at 5GT/s x4, both ends can do 8GT/s x4: it trained no faster",
    ] {
      #expect(text.contains(line))
    }
    #expect(!text.contains("0000:03:00.0 the link"))
  }
}

@Suite struct DumpFixtureTests {
  @Test(arguments: ["nics-aspm-on", "nics-near", "msi-machine", "raid", "iommu-on", "nics-as-user"])
  func `the dump that parity compares with lspci is that of the fixture machine`(name: String)
    throws
  {
    let dump = try Fixtures.machine(name).dump
    #expect(Golden.difference(dump, from: "Tests/Fixtures/dumps/\(name).hex") == nil)
  }
}
