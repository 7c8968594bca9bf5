import FoundationEssentials
import TestSupport
import Testing

/// What is printed of a machine whose names, tables, logs and lines were written by somebody who means
/// ill.
@Suite struct HostileOutputTests {
  private static let texts = [
    "<script>alert(1)</script>", "quotes \" ' ` and \\ too", "escape \u{1b}[31m and bell \u{7}",
    "C1 \u{9b}31m", "right-to-left \u{202e}evil\u{2066}", "line\u{2028}and\u{2029}end",
    "| a | b |\u{8}", "</text></svg><b>", "@everyone #1 [x](http://x) ![y](z)",
    "&lt;b&gt; $(x) `x`",
    "soft\u{ad}hyphen \u{feff}mark", "```\u{85}next", String(repeating: "long", count: 2_500),
  ]

  private let folder: Tool.Folder
  private let source: [String]

  init() throws {
    let folder = try Tool.Folder()
    self.folder = folder
    let tree = "\(folder.path)/tree"
    try FileManager.default.copyItem(
      atPath: "\(Fixtures.root)/Tests/Fixtures/trees/howto", toPath: tree)
    var number = 0
    let names = try Fixtures.text(at: "\(Fixtures.root)/reports/gallery/pci.ids")
      .split(separator: "\n").map { line -> String in
        number += 1
        let text = Self.texts[number % Self.texts.count].replacing("\n", with: " ")
        return line.hasPrefix("\t")
          ? line.prefix(5) + "  " + text
          : line.hasPrefix("#") ? String(line) : line.prefix(4) + "  " + text
      }
    let ids = try folder.write(names.joined(separator: "\n") + "\n", to: "pci.ids")
    for (field, text) in zip(
      ["board_name", "board_vendor", "bios_version", "bios_vendor", "product_name", "sys_vendor"],
      Self.texts)
    {
      _ = try folder.write(
        Array(text.utf8) + [0xff, 0xfe, 0x0a], to: "tree/sys/class/dmi/id/\(field)")
    }
    for log in ["dmesg.txt", "xl-dmesg.txt"] {
      let path = "\(tree)/\(log)"
      let old = (try? Fixtures.text(at: path)) ?? ""
      let lines = Self.texts.map {
        "[    1.0] e1000e 0000:03:00.0: Detected Hardware Unit Hang \($0)"
      }
      _ = try folder.write(
        Array((old + lines.joined(separator: "\n")).utf8) + [0x0a, 0xc3, 0x28, 0x00, 0x0a],
        to: "tree/\(log)")
    }
    let line = Self.texts.map { $0.replacing(" ", with: "_") }.joined(separator: " ")
    source = [
      "--root", tree, "--pci-ids", ids, "--xen-line", "dom0_mem=2048M " + line, "--dom0-line",
      "pcie_aspm=off " + line,
    ]
  }

  private func output(_ arguments: [String], statuses: Set<Int32> = [0]) async throws -> String {
    let outcome = try await Tool.run(arguments)
    #expect(statuses.contains(outcome.status ?? -1), "\(arguments.first ?? ""): \(outcome.errors)")
    expectHarmless(outcome.errors, "errors of \(arguments.first ?? "")")
    return outcome.output
  }

