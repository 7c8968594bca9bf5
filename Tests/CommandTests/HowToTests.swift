import FoundationEssentials
import TestSupport
import Testing

/// The machine of the how-to, as a captured tree built from the specifications.
@Suite struct HowToTests {
  private static let tree = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
  private static let clean = "\(Fixtures.root)/Tests/Fixtures/trees/howto-clean"

  private struct Report: Decodable {
    struct Finding: Decodable {
      var quirk: String
      var state: String
    }
    struct Undecided: Decodable { var quirk: String }
    struct Word: Decodable {
      var word: String
      var verdict: String
    }
    struct BootLine: Decodable {
      var xen: String
      var dom0: String
      var complete: Bool
      var words: [Word]
    }
    struct Advice: Decodable {
      var option: String?
      var state: String
      var cost: String
      var effect: String
      var policy: String?
      var needed: Need
    }
    struct Lists: Decodable {
      var xen: [Advice]
      var dom0: [Advice]
    }
    /// True, false, or unknown.
    enum Need: Decodable, Equatable {
      case known(Bool)
      case unknown

      init(from decoder: any Decoder) throws {
        let value = try? decoder.singleValueContainer().decode(Bool.self)
        self = value.map { .known($0) } ?? .unknown
      }
    }

    var findings: [Finding]
    var undecided: [Undecided]
    var bootline: BootLine
    var advice: Lists

    func state(of quirk: String) -> String? { findings.first { $0.quirk == quirk }?.state }
    func verdict(on word: String) -> String? { bootline.words.first { $0.word == word }?.verdict }
  }

  private func report(_ arguments: [String], tree: String = tree) async throws -> Report {
    let outcome = try await Tool.run(["scan", "--root", tree, "--format", "json"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
  }

  @Test func `its NIC hangs for all of pcie_aspm=off, and without that word too`() async throws {
    #expect(try await report([]).state(of: "intel-82574-aspm-hang") == "ineffective")
    let without = try await report([], tree: Self.clean)
    #expect(without.state(of: "intel-82574-aspm-hang") == "missing")
  }

  @Test func `the conservative policy gives the classic line as it ought to be`() async throws {
    let report = try await report(["--policy", "conservative"])
    #expect(report.bootline.xen == "dom0_mem=2048M,max:2048M max_cstate=1 msi=false")
    #expect(report.bootline.complete)
    let dom0 = report.bootline.dom0.split(separator: " ")
    #expect(dom0.contains("pcie_aspm.policy=performance"))
    #expect(!dom0.contains("pcie_aspm=off"))
  }

  @Test func `each of its words says its price and whether this machine needed it`() async throws {
    let report = try await report(["--policy", "conservative"])
    let asked = (report.advice.xen + report.advice.dom0).filter { $0.policy == "conservative" }
    var needs: [String: Report.Need] = [:]
    for item in asked {
      #expect(!item.cost.isEmpty)
      needs[item.option ?? ""] = item.needed
    }
    #expect(
      needs == [
        "dom0_mem=2048M,max:2048M": .known(true), "max_cstate=1": .known(false),
        "msi=false": .known(false), "pcie_aspm.policy=performance": .known(true),
      ])
  }

  @Test(arguments: [
    ("4.1.2", "ignored"), ("4.2.1", "ignored"), ("4.2.5", "in-force"), ("4.22", "in-force"),
  ])
  func `msi=false is what the release makes of it`(version: String, verdict: String) async throws {
    let report = try await report(["--xen-version", version])
    #expect(report.verdict(on: "msi=false") == verdict)
    #expect(
      report.state(of: "xen-msi-option-ignored") == (verdict == "ignored" ? "missing" : nil))
    let text = try await Tool.run(["scan", "--root", Self.tree, "--xen-version", version]).output
    #expect(text.contains("ignored by this Xen") == (verdict == "ignored"))
  }

  /// Xen 4.2 shows ARAT to its dom0, and a Westmere has it: no broadcast, no freeze.
  @Test(arguments: ["4.1.2", "4.2.1", "4.2.5", "4.22"])
  func `with ARAT in sight there is no HPET broadcast to freeze`(version: String) async throws {
    let report = try await report(["--xen-version", version])
    #expect(report.state(of: "xen-hpet-msi-broadcast-freeze") == nil)
    #expect(!report.undecided.contains { $0.quirk == "xen-hpet-msi-broadcast-freeze" })
  }

