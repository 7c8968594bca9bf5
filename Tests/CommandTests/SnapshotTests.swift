import FoundationEssentials
import QuirkProof
import TestSupport
import Testing

@Suite struct SnapshotTests {
  private static let dumps = Fixtures.files(under: "Tests/Fixtures/dumps", suffix: ".hex")
  private static let machines = Fixtures.files(under: "quirks/machines")
  private static let snapshots = Fixtures.files(under: "Tests/Fixtures/snapshots", suffix: ".json")

  /// What differs between a machine and its snapshot, in reports of both, and between a snapshot and
  /// the snapshot of it.
  private func difference(_ source: [String], _ words: [String] = []) async throws -> String? {
    let folder = try Tool.Folder()
    let path = "\(folder.path)/snapshot.json"
    let taken = try await Tool.run(["snapshot", "--redact", "none", "-o", path] + source)
    guard taken.status == 0, taken.output.isEmpty else { return "snapshot: \(taken.errors)" }
    let direct = try await Tool.run(["scan", "--format", "json"] + source + words)
    let replayed = try await Tool.run(["scan", "--format", "json", "--from", path] + words)
    guard direct.status == 0, replayed.status == 0 else { return direct.errors + replayed.errors }
    if let line = Self.firstDifference(direct.output, replayed.output) { return line }
    let again = try await Tool.run(["snapshot", "--redact", "none", "--from", path])
    return Self.firstDifference(try Fixtures.text(at: path), again.output)
  }

  private static func firstDifference(_ left: String, _ right: String) -> String? {
    if left == right { return nil }
    let lines = [left, right].map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    for (one, other) in zip(lines[0], lines[1]) where one != other { return "\(one) / \(other)" }
    return "one is longer than the other"
  }

  @Test func `there are machines enough`() {
    #expect(Self.dumps.count > 4)
    #expect(Self.machines.count > 30)
  }

  @Test(arguments: ["howto", "howto-clean"])
  func `the snapshot of a tree says what the tree says`(name: String) async throws {
    let root = "\(Fixtures.root)/Tests/Fixtures/trees/\(name)"
    #expect(try await difference(["--root", root]) == nil)
  }

  @Test(arguments: ["howto", "howto-clean"])
  func `what a snapshot leaves out of the lines changes nothing else`(name: String) async throws {
    let folder = try Tool.Folder()
    let path = "\(folder.path)/snapshot.json"
    let line =
      "root=UUID=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 nofb pcie_aspm=off max_cstat=1 odd=e1000e"
    let source = [
      "--root", "\(Fixtures.root)/Tests/Fixtures/trees/\(name)", "--dom0-line", line,
    ]
    #expect(try await Tool.run(["snapshot", "-o", path] + source).status == 0)
    let direct = try await Tool.run(["scan", "--format", "json"] + source)
    let replayed = try await Tool.run(["scan", "--format", "json", "--from", path])
    #expect(Collector.difference(direct.output, replayed.output) == nil)
    let left = "root=<redacted:root> nofb pcie_aspm=off max_cstat=1 <redacted:unknown-word>"
    #expect(try Fixtures.text(at: path).contains(left.replacing(" ", with: "\", \"")))
  }

  @Test(arguments: dumps)
  func `the snapshot of a dump says what the dump says`(path: String) async throws {
    #expect(try await difference(["--pci-dump", "\(Fixtures.root)/\(path)"]) == nil)
  }

  @Test func `the snapshot of every machine made by hand says what its dump says`() async throws {
    let folder = try Tool.Folder()
    for path in Self.machines {
      let machine = try Fixtures.machine(String(path.split(separator: "/").last ?? ""))
      if machine.dump.isEmpty { continue }
      let dump = try folder.write(machine.dump, to: "machine.hex")
      #expect(try await difference(["--pci-dump", dump]) == nil, "\(path)")
    }
  }

  @Test func `the snapshot of the live machine says what it says, but for what goes on`()
    async throws
  {
    let folder = try Tool.Folder()
    let taken = try await Tool.run(["snapshot", "--quiet"])
    #expect(taken.status == 0)
    let path = try folder.write(taken.output, to: "live.json")
    #expect(try await Tool.run(["scan", "--from", path]).status == 0)
    #expect(try await Tool.run(["snapshot", "--from", path]).output == taken.output)
  }

  @Test(
    .enabled(if: Captures.folder != nil, "the captures are not here"), arguments: Captures.dumps)
  func `the snapshot of a captured dump says what the dump says`(dump: String) async throws {
    #expect(try await difference(["--pci-dump", dump]) == nil)
  }

  @Test(.enabled(if: Captures.folder != nil, "the captures are not here"))
  func `the snapshot of every captured tree says what the tree says`() async throws {
    let folder = try Tool.Folder()
    let captures = try Captures.machines(in: folder) + (try await Captures.trees(in: folder))
    #expect(captures.count > 10)
    for arguments in captures {
      #expect(try await difference(arguments) == nil, "\(arguments)")
    }
  }