  /// Nothing in it steers a terminal or turns the direction of reading.
  private func expectHarmless(_ text: String, _ what: String) {
    let wrong = text.unicodeScalars.first { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar != "\n"
      case .format, .lineSeparator, .paragraphSeparator: true
      default: false
      }
    }
    #expect(wrong == nil, "\(what): U+\(String(wrong?.value ?? 0, radix: 16))")
  }

  @Test func `every text for a person is harmless`() async throws {
    let commands: [[String]] = [
      ["scan"], ["scan", "--policy", "conservative"], ["scan", "--plan-xen", "4.20"],
      ["report", "--format", "text", "--redact", "none"],
      ["report", "--format", "markdown", "--redact", "none"],
      ["report", "--format", "html", "--redact", "none"],
      ["report", "--format", "json", "--redact", "none"],
      ["check"], ["verify"], ["explain", "0000:03:00.0"], ["explain", "intel-82574-aspm-hang"],
      ["snapshot"],
    ]
    for command in commands {
      let text = try await output(command + source, statuses: [0, 2, 3])
      #expect(!text.isEmpty)
      expectHarmless(text, command.joined(separator: " "))
    }
  }

  @Test func `every JSON keeps to its schema and shows no raw control character`() async throws {
    let snapshot = "\(folder.path)/snapshot.json"
    _ = try await output(["snapshot", "-o", snapshot] + source)
    let config = try folder.write(
      Self.texts.map { "CONFIG_XEN=\($0.replacing("\n", with: ""))\nCONFIG_PCI=y" }.joined(
        separator: "\n"),
      to: "config")
    let howTo = "\(Fixtures.root)/Tests/Fixtures/snapshots/v1/howto.json"
    let commands: [(schema: String, arguments: [String])] = [
      ("report", ["scan"] + source), ("report", ["report", "--redact", "strict"] + source),
      ("upgrade", ["scan", "--plan-xen", "4.20", "--plan-linux", "6.12"] + source),
      ("check", ["check"] + source), ("verify", ["verify"] + source),
      ("kconfig", ["check", "--kconfig", config]), ("diff", ["diff", snapshot, howTo]),
      ("diff", ["diff", howTo, snapshot]), ("observation", ["observe", "--for", "1s"]),
      ("quirks", ["quirks", "list"]),
      ("options", ["options", "list"]), ("options", ["options", "list", "--xen-version", "4.17"]),
    ]
    var documents: [String: [String]] = ["snapshot": [snapshot]]
    for (number, command) in commands.enumerated() {
      let text = try await output(command.arguments + ["--format", "json"], statuses: [0, 2, 3])
      expectHarmless(text, command.arguments.prefix(2).joined(separator: " "))
      documents[command.schema, default: []].append(try folder.write(text, to: "\(number).json"))
    }
    let saved = "\(folder.path)/advice.json"
    _ = try await output(["scan", "--save", saved] + source)
    documents["advice"] = [saved]
    expectHarmless(try Fixtures.text(at: saved), "saved advice")
    expectHarmless(try Fixtures.text(at: snapshot), "snapshot")
    for (schema, files) in documents {
      let complaints = try await Schema.complaints(about: files, schema: "\(schema)-1.json")
      #expect(complaints == "", "\(schema)")
    }
    let schemas = try FileManager.default.contentsOfDirectory(
      atPath: "\(Fixtures.root)/reports/schema")
    #expect(Set(schemas) == Set(documents.keys.map { "\($0)-1.json" }))
  }

  @Test func `a command without JSON says so`() async throws {
    for command in [["explain", "max_cstate"], ["bootline"]] {
      #expect(try await Tool.run(command + source + ["--format", "json"]).status == 64)
    }
  }

  @Test func `a schema refuses what is not its own`() async throws {
    let snapshot = "\(Fixtures.root)/Tests/Fixtures/snapshots/v1/howto.json"
    for name in Fixtures.files(under: "reports/schema") where !name.contains("snapshot") {
      let schema = String(name.split(separator: "/").last ?? "")
      #expect(try await Schema.complaints(about: [snapshot], schema: schema) != "", "\(schema)")
    }
  }

  @Test func `no name breaks a table of the Markdown, its code or its folds`() async throws {
    let text = try await output(["report", "--format", "markdown", "--redact", "none"] + source)
    #expect(text.utf8.count < 65_536)
    var isCode = false
    var columns = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") { isCode.toggle() }
      if isCode { continue }
      let bars = line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      if line.hasPrefix("|") {
        if columns == 0 { columns = bars }
        #expect(bars == columns, "\(line.prefix(200))")
      } else {
        columns = 0
        #expect(bars == 0, "\(line.prefix(200))")
      }
      #expect(!line.contains("<script") && !line.contains("<b>"), "\(line.prefix(200))")
    }
    #expect(!isCode)
    #expect(text.ranges(of: "<details>").count == text.ranges(of: "</details>").count)
  }

  @Test func `HTML holds no element that a name brought`() async throws {
    let page = try await output(["report", "--format", "html", "--redact", "none"] + source)
    #expect(!page.contains("<script") && !page.contains("<b>"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.ranges(of: "<svg").count == page.ranges(of: "</svg>").count)
  }
}
