import TestSupport
import Testing

/// The commands with which a person works on the quirks.
@Suite struct WorkshopTests {
  private static let quirks = "\(Fixtures.root)/quirks"

  @Test func `a new entry holds against its own tests as it is printed`() async throws {
    let folder = try Tool.Folder()
    let entry = try await Tool.run([
      "quirks", "new", "vendor-part-symptom", "--category", "aspm", "--device", "8086:10D3",
    ])
    #expect(entry.status == 0)
    _ = try folder.write(entry.output, to: "own/aspm/new.toml")
    let lint = try await Tool.run(["quirks", "lint", "\(folder.path)/own", "--pci-ids", Tool.names])
    #expect(lint.output == "0 errors, 0 warnings\n")
    let test = try await Tool.run(["quirks", "test", "\(folder.path)/own"])
    #expect(test.output == "3 passed, 0 failed\n")
    #expect(test.status == 0)
  }

  @Test func `lint says all that is wrong at once, by file and line`() async throws {
    let folder = try Tool.Folder()
    let entry = try await Tool.run([
      "quirks", "new", "vendor-part-symptom", "--device", "8086:10d3",
    ]).output
    let wrong = entry.replacing("severity = \"malfunction\"", with: "severity = \"bad\"")
      .replacing("why = ", with: "wy = ")
    _ = try folder.write(wrong, to: "own/a.toml")
    let overdue = entry.replacing("vendor-part-symptom", with: "other-part-symptom")
      .replacing("evidence = \"C\"", with: "review = 2026-01-01\nevidence = \"C\"")
      .replacing("pcie_aspm.policy=performance", with: "pcie_aspm_polcy=fast")
    _ = try folder.write(overdue, to: "own/b.toml")
    let lint = try await Tool.run([
      "quirks", "lint", "\(folder.path)/own", "--today", "2026-02-01", "--pci-ids", Tool.names,
    ])
    #expect(lint.status == 2)
    #expect(lint.output.contains("/own/a.toml:5: error: 'bad' is no severity"))
    #expect(lint.output.contains("/own/a.toml:1: error: 'why' is missing"))
    #expect(lint.output.contains("error: unknown key 'wy'"))
    #expect(
      lint.output.contains("/own/b.toml:1: error: 'pcie_aspm_polcy' is not in options/linux.toml"))
  }

  @Test func `a day of review that has passed is a warning`() async throws {
    let folder = try Tool.Folder()
    let entry = try await Tool.run([
      "quirks", "new", "vendor-part-symptom", "--device", "8086:10d3",
    ]).output
      .replacing("evidence = \"C\"", with: "review = 2026-01-01\nevidence = \"C\"")
    _ = try folder.write(entry, to: "own/a.toml")
    let lint = { (day: String) in
      try await Tool.run([
        "quirks", "lint", "\(folder.path)/own", "--today", day, "--pci-ids", Tool.names,
      ])
    }
    #expect(try await lint("2026-01-01").output == "0 errors, 0 warnings\n")
    let late = try await lint("2026-01-02")
    #expect(late.status == 0)
    #expect(late.output.contains("warning: 'vendor-part-symptom' was to be looked at again"))
  }

  @Test func `a test that does not hold fails with what came instead`() async throws {
    let folder = try Tool.Folder()
    let entry = try await Tool.run([
      "quirks", "new", "vendor-part-symptom", "--device", "8086:10d3",
    ]).output
      .replacing("missing = true", with: "handled = true")
    _ = try folder.write(entry, to: "own/a.toml")
    let test = try await Tool.run(["quirks", "test", "\(folder.path)/own"])
    #expect(test.status == 2)
    #expect(test.output.contains("vendor-part-symptom: machine is missing, not handled"))
    #expect(test.output.hasSuffix("2 passed, 1 failed\n"))
  }

  @Test func `a change that no test notices is listed`() async throws {
    let folder = try Tool.Folder()
    let entry = try await Tool.run([
      "quirks", "new", "vendor-part-symptom", "--device", "8086:10d3",
    ]).output
    _ = try folder.write(entry, to: "own/a.toml")
    let test = try await Tool.run(["quirks", "test", "\(folder.path)/own", "--mutate"])
    #expect(test.status == 2)
    #expect(test.output.contains("vendor-part-symptom passes with armed: without link-aspm l0s"))
    #expect(test.output.contains("not noticed ("))
  }

  @Test func `a folder without quirks is an error that says so`() async throws {
    let folder = try Tool.Folder()
    for command in ["lint", "test"] {
      let empty = try await Tool.run(["quirks", command, folder.path])
      #expect(empty.status == 66)
      #expect(empty.errors.contains("no quirk files (*.toml) in it"))
      let none = try await Tool.run(["quirks", command, "\(folder.path)/none"])
      #expect(none.status == 66)
    }
  }

  @Test func `the database of the project has no problem, and its tests are quick`() async throws {
    let lint = try await Tool.run(["quirks", "lint", Self.quirks])
    #expect(lint.status == 0, "\(lint.output)")
    let test = try await Tool.run(["quirks", "test", Self.quirks])
    #expect(test.status == 0, "\(test.output)")
  }

  @Test func `the reference page is that of the database`() async throws {
    let page = try await Tool.run(["quirks", "reference"])
    #expect(page.status == 0)
    #expect(Golden.difference(page.output, from: "quirks/REFERENCE.md") == nil)
  }

  @Test(arguments: [
    (["quirks", "show", "intel-82574-aspm-hang"], "quirk-show"),
    (["options", "show", "pcie_aspm.policy"], "option-show"),
  ])
  func `a page is the golden text`(arguments: [String], name: String) async throws {
    let outcome = try await Tool.run(arguments)
    #expect(outcome.status == 0)
    #expect(Golden.difference(outcome.output, from: "Tests/Fixtures/golden/\(name).txt") == nil)
    #expect(
      outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains("http") })
  }

  @Test(arguments: [
    ["--category", "aspm"], ["--id", "82574"], ["--device", "8086:10D3"], ["--evidence", "d"],
    ["--option", "pcie_aspm.policy"], ["--tag", "howto"],
  ])
  func `the list of quirks can be narrowed`(filter: [String]) async throws {
    let all = try await Tool.run(["quirks", "list"]).output.split(separator: "\n")
    let some = try await Tool.run(["quirks", "list"] + filter).output.split(separator: "\n")
    #expect(!some.isEmpty)
    #expect(some.count < all.count)
    #expect(some.allSatisfy(all.contains))
  }

  @Test func `the catalogue tells what a release knows`() async throws {
    let old = try await Tool.run(["options", "list", "--xen-version", "4.2.1"]).output
    let new = try await Tool.run(["options", "list", "--xen-version", "4.2.2"]).output
    #expect(old.contains("xen\tmsi\tnot-known\t"))
    #expect(new.contains("xen\tmsi\tknown\t"))
    #expect(!old.contains("linux\t"))
  }

  @Test func `explain of an option speaks of this machine`() async throws {
    let outcome = try await Tool.run([
      "explain", "msi=false", "--root", "\(Fixtures.root)/Tests/Fixtures/trees/howto",
      "--xen-version", "4.2.1",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("On this machine"))
    #expect(outcome.output.contains("no: Xen 4.2.1 does not know msi"))
  }

  @Test func `an option that is not there says what is near`() async throws {
    let outcome = try await Tool.run(["options", "show", "cstate"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("did you mean "))
  }
}
