import FoundationEssentials
import TestSupport
import Testing

/// Machines of other people, with what must be found on each, written by hand from reading lspci.
///
/// A list speaks of every entry that any of the lists names, and of everything that would change a boot
/// line; what else an entry written later has to say (undecided, latent, handled) is not its matter.
///
/// The captures themselves are not part of the project: the tests run where they are.
@Suite struct ExpectationTests {
  private static let machines = Captures.folder

  private static let files = Fixtures.files(under: "Tests/Fixtures/expectations", suffix: ".tsv")

  @Test func `there are twelve lists`() {
    #expect(Self.files.count >= 12)
  }

  @Test(.enabled(if: machines != nil, "the captures are not here"), arguments: files)
  func `a machine has just what its list says`(file: String) async throws {
    let lines = try Fixtures.text(file).split(separator: "\n").map(String.init)
    let dump = try #require(Self.header("dump", in: lines))
    let arguments = Self.words(Self.header("arguments", in: lines) ?? "")
    let outcome = try await Tool.run(
      ["scan", "--pci-dump", "\(Self.machines ?? "")/\(dump)", "--format", "json"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let expected = Self.expectations(of: lines)
    var spokenOf: Set<Substring> = []
    for file in Self.files {
      let lines = try Fixtures.text(file).split(separator: "\n").map(String.init)
      spokenOf.formUnion(Self.expectations(of: lines).map { $0.prefix { $0 != " " } })
    }
    let found = try Self.rows(outcome.output).filter { row in
      spokenOf.contains(row.prefix { $0 != " " })
        || ["missing", "needed", "ineffective", "applied"].contains { row.hasSuffix(" \($0)") }
    }
    #expect(expected.subtracting(found).sorted() == [], "expected, not found")
    #expect(found.subtracting(expected).sorted() == [], "found, not expected")
  }

  /// What a list expects: quirk, address and state.
  private static func expectations(of lines: [String]) -> Set<String> {
    Set(
      lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix("quirk\t") }.map { line in
        line.split(separator: "\t").prefix(3).joined(separator: " ")
      })
  }

  private static func header(_ name: String, in lines: [String]) -> String? {
    lines.first { $0.hasPrefix("# \(name):") }.map { line in
      let text = line.dropFirst("# \(name):".count)
      return String(text.drop { $0 == " " }.prefix { $0 != "\t" && $0 != "(" }).trimmed
    }
  }

  /// The words of a command line, with double quotes around those that hold blanks.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
    {
      if index % 2 == 1 {
        words.append(String(part))
      } else {
        words += part.split(separator: " ").map(String.init)
      }
    }
    return words
  }

  private struct Report: Decodable {
    struct Finding: Decodable {
      var quirk: String
      var state: String?
      var subjects: [String]
    }
    var findings: [Finding]
    var undecided: [Finding]
  }

  private static func rows(_ json: String) throws -> Set<String> {
    let report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
    return Set(
      (report.findings + report.undecided).flatMap { finding in
        finding.subjects.map { "\(finding.quirk) \($0) \(finding.state ?? "undecided")" }
      })
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
