import HostModel
import QuirkEngine
import Testing

@Suite struct VerdictTests {
  @Test func `false and unknown is false, true or unknown is true`() {
    #expect(Verdict.all([.no, .unknown]) == .no)
    #expect(Verdict.all([.yes, .unknown]) == .unknown)
    #expect(Verdict.all([]) == .yes)
    #expect(Verdict.any([.yes, .unknown]) == .yes)
    #expect(Verdict.any([.no, .unknown]) == .unknown)
    #expect(Verdict.any([]) == .no)
    #expect(Verdict.negate(.unknown) == .unknown)
  }
}

@Suite struct VersionBoundTests {
  private func holds(_ values: [String], _ build: SoftwareBuild) throws -> Bool? {
    try? VersionBound(parsing: values).holds(for: build).get()
  }

  private func upstream(_ text: String) throws -> SoftwareBuild {
    SoftwareBuild(version: try #require(Version(text)))
  }

  @Test(arguments: [
    ("4.16", true), ("4.20.1", true), ("4.15.1", true), ("4.15.0", false), ("4.14.3", true),
    ("4.14.2", false), ("4.12.9", false),
  ])
  func `a backport counts in its own branch only`(version: String, expected: Bool) throws {
    let bound = ["since=4.16", "backports=4.15.1", "backports=4.14.3"]
    #expect(try holds(bound, upstream(version)) == expected)
  }

  @Test func `below the fix a vendor's build may hold it all the same`() throws {
    let debian = SoftwareBuild(
      version: Version(6, 1, 90), vendor: "Debian", package: "6.1.90-1")
    #expect(try holds(["since=6.5"], debian) == nil)
    #expect(try holds(["since=6.1"], debian) == true)
    #expect(try holds(["since=6.5", "debian=6.1.85-1"], debian) == true)
    #expect(try holds(["since=6.5", "debian=6.1.91-1"], debian) == false)
  }

  @Test(
    arguments: [
      ("6.0", nil), ("6.1", true), ("6.12.117", true), ("6.13", nil),
    ] as [(String, Bool?)])
  func `outside of what somebody saw nobody knows`(version: String, expected: Bool?) throws {
    #expect(try holds(["seen-in=6.1-6.12"], upstream(version)) == expected)
  }

  @Test func `before ends where the version begins`() throws {
    #expect(try holds(["since=4.17", "before=4.22"], upstream("4.21.3")) == true)
    #expect(try holds(["since=4.17", "before=4.22"], upstream("4.22")) == false)
  }

  @Test(arguments: [
    [], ["since"], ["since=abc"], ["seen-in=6.12-6.1"], ["whenever=4.1"], ["backports=4.1"],
  ])
  func `a bound that says nothing is refused`(values: [String]) {
    #expect(throws: TermError.self) { _ = try VersionBound(parsing: values) }
  }
}

@Suite struct TermTests {
  @Test(arguments: [
    (Term.Key.pci, "8086:10D3"), (.pci, "8086"), (.pci, "*:*"), (.class, "060"), (.revision, "<"),
    (.revision, "0x20-0x10"), (.address, "1.0"), (.linkASPM, "l2"), (.msi, "yes"),
    (.portType, "port"), (.kernelLog, "*hang*"), (.htMSIMapping, "on"),
  ])
  func `a value that means nothing is refused`(key: Term.Key, value: String) {
    #expect(throws: TermError.self) { _ = try Term(key: key, values: [value]) }
  }
}
