import FoundationEssentials
import Testing

/// The Swift files below Sources/, by their path from there.
private func sources() throws -> [(path: String, text: String)] {
  let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sources"
  return try FileManager.default.subpathsOfDirectory(atPath: root)
    .filter { $0.hasSuffix(".swift") }.sorted()
    .map { path in
      let data = try #require(FileManager.default.contents(atPath: "\(root)/\(path)"))
      return (path, String(decoding: data, as: UTF8.self))
    }
}

@Suite struct ArchitectureTests {
  @Test func `the sources keep to the table of the house`() throws {
    let violations = try sources().flatMap {
      Architecture.house.violations(inFile: $0.path, text: $0.text)
    }
    #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
  }

  @Test func `every target has a row and every row a target`() throws {
    let folders = try sources().compactMap { $0.path.split(separator: "/").first }
    #expect(Set(folders.map(String.init)) == Set(Architecture.house.allowed.keys))
  }

  @Test(
    arguments: [
      ("QuirkEngine", "internal import Foundation"),
      ("xenquirks", "import Foundation"),
      ("SystemAccess", "@preconcurrency import Foundation"),
      ("QuirkEngine", "import FoundationEssentials"),
      ("HostModel", "import Glibc"),
      ("HostModel", "public import QuirkEngine"),
      ("QuirkEngine", "public import struct BootAdvice.BootPlan"),
      ("xenquirks", "import CLibpci"),
      ("HostProbes", "import CLibudev"),
      ("ReportRendering", "internal import FoundationEssentials"),
      ("HostModel", "print(\"hello\")"),
      ("PCIAccess", "if x { debugPrint(x) }"),
      ("QuirkEngine", "let bad = [\"8086:10d3\"]"),
      ("BootAdvice", "case \"the 8086:10D3 again\": 1  // a comment"),
      ("NoSuchTarget", ""),
    ])
  func `what the house forbids is refused`(target: String, line: String) {
    let found = Architecture.house.violations(inFile: "\(target)/Fake.swift", text: "\n\(line)\n")
    #expect(found.count == 1, "\(target): \(line): \(found)")
  }

  @Test(
    arguments: [
      ("xenquirks", "internal import FoundationEssentials"),
      ("PCIAccess", "internal import CLibpci"),
      ("SystemAccess", "internal import Glibc"),
      ("QuirkEngine", "public import HostModel"),
      ("QuirkEngine", "/// `\"8086:10d3\"`, // import Foundation"),
      ("QuirkEngine", "let address = \"0000:03:00.0\" // print(it)"),
      ("ReportRendering", "let text = table.print(row)"),
      ("xenquirks", "print(\"import Foundation\")"),
    ])
  func `what the house allows passes`(target: String, line: String) {
    #expect(Architecture.house.violations(inFile: "\(target)/Fake.swift", text: "\(line)\n") == [])
  }

  @Test func `a file may be 400 lines long and no longer`() {
    let text = String(repeating: "\n", count: 400)
    let house = Architecture.house
    #expect(house.violations(inFile: "HostModel/Fake.swift", text: text) == [])
    #expect(house.violations(inFile: "HostModel/Fake.swift", text: text + "\n").count == 1)
  }

  @Test func `an exception holds for the one file that it names`() {
    let text = "internal import FoundationEssentials\n"
    var house = Architecture.house
    house.exceptions = ["ReportRendering/Fake.swift": ["FoundationEssentials"]]
    #expect(house.violations(inFile: "ReportRendering/Fake.swift", text: text) == [])
    #expect(house.violations(inFile: "ReportRendering/Other.swift", text: text).count == 1)
  }
}