  @Test(arguments: [
    ["--xen-line", "max_cstate=1"], ["--xen-line", ""], ["--xen-version", "4.2.1"],
    ["--dom0-line", "root=/dev/sda1 pcie_aspm=off"], ["--linux-version", "6.1.0"],
    ["--plan-xen", "4.20", "--plan-linux", "6.12"],
    ["--xl-info", "Tests/Fixtures/trees/howto-clean/xl-info.txt"],
    ["--xl-dmesg", "Tests/Fixtures/trees/howto-clean/xl-dmesg.txt"],
    ["--xenpm", "Tests/Fixtures/trees/howto-clean/xenpm.txt"],
  ])
  func `what the person says holds over a snapshot as over the machine`(
    words: [String]
  ) async throws {
    let words = words.map { $0.hasPrefix("Tests/") ? "\(Fixtures.root)/\($0)" : $0 }
    let bare = "\(Fixtures.root)/Tests/Fixtures/dumps/nics-aspm-on.hex"
    #expect(try await difference(["--pci-dump", bare], words) == nil)
    let root = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
    #expect(try await difference(["--root", root], words) == nil)
  }

  @Test func `a line decides the limit of C-states anew`() async throws {
    let folder = try Tool.Folder()
    let tree = "\(folder.path)/tree"
    try FileManager.default.copyItem(
      atPath: "\(Fixtures.root)/Tests/Fixtures/trees/howto", toPath: tree)
    try FileManager.default.removeItem(atPath: "\(tree)/xenpm.txt")
    for line in ["max_cstate=3", "max_cstate=1", "cpuidle=0", ""] {
      #expect(try await difference(["--root", tree], ["--xen-line", line]) == nil, "\(line)")
    }
    let cpuid = try folder.write("", to: "tree/proc/cpuinfo")
    for line in ["max_cstate=3", "max_cstate=1"] {
      #expect(try await difference(["--root", tree], ["--xen-line", line]) == nil, "\(cpuid)")
    }
  }

  @Test func `every command that looks at a machine reads a snapshot`() async throws {
    let folder = try Tool.Folder()
    let path = "\(folder.path)/snapshot.json"
    let tree = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
    let taken = try await Tool.run(
      ["snapshot", "-o", path, "--root", tree, "--pci-ids", Tool.names])
    #expect(taken.status == 0, "\(taken.errors)")
    for command in [
      ["scan"], ["bootline"], ["check"], ["explain", "max_cstate"], ["explain", "01:00.0"],
      ["explain", "intel-82574-aspm-hang"], ["bootline", "--style", "grub.d"],
    ] {
      let names = ["--pci-ids", Tool.names]
      let live = try await Tool.run(command + ["--root", tree] + names)
      let replayed = try await Tool.run(command + ["--from", path] + names)
      #expect(live.status == replayed.status, "\(command)")
      #expect(live.output == replayed.output, "\(command)")
      #expect(live.errors == replayed.errors, "\(command)")
    }
  }

  // MARK: Snapshots of version 1

  @Test func `there are two snapshots of version 1`() {
    #expect(Self.snapshots.count == 2)
  }

  /// They were written by 0.1.0 and are never written again: what it wrote can be read for ever.
  @Test(arguments: snapshots)
  func `a snapshot of version 1 is read for ever`(path: String) async throws {
    let file = "\(Fixtures.root)/\(path)"
    let again = try await Tool.run(["snapshot", "--from", file])
    #expect(again.status == 0, "\(again.errors)")
    let decoder = JSONDecoder()
    let old = try decoder.decode(Value.self, from: Data(try Fixtures.text(at: file).utf8))
    let new = try decoder.decode(Value.self, from: Data(again.output.utf8))
    // The table is a fact of the database.
    #expect(old.lost(in: new) { $0 == ".tool.version" || $0 == ".host.cpuidle.table" } == [])
  }

  @Test(arguments: [
    ("howto", "intel-82574-aspm-hang", "ineffective"),
    ("howto", "dom0-mem-without-max", "missing"), ("howto", "intel-nehalem-smt-c6", "latent"),
    ("nics-aspm-on", "intel-82574-aspm-hang", "needed"),
    ("nics-aspm-on", "asmedia-asm1083-aspm-errors", "needed"),
  ])
  func `a snapshot of version 1 still has its findings`(
    name: String, quirk: String, state: String
  ) async throws {
    struct Report: Decodable {
      struct Finding: Decodable { var quirk, state: String }
      var findings: [Finding]
    }
    let file = "\(Fixtures.root)/Tests/Fixtures/snapshots/v1/\(name).json"
    let scan = try await Tool.run(["scan", "--format", "json", "--from", file])
    let report = try JSONDecoder().decode(Report.self, from: Data(scan.output.utf8))
    #expect(report.findings.contains { $0.quirk == quirk && $0.state == state })
  }