  /// The same processor, allowed to sleep, whose ARAT dom0 does not show (as on Xen since 4.9).
  @Test(arguments: [("4.1.2", true), ("4.2.1", true), ("4.2.5", false), ("4.22", false)])
  func `without it the HPET broadcast is undecided as long as Xen does not handle it`(
    version: String, isUndecided: Bool
  ) async throws {
    let folder = try Tool.Folder()
    let tree = "\(folder.path)/tree"
    try FileManager.default.copyItem(atPath: Self.clean, toPath: tree)
    let cpus = "\(tree)/proc/cpuinfo"
    let text = String(
      decoding: try Data(contentsOf: URL(filePath: cpus)), as: UTF8.self)
    try Data(text.replacing(" arat ", with: " ").utf8).write(to: URL(filePath: cpus))
    let report = try await report(["--xen-version", version], tree: tree)
    #expect(report.state(of: "xen-hpet-msi-broadcast-freeze") == nil)
    #expect(
      report.undecided.contains { $0.quirk == "xen-hpet-msi-broadcast-freeze" } == isUndecided)
  }

  @Test func `a limit of C-states is told in the names of this processor's states`() async throws {
    let old = try await report(["--policy", "low-latency"], tree: Self.clean)
    let limit = old.advice.xen.first { $0.option == "max_cstate=1" }
    #expect(limit?.effect.contains("_CST") == true)
    let new = try await report(
      ["--policy", "low-latency", "--xen-version", "4.17.0"], tree: Self.clean)
    #expect(
      new.advice.xen.first { $0.option == "max_cstate=1" }?.effect
        == "forbids C3, C6 on this CPU and leaves C1, C1E")
  }

  @Test func `a device that can't live without MSI-X vetoes msi=false`() async throws {
    let folder = try Tool.Folder()
    let tree = "\(folder.path)/tree"
    try FileManager.default.copyItem(atPath: Self.clean, toPath: tree)
    let device = "\(tree)/sys/bus/pci/devices/0000:01:00.0"
    let config = URL(filePath: "\(device)/config")
    var bytes = Array(try Data(contentsOf: config))
    bytes.replaceSubrange(0..<4, with: [0x05, 0x90, 0x8f, 0x02])
    try Data(bytes).write(to: config)
    try Data("0x9005\n".utf8).write(to: URL(filePath: "\(device)/vendor"))
    try Data("0x028f\n".utf8).write(to: URL(filePath: "\(device)/device"))
    let report = try await report(["--policy", "conservative"], tree: tree)
    #expect(report.advice.xen.first { $0.option == "msi=false" }?.state == "vetoed")
    #expect(!report.bootline.xen.contains("msi=false"))
  }

  @Test func `dom0 is given no memory that the machine has not`() async throws {
    let folder = try Tool.Folder()
    let info = try Fixtures.text("Tests/Fixtures/trees/howto-clean/xl-info.txt")
      .replacing("dom0_mem=2048M", with: "").split(separator: "\n").map { line in
        line.hasPrefix("total_memory") ? "total_memory           : 1535" : line
      }
    let path = try folder.write(info.joined(separator: "\n"), to: "xl-info.txt")
    let report = try await report(
      ["--policy", "conservative", "--xl-info", path], tree: Self.clean)
    let memory = report.advice.xen.first { $0.option == "dom0_mem=2048M,max:2048M" }
    #expect(memory?.state == "vetoed")
    #expect(report.bootline.xen == "max_cstate=1 msi=false")
  }

  @Test func `the text is the golden one`() async throws {
    for (name, tree) in [("howto", Self.tree), ("howto-clean", Self.clean)] {
      for policy in ["targeted", "conservative"] {
        let outcome = try await Tool.run(
          ["scan", "--root", tree, "--policy", policy, "--pci-ids", Tool.names])
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(
          Golden.difference(
            outcome.output, from: "Tests/Fixtures/golden/scan-\(name)-\(policy).txt") == nil)
      }
    }
  }

  @Test func `a policy that nobody knows is refused with those that there are`() async throws {
    let outcome = try await Tool.run(["scan", "--root", Self.tree, "--policy", "brave"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("targeted, low-latency, conservative"))
  }
}
