import FoundationEssentials
import QuirkProof
import TestSupport
import Testing

/// `scan --save` before a boot and `verify` after it, as a person runs them.
@Suite struct VerifyTests {
  private struct Answer: Decodable {
    struct Item: Decodable {
      struct Check: Decodable {
        var question: String
        var answer: String
        var proof: String
        var source: String?
        var needs: [String]
      }
      struct Next: Decodable {
        var text: String
        var target: String
      }
      var text: String
      var target: String
      var outcome: String
      var quirks: [String]
      var better: String?
      var checks: [Check]
      var next: [Next]

      func answer(_ question: String) -> String? {
        checks.first { $0.question == question }?.answer
      }
    }
    var items: [Item]
    var change: Bool

    subscript(text: String) -> Item? { items.first { $0.text == text } }
  }

  private static let dumps = "\(Fixtures.root)/Tests/Fixtures/dumps"
  private static let versions = ["--xen-version", "4.17", "--linux-version", "6.1"]
  private static let aspm = ["--pci-dump", "\(dumps)/nics-aspm-on.hex"] + versions

  private func verify(_ arguments: [String], status: Int32) async throws -> Answer {
    let outcome = try await Tool.run(["verify", "--format", "json"] + arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
  }

  private func lines(xen: String = "placeholder", dom0: String = "placeholder") -> [String] {
    ["--xen-line", xen, "--dom0-line", dom0]
  }

  @Test func `pcie_aspm=off over links with ASPM on is without effect`() async throws {
    let answer = try await verify(
      Self.aspm + lines(dom0: "pcie_aspm=off"), status: 2)
    let item = try #require(answer["pcie_aspm=off"])
    #expect(item.outcome == "ineffective")
    #expect(item.quirks.contains("intel-82574-aspm-hang"))
    let proof = try #require(
      item.checks.first { $0.question == "effect" && $0.proof.contains("0000:01:00.0") })
    #expect(proof.answer == "no")
    #expect(proof.source?.contains("LnkCtl") == true)
    #expect(item.next.contains { $0.text == "pcie_aspm.policy=performance" && $0.target == "dom0" })
  }

  @Test(arguments: [
    ("xen", "max-cstate=1", "refused", "max_cstate=1"),
    ("dom0", "max_cstate=1", "ineffective", ""),
    ("dom0", "intel_idle.max_cstate=1", "ineffective", ""),
    ("dom0", "pcie_aspm.polcy=performance", "refused", "pcie_aspm.policy=performance"),
  ])
  func `a word that does nothing is called out`(
    side: String, word: String, outcome: String, better: String
  ) async throws {
    let answer = try await verify(
      Self.aspm + (side == "xen" ? lines(xen: word) : lines(dom0: word)), status: 2)
    #expect(answer[word]?.outcome == outcome)
    #expect(answer[word]?.better ?? "" == better)
  }

  @Test func `advice that was saved is verified on the next boot`() async throws {
    let folder = try Tool.Folder()
    let saved = "\(folder.path)/advice.json"
    let before = try await Tool.run(["scan", "--save", saved] + Self.aspm + lines())
    #expect(before.status == 0, "\(before.errors)")
    let text = try #require(try? String(contentsOfFile: saved, encoding: .utf8))
    #expect(text.contains("\"xenquirks-advice/1\""))

    let notDone = try await verify(["--advice", saved] + Self.aspm + lines(), status: 2)
    let absent = try #require(notDone["pcie_aspm.policy=performance"])
    #expect(absent.outcome == "not-done")
    #expect(absent.answer("line") == "no")

    let dump = try folder.write(try Fixtures.machine("nics-aspm-off").dump, to: "off.hex")
    let off = ["--pci-dump", dump] + Self.versions
    let done = try await verify(
      ["--advice", saved] + off + lines(dom0: "pcie_aspm.policy=performance"), status: 0)
    let word = try #require(done["pcie_aspm.policy=performance"])
    #expect(word.outcome == "in-force")
    #expect(word.checks.contains { $0.question == "effect" && $0.answer == "yes" })
  }

  @Test func `a word on the other line is said to stand there`() async throws {
    let folder = try Tool.Folder()
    let saved = "\(folder.path)/advice.json"
    _ = try await Tool.run(["scan", "-q", "--save", saved] + Self.aspm + lines())
    let answer = try await verify(
      ["--advice", saved] + Self.aspm + lines(xen: "pcie_aspm.policy=performance"), status: 2)
    let proof = answer["pcie_aspm.policy=performance"]?.checks.first?.proof
    #expect(proof == "it stands on Xen's line, where nobody reads it")
  }

  @Test func `an unknown line is undecided and says what is needed`() async throws {
    let folder = try Tool.Folder()
    let saved = "\(folder.path)/advice.json"
    _ = try await Tool.run(["scan", "-q", "--save", saved] + Self.aspm + lines())
    let answer = try await verify(
      ["--advice", saved] + Self.versions + ["--pci-dump", "\(Self.dumps)/nics-near.hex"], status: 0
    )
    let item = try #require(answer["pcie_aspm.policy=performance"])
    #expect(item.answer("line") == "unknown")
    #expect(item.checks.first?.needs.isEmpty == false)
  }

  @Test func `what runs shows whether a word is in force`() async throws {
    let log = "\(Fixtures.root)/Tests/Fixtures/boots/xen-4.17.7-a.log"
    let right = try await verify(
      Self.aspm + ["--xl-dmesg", log] + lines(xen: "clocksource=hpet"), status: 2)
    let wrong = try await verify(
      Self.aspm + ["--xl-dmesg", log] + lines(xen: "clocksource=pit"), status: 2)
    #expect(right["clocksource=hpet"]?.answer("force") == "yes")
    #expect(wrong["clocksource=pit"]?.answer("force") == "no")
    #expect(wrong["clocksource=pit"]?.outcome == "ineffective")
  }

  @Test(arguments: [
    ("{}", "no saved advice"),
    (#"{"schema": "xenquirks-snapshot/1"}"#, "no saved advice"),
    (#"{"schema": "xenquirks-advice/1", "tool": {"name": "x", "version": "1"}}"#, "lacks 'advice'"),
    (
      #"{"schema": "xenquirks-advice/1", "tool": {"name": "x", "version": "1"}, "advice": [{"target": "moon", "operation": "add", "text": "a", "quirks": [], "confirmed": []}]}"#,
      "is no advice of this version"
    ),
    ("\u{0}", "1: "),
  ])
  func `a broken file of advice is refused with its place`(
    text: String, message: String
  ) async throws {
    let folder = try Tool.Folder()
    let path = "\(folder.path)/advice.json"
    _ = try folder.write(text, to: "advice.json")
    let outcome = try await Tool.run(["verify", "--advice", path] + Self.aspm)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains(path))
  }

  @Test func `saving and planning an upgrade at once is refused`() async throws {
    let outcome = try await Tool.run(["scan", "--save", "/dev/null", "--plan-xen", "4.20"])
    #expect(outcome.status == 64)
  }
}
