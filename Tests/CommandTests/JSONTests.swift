import QuirkProof
import TestSupport
import Testing

@Suite struct JSONTests {
  private func complaints(_ documents: [String]) async throws -> String {
    try await Schema.complaints(about: documents, schema: "report-1.json")
  }

  @Test func `the report of every fixture keeps to the schema`() async throws {
    let folder = try Tool.Folder()
    var reports: [String] = []
    for path in Fixtures.files(under: "quirks/machines") {
      let name = String(path.split(separator: "/").last ?? "")
      let machine = try Fixtures.machine(name)
      if machine.dump.isEmpty { continue }
      let dump = try folder.write(machine.dump, to: "\(name).hex")
      for line in [[], ["--dom0-line", "root=/dev/sda1 pcie_aspm=off \"odd word\""]] {
        let outcome = try await Tool.run(["scan", "--pci-dump", dump, "--format", "json"] + line)
        #expect(outcome.status == 0)
        reports.append(try folder.write(outcome.output, to: "\(name)-\(line.count).json"))
      }
    }
    #expect(reports.count > 60)
    let complaints = try await complaints(reports)
    #expect(complaints == "")
  }

  @Test func `a live report and one of an empty root keep to the schema`() async throws {
    let folder = try Tool.Folder()
    let live = try await Tool.run(["scan", "--format", "json"])
    #expect(live.status == 0)
    let empty = try await Tool.run(["scan", "--root", folder.path, "--format", "json"])
    #expect(empty.status == 0)
    let reports = [
      try folder.write(live.output, to: "live.json"),
      try folder.write(empty.output, to: "empty.json"),
    ]
    #expect(try await complaints(reports) == "")
  }

  @Test func `a report that is not one is refused by the schema`() async throws {
    let folder = try Tool.Folder()
    let wrong = try folder.write("{\"schema\": \"xenquirks-report/1\"}", to: "wrong.json")
    #expect(try await complaints([wrong]).contains("required property"))
  }

  @Test func `the same machine gives the same bytes`() async throws {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine("nics-aspm-on").dump, to: "a.hex")
    let first = try await Tool.run(["scan", "--pci-dump", dump, "--format", "json"])
    let second = try await Tool.run(["scan", "--pci-dump", dump, "--format", "json"])
    #expect(first.output == second.output)
    #expect(first.output.contains("\"schema\" : \"xenquirks-report/1\""))
  }
}
