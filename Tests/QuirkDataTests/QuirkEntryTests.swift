import QuirkData
import QuirkEngine
import QuirkSyntax
import TestSupport
import Testing

@Suite struct QuirkEntryTests {
  private static let reading: QuirkReading = {
    let files = Fixtures.files(under: "quirks", suffix: ".toml").map { path in
      QuirkSources.File(
        path: String(path.dropFirst("quirks/".count)), bytes: (try? Fixtures.bytes(path)) ?? [])
    }
    return QuirkSources(files: files).read()
  }()

  @Test func `every quirk file reads without a problem`() {
    #expect(Self.reading.problems.isEmpty, "\(Self.reading.problems)")
    #expect(Self.reading.knowledge.quirks.count > 20)
  }

  @Test func `the built-in database is the one in the folder`() {
    let builtIn = QuirkData.database()
    #expect(builtIn.skipped.isEmpty)
    #expect(builtIn.quirks == Self.reading.knowledge.quirks)
    #expect(builtIn.options == Self.reading.knowledge.options)
  }

  private static let cases: [(quirk: String, state: String, fixture: String)] =
    reading.tests.sorted { $0.key < $1.key }.flatMap { quirk, test in
      test.fixtures.sorted { $0.key < $1.key }.flatMap { state, fixtures in
        fixtures.map { (quirk, state, $0) }
      }
    }

  @Test(arguments: cases)
  func `an entry is in the state that it names for a fixture`(
    quirk: String, state: String, fixture: String
  ) throws {
    let assessment = QuirkData.database().assess(try Fixtures.machine(fixture).host)
    var found = Set(assessment.findings.filter { $0.quirk.id == quirk }.map(\.state.rawValue))
    if assessment.undecided.contains(where: { $0.quirk.id == quirk }) { found.insert("undecided") }
    #expect(found == (state == "near-miss" ? [] : [state]))
  }

  @Test func `every fixture is named by an entry`() {
    let named = Set(Self.cases.map(\.fixture))
    let bases: Set = ["iommu-unknown"]
    let files = Fixtures.files(under: "Tests/Fixtures/machines").map {
      String($0.split(separator: "/").last ?? "")
    }
    #expect(files.count > 30)
    #expect(files.filter { !named.contains($0) && !bases.contains($0) } == [])
  }
}
