/// What a target may import: the table of the house, beside which Package.swift only says what is
/// linked.
///
/// SwiftPM lets a target import whatever its dependencies happen to build, so the table is held by
/// a test.
struct Architecture {
  /// The modules that each target may name, beside the standard library.
  var allowed: [String: Set<String>]
  /// Targets that may touch the machine; all others are values to values.
  var edges: Set<String>
  /// Targets that may print.
  var printers: Set<String>
  /// A module that one file of a target may name, though the target may not.
  var exceptions: [String: Set<String>]
  var longestFile: Int

  static let house = Architecture(
    allowed: [
      "HostModel": [],
      "QuirkEngine": ["HostModel"],
      "QuirkSyntax": ["HostModel", "QuirkEngine", "TOMLKit"],
      "QuirkData": ["QuirkEngine"],
      "QuirkProof": ["BootAdvice", "HostModel", "QuirkEngine", "QuirkSyntax"],
      "BootAdvice": ["HostModel", "QuirkEngine"],
      "BootConfig": ["BootAdvice", "HostModel"],
      "HostSnapshot": ["HostModel"],
      "ReportComparison": ["HostModel", "HostSnapshot"],
      "ReportRendering": ["BootAdvice", "HostModel", "QuirkEngine", "ReportComparison"],
      "SystemAccess": ["CLinuxFiles", "SystemPackage"],
      "PCIAccess": ["CLibpci", "CPCIShims", "HostModel"],
      "UdevAccess": ["CLibudev", "HostModel"],
      "GzipAccess": ["CZlib"],
      "XenTools": ["HostModel", "Subprocess", "SystemAccess", "SystemPackage"],
      "HostProbes": [
        "CTSCWarp", "GzipAccess", "HostModel", "PCIAccess", "SystemAccess", "UdevAccess",
        "XenTools",
      ],
      "xenquirks": [
        "ArgumentParser", "BootAdvice", "BootConfig", "GzipAccess", "HostModel", "HostProbes",
        "HostSnapshot",
        "QuirkData",
        "QuirkEngine", "QuirkProof", "QuirkSyntax", "ReportComparison",
        "ReportRendering", "SystemAccess",
        "SystemPackage",
      ],
      "compile-quirks": ["HostModel", "QuirkEngine", "QuirkSyntax"],
    ],
    edges: [
      "SystemAccess", "PCIAccess", "UdevAccess", "GzipAccess", "XenTools", "HostProbes",
      "xenquirks",
      "compile-quirks",
    ],
    printers: ["xenquirks", "compile-quirks"],
    exceptions: [:],
    longestFile: 400)

  /// What an edge may name besides its row: the C library, and Foundation's small half.
  private static let edgeModules: Set<String> = ["FoundationEssentials", "Glibc"]

  /// All that one source file does against the rules, as `path:line: error: text`.
  func violations(inFile path: String, text: String) -> [String] {
    let target = path.split(separator: "/").first.map(String.init) ?? path
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var found: [String] = []
    if lines.count - 1 > longestFile {
      found.append("\(path):\(longestFile + 1): error: more than \(longestFile) lines; split it")
    }
    guard let row = allowed[target] else {
      return found + ["\(path):1: error: target \(target) has no row in the table of imports"]
    }
    let modules =
      row.union(edges.contains(target) ? Self.edgeModules : []).union(exceptions[path] ?? [])
    for (number, line) in zip(1..., lines) {
      let code = Self.withoutComment(line)
      if let module = Self.importedModule(code), !modules.contains(module) {
        found.append("\(path):\(number): error: \(target) may not import \(module)")
      }
      if code.contains(/(^|[^.\w])(print|debugPrint|dump)\(/), !printers.contains(target) {
        found.append("\(path):\(number): error: only \(printers.sorted()) print")
      }
      if code.contains(/"([^"]*[^"\w:])?[0-9a-fA-F]{4}:[0-9a-fA-F]{4}([^"\w][^"]*)?"/) {
        found.append("\(path):\(number): error: a hardware id; knowledge stands in quirks/")
      }
    }
    return found
  }

  /// The module that a line imports; nil where it is no import.
  static func importedModule(_ code: Substring) -> String? {
    var words = code.split { $0 == " " || $0 == "\t" || $0 == ";" }[...]
    let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) {
      words.removeFirst()
    }
    guard words.first == "import" else { return nil }
    words.removeFirst()
    let kinds: Set<Substring> = [
      "class", "enum", "func", "let", "protocol", "struct", "typealias", "var",
    ]
    if let word = words.first, kinds.contains(word) { words.removeFirst() }
    return words.first?.split(separator: ".").first.map(String.init)
  }

  /// The line up to its `//`, which does not count inside a string.
  static func withoutComment(_ line: Substring) -> Substring {
    var quoted = false
    var previous: Character = " "
    for index in line.indices {
      let character = line[index]
      if character == "\"", previous != "\\" { quoted.toggle() }
      if character == "/", previous == "/", !quoted { return line[..<line.index(before: index)] }
      previous = character
    }
    return line
  }
}
