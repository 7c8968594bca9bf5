import FoundationEssentials
import TestSupport
import Testing

/// `diff`, as a person compares before and after.
@Suite struct DiffTests {
  private static let before = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
  private static let after = "\(Fixtures.root)/Tests/Fixtures/trees/howto-clean"

  private let folder: Tool.Folder

  init() throws { folder = try Tool.Folder() }

  private func snapshot(_ tree: String, _ name: String) async throws -> String {
    let path = "\(folder.path)/\(name)"
    let names = ["--pci-ids", Tool.names]
    let outcome = try await Tool.run(["snapshot", "-o", path, "--root", tree] + names)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return path
  }

  private func report(_ tree: String, _ name: String, _ words: [String] = []) async throws -> String
  {
    let path = "\(folder.path)/\(name)"
    let outcome = try await Tool.run(
      ["report", "--format", "json", "-o", path, "--root", tree, "--pci-ids", Tool.names] + words)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return path
  }

  @Test func `the same machine twice is the same, as snapshot, as report, and as both`()
    async throws
  {
    let snapshot = try await snapshot(Self.before, "a.json")
    let report = try await report(Self.before, "r.json", ["--redact", "none"])
    let redacted = try await self.report(Self.before, "s.json")
    for (one, other) in [
      (snapshot, snapshot), (report, report), (snapshot, redacted), (report, snapshot),
    ] {
      let outcome = try await Tool.run(["diff", one, other])
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("No difference: both tell of the same machine"))
      #expect(outcome.output.split(separator: "\n").count == 2)
      #expect(outcome.errors.isEmpty)
    }
  }

  @Test func `two machines differ in what a person reads in 80 columns`() async throws {
    let one = try await snapshot(Self.before, "a.json")
    let other = try await snapshot(Self.after, "b.json")
    let outcome = try await Tool.run(["diff", one, other])
    #expect(outcome.status == 2)
    #expect(Golden.difference(outcome.output, from: "Tests/Fixtures/golden/diff-howto.txt") == nil)
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func `the JSON keeps to its schema, with and without differences`() async throws {
    let one = try await snapshot(Self.before, "a.json")
    let other = try await report(Self.after, "b.json")
    let blind = try await self.report(
      "\(folder.path)", "c.json", ["--linux-version", "6.1", "--xen-line", "odd \"word"])
    var documents: [String] = []
    for (before, after) in [(one, other), (one, one), (other, blind), (blind, one)] {
      let outcome = try await Tool.run(["diff", "--format", "json", before, after])
      #expect(outcome.status == (before == after ? 0 : 2))
      documents.append(try folder.write(outcome.output, to: "diff-\(documents.count).json"))
    }
    #expect(try await Schema.complaints(about: documents, schema: "diff-1.json") == "")
  }

  @Test func `a change of the firmware alone is told alone`() async throws {
    let one = try await snapshot(Self.before, "a.json")
    let text = try Fixtures.text(at: one)
    let other = try folder.write(text.replacing("07/19/2010", with: "01/02/2012"), to: "b.json")
    let outcome = try await Tool.run(["diff", one, other])
    #expect(outcome.output == "MACHINE\n  BIOS date               07/19/2010 -> 01/02/2012\n")
    #expect(outcome.status == 2)
  }

  @Test(arguments: [
    ("", "expected a value"), ("{}", "it says no 'schema'"), ("[1]", "expected an object"),
    ("{\"schema\": \"xenquirks-report/9\"}", "xenquirks-report/9"),
    ("{\"schema\": \"xenquirks-report/1\"}", "lacks 'tool'"),
    ("{\"schema\": \"xenquirks-snapshot/1\", \"tool\": 3}", "tool"),
    ("{\"schema\": \"\u{202e}\\u001b[31m\"}", "its schema is"),
    ("\u{ff}\u{0}", "expected a value"),
  ])
  func `what is neither is refused with its place`(text: String, message: String) async throws {
    let good = try await snapshot(Self.before, "a.json")
    let bad = try folder.write(text, to: "bad.json")
    for pair in [[good, bad], [bad, good]] {
      let outcome = try await Tool.run(["diff"] + pair)
      #expect(outcome.status == 65)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("bad.json"))
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!outcome.errors.contains("\u{1b}") && !outcome.errors.contains("\u{202e}"))
    }
  }

  @Test func `a file that is not there, and no second file, have their own statuses`() async throws
  {
    let good = try await snapshot(Self.before, "a.json")
    #expect(try await Tool.run(["diff", good, "\(folder.path)/none"]).status == 66)
    #expect(try await Tool.run(["diff", good]).status == 64)
    #expect(try await Tool.run(["diff", "-", "-"]).status == 64)
  }

  @Test func `every part of a report may be broken, and none crashes`() async throws {
    let good = try await report(Self.before, "r.json")
    let lines = try Fixtures.text(at: good).split(separator: "\n", omittingEmptySubsequences: false)
    for place in stride(from: 3, to: lines.count, by: max(1, lines.count / 40)) {
      var broken = lines
      broken[place] = "\"x\" : [{}]" + (lines[place].hasSuffix(",") ? "," : "")
      let bad = try folder.write(broken.joined(separator: "\n"), to: "bad.json")
      let outcome = try await Tool.run(["diff", good, bad])
      #expect([0, 2, 65].contains(outcome.status), "line \(place + 1): \(outcome.errors)")
      #expect(outcome.status != 65 || outcome.errors.contains("bad.json:"))
    }
  }
}
