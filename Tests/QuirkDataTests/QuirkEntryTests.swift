import QuirkData
import QuirkEngine
import QuirkProof
import QuirkSyntax
import TestSupport
import Testing

@Suite struct QuirkEntryTests {
  private static let reading = DatabaseReading.reading
  private static let proof = DatabaseReading.proof

  @Test func `every quirk file reads without a problem`() {
    #expect(Self.reading.problems.isEmpty, "\(Self.reading.problems)")
    #expect(Self.reading.knowledge.quirks.count > 20)
  }

  @Test func `the built-in database is the one in the folder`() {
    let builtIn = QuirkData.database()
    #expect(builtIn.skipped.isEmpty)
    #expect(builtIn.quirks == Self.reading.knowledge.quirks)
    #expect(Set(builtIn.options) == Set(Self.reading.knowledge.options))
    #expect(builtIn.options.count == Self.reading.knowledge.options.count)
  }

  @Test(arguments: reading.knowledge.quirks.map(\.id))
  func `an entry is in the state that it names on each of its machines`(id: String) throws {
    let quirk = try #require(Self.reading.knowledge.quirks.first { $0.id == id })
    let (cases, failures) = Self.proof.prepare(id, Self.reading.tests[id] ?? [])
    #expect(cases.count > 1)
    #expect(failures + QuirkProof.failures(of: quirk, in: cases) == [])
  }

  @Test func `every machine of the folder is named by an entry`() {
    let named = Set(
      Self.reading.tests.values.joined().compactMap { one -> String? in
        if case .file(let name) = one.machine { name } else { nil }
      })
    let bases: Set = ["iommu-unknown"]
    let files = Fixtures.files(under: "quirks/machines").map {
      String($0.split(separator: "/").last ?? "")
    }
    #expect(files.count > 30)
    #expect(
      files.filter { !named.contains($0) && !bases.contains($0) && !$0.hasPrefix("clean-") } == [])
  }
}
