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

  /// A snapshot of a dump's machine whose NIC has reported so many errors in so many seconds.
  private func snapshot(
    _ dump: String, errors: Int, seconds: Int, in folder: Tool.Folder
  ) async throws -> String {
    let outcome = try await Tool.run(["snapshot", "--pci-dump", dump] + Self.versions)
    #expect(outcome.status == 0, "\(outcome.errors)")
    var text = outcome.output
    let unknown = #"{"needs": "a capture with counters", "unknown": "not-captured"}"#
    for (name, value) in [
      ("busErrors", #"[{"subject": "0000:01:00.0", "name": "correctable", "value": \#(errors)}]"#),
      ("uptime", "\(seconds)"),
    ] {
      let old = "\"\(name)\": \(unknown)"
      #expect(text.contains(old))
      text = text.replacing(
        old, with: #""\#(name)": {"known": \#(value), "source": {"derived": "the test"}}"#)
    }
    return try folder.write(text, to: "\(errors)-\(seconds).json")
  }

  @Test(arguments: [
    // Gone, and for long enough to tell.
    (dump: "off", errors: 0, seconds: 7_200, answer: "yes", outcome: "in-force"),
    // With the trigger gone, the errors have another cause.
    (dump: "off", errors: 15, seconds: 7_200, answer: "no", outcome: "in-force"),
    // Fewer, but not gone; and too early to tell.
    (dump: "off", errors: 2, seconds: 7_200, answer: "unknown", outcome: "in-force"),
    (dump: "off", errors: 0, seconds: 60, answer: "unknown", outcome: "in-force"),
    // It runs for longer than before: perhaps nobody has started it again.
    (dump: "off", errors: 40, seconds: 20_000, answer: "unknown", outcome: "in-force"),
    // Where only 64 bytes are read nothing but the counter tells.
    (dump: "as-user", errors: 0, seconds: 7_200, answer: "yes", outcome: "in-force"),
    (dump: "as-user", errors: 15, seconds: 7_200, answer: "no", outcome: "ineffective"),
  ])
  func `a counter of errors that goes on, or has stopped, tells of the effect`(
    dump: String, errors: Int, seconds: Int, answer: String, outcome: String
  ) async throws {
    let folder = try Tool.Folder()
    let saved = "\(folder.path)/advice.json"
    let before = try await snapshot(
      "\(Self.dumps)/nics-aspm-on.hex", errors: 37, seconds: 18_000, in: folder)
    let scan = try await Tool.run(["scan", "-q", "--save", saved, "--from", before] + lines())
    #expect(scan.status == 0, "\(scan.errors)")
    #expect(try await Schema.complaints(about: [saved], schema: "advice-1.json") == "")

    let text = try Fixtures.machine(dump == "off" ? "nics-aspm-off" : "nics-as-user").dump
    let after = try await snapshot(
      try folder.write(text, to: "after.hex"), errors: errors, seconds: seconds, in: folder)
    let verified = try await verify(
      ["--advice", saved, "--from", after] + lines(dom0: "pcie_aspm.policy=performance"),
      status: outcome == "ineffective" ? 2 : 0)
    let word = try #require(verified["pcie_aspm.policy=performance"])
    let check = try #require(word.checks.first { $0.question == "counted" })
    #expect(check.answer == answer, "\(check.proof)")
    #expect(check.proof.contains("37 in 5 h before") || seconds == 20_000)
    #expect(check.needs.isEmpty == (answer != "unknown"))
    #expect(word.outcome == outcome)
  }

  @Test(arguments: [
    ("dom0_mem=2048M,max:2048M", 2030, "in-force"), ("dom0_mem=2G", 1024, "ineffective"),
    ("dom0_mem=max:2G", 1024, "unproven"), ("dom0_mem=1G+5%", 1024, "unproven"),
    // KiB, without a letter.
    ("dom0_mem=2097152", 2040, "in-force"),
  ])
  func `dom0's memory is held against what it was given`(
    word: String, memory: Int, outcome: String
  ) async throws {
    let folder = try Tool.Folder()
    let snapshot = try await Tool.run(
      ["snapshot", "--pci-dump", "\(Self.dumps)/nics-near.hex"] + Self.versions)
    let unknown = #""dom0Memory": {"needs": "--xl-info FILE", "unknown": "not-captured"}"#
    #expect(snapshot.output.contains(unknown))
    let text = snapshot.output.replacing(
      unknown,
      with: #""dom0Memory": {"known": \#(memory), "source": {"derived": "the test"}}"#)
    let answer = try await verify(
      ["--from", try folder.write(text, to: "host.json")] + lines(xen: word),
      status: outcome == "ineffective" ? 2 : 0)
    #expect(answer[word]?.outcome == outcome)
  }

  @Test func `a word that is not on the line has stopped no counter`() async throws {
    let folder = try Tool.Folder()
    let saved = "\(folder.path)/advice.json"
    let dump = "\(Self.dumps)/nics-aspm-on.hex"
    let before = try await snapshot(dump, errors: 37, seconds: 18_000, in: folder)
    _ = try await Tool.run(["scan", "-q", "--save", saved, "--from", before] + lines())
    let after = try await snapshot(dump, errors: 0, seconds: 7_200, in: folder)
    let answer = try await verify(["--advice", saved, "--from", after] + lines(), status: 2)
    let word = try #require(answer["pcie_aspm.policy=performance"])
    #expect(word.outcome == "not-done")
    #expect(!word.checks.contains { $0.question == "counted" })
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