  /// JSON of any shape.
  private enum Value: Decodable, Equatable {
    case object([String: Value])
    case array([Value])
    case text(String)
    case bool(Bool)
    case number(Double)
    case null

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode([Value].self) {
        self = .array(value)
      } else if let value = try? container.decode([String: Value].self) {
        self = .object(value)
      } else {
        self = .null
      }
    }

    /// The places where another value does not say what this one says; it may say more.
    func lost(
      in other: Value, path: String = "", except isAllowed: (String) -> Bool
    ) -> [String] {
      if self == other || isAllowed(path) { return [] }
      switch (self, other) {
      case (.object(let old), .object(let new)):
        return old.flatMap { name, value in
          value.lost(in: new[name] ?? .null, path: "\(path).\(name)", except: isAllowed)
        }
      case (.array(let old), .array(let new)) where old.count == new.count:
        return zip(old, new).enumerated().flatMap { index, pair in
          pair.0.lost(in: pair.1, path: "\(path)[\(index)]", except: isAllowed)
        }
      default: return [path]
      }
    }
  }

  // MARK: The schema

  @Test func `snapshots keep to the schema`() async throws {
    let folder = try Tool.Folder()
    var files = Self.snapshots.map { "\(Fixtures.root)/\($0)" }
    let sources =
      [
        [], ["--root", folder.path],
        ["--root", "\(Fixtures.root)/Tests/Fixtures/trees/howto-clean"],
      ]
      + Self.dumps.map { ["--pci-dump", "\(Fixtures.root)/\($0)"] }
    for (number, source) in sources.enumerated() {
      files.append("\(folder.path)/\(number).json")
      let taken = try await Tool.run(["snapshot", "-o", "\(folder.path)/\(number).json"] + source)
      #expect(taken.status == 0)
    }
    #expect(try await Schema.complaints(about: files, schema: "snapshot-1.json") == "")
    for wrong in [
      "{}", "{\"schema\": \"xenquirks-snapshot/1\", \"tool\": {}, \"host\": {}}",
      try Fixtures.text("Tests/Fixtures/snapshots/v1/howto.json")
        .replacing("\"known\": \"dom0\"", with: "\"known\": \"dom1\""),
    ] {
      let file = try folder.write(wrong, to: "wrong.json")
      #expect(try await Schema.complaints(about: [file], schema: "snapshot-1.json") != "")
    }
  }

  // MARK: Refusals

  @Test func `a snapshot and another machine exclude each other`() async throws {
    let path = "\(Fixtures.root)/\(Self.snapshots[0])"
    for other in ["--root", "--pci-dump"] {
      let outcome = try await Tool.run(["scan", "--from", path, other, "/"])
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("--from and \(other) name two machines"))
    }
    let planned = try await Tool.run(["snapshot", "--from", path, "--plan-xen", "4.20"])
    #expect(planned.status == 64)
    let config = try await Tool.run(["check", "--kconfig", "running", "--from", path])
    #expect(config.status == 64)
  }

  @Test func `a file that is no snapshot is refused with its place`() async throws {
    let folder = try Tool.Folder()
    let text = try Fixtures.text("Tests/Fixtures/snapshots/v1/howto.json")
    let cut = try folder.write(String(text.prefix(5000)), to: "cut.json")
    let outcome = try await Tool.run(["scan", "--from", cut])
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("xenquirks: \(cut):"))
    let wrong = try folder.write(
      text.replacing("\"stepping\": 2", with: "\"stepping\": null"), to: "wrong.json")
    let second = try await Tool.run(["scan", "--from", wrong])
    #expect(second.status == 65)
    #expect(second.errors.contains(": host.cpu.identity.known.stepping: expected a number"))
    #expect(try await Tool.run(["scan", "--from", "\(folder.path)/none"]).status == 66)
    #expect(try await Tool.run(["scan", "--from", folder.path]).status == 65)
    let dump = "\(Fixtures.root)/\(Self.dumps[0])"
    #expect(try await Tool.run(["scan", "--from", dump]).status == 65)
    let report = try await Tool.run(["scan", "--pci-dump", dump, "--format", "json"])
    let path = try folder.write(report.output, to: "report.json")
    let third = try await Tool.run(["scan", "--from", path])
    #expect(third.status == 65)
    #expect(third.errors.contains("its schema is 'xenquirks-report/1'"))
  }

  @Test func `a snapshot goes to standard output or to a file that can be written`() async throws {
    let folder = try Tool.Folder()
    let source = ["--pci-dump", "\(Fixtures.root)/\(Self.dumps[0])"]
    let printed = try await Tool.run(["snapshot"] + source)
    #expect(try await Tool.run(["snapshot", "-o", "-"] + source).output == printed.output)
    let path = "\(folder.path)/s.json"
    #expect(try await Tool.run(["snapshot", "-o", path] + source).status == 0)
    #expect(try Fixtures.text(at: path) == printed.output)
    let none = try await Tool.run(["snapshot", "-o", "\(folder.path)/no/s.json"] + source)
    #expect(none.status == 73)
  }
}
