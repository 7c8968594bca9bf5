import FoundationEssentials
import TestSupport

/// `xenquirks-collect`, run by one of the shells that rescue systems have.
enum Collector: String, CaseIterable {
  case dash, busybox

  static let script = "\(Fixtures.root)/packaging/xenquirks-collect/xenquirks-collect"

  /// The words that start the shell.
  var shell: [String] { self == .dash ? ["/bin/dash"] : ["/bin/busybox", "sh"] }

  /// Runs the script; under busybox every other tool is busybox's too.
  func run(
    _ arguments: [String], in folder: Tool.Folder, asNobody: Bool = false,
    environment: [String] = []
  ) async throws -> Tool.Outcome {
    let script = try folder.write(try Fixtures.bytes(Self.script), to: "collect/xenquirks-collect")
    var words = ["TMPDIR=\(folder.path)"] + environment
    if self == .busybox {
      let tools = "\(folder.path)/tools"
      if !FileManager.default.fileExists(atPath: tools) {
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        let applets = try await Tool.run(["--list"], path: "/bin/busybox")
        for name in applets.output.split(separator: "\n") {
          try folder.link("tools/\(name)", to: "/bin/busybox")
        }
      }
      words.append("PATH=\(tools)")
    }
    return try await Tool.run(
      words + shell + [script] + arguments, path: "/usr/bin/env", directory: folder.path,
      asNobody: asNobody)
  }

  /// What the script writes of a machine, unpacked; and the archive as it is without gzip.
  func tree(
    _ arguments: [String] = [], in folder: Tool.Folder, asNobody: Bool = false
  ) async throws -> (path: String, archive: [UInt8], outcome: Tool.Outcome) {
    let archive = "\(folder.path)/\(rawValue).tar"
    let outcome = try await run(arguments + ["-o", archive], in: folder, asNobody: asNobody)
    let path = "\(folder.path)/tree-\(rawValue)"
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = try await Tool.run(["-xf", archive, "-C", path], path: "/bin/tar")
    return (path, (try? Fixtures.bytes(archive)) ?? [], outcome)
  }

  /// The first line in which two reports differ, but for words that the collector leaves out and for
  /// counters that run on.
  static func difference(_ machine: String, _ tree: String) -> String? {
    let lines = [machine, tree].map { pieces(of: withoutCounters($0)) }
    for (one, other) in zip(lines[0], lines[1]) where one != other {
      let runsOn = ["\"time\" :", "\"usage\" :"].contains(where: one.contains)
      if !runsOn, !isRedacted(one, other) { return "\(one) / \(other)" }
    }
    return lines[0].count == lines[1].count ? nil : "one is longer than the other"
  }

  /// The lines of a report but for its counters, which run on from one look to the next.
  private static func withoutCounters(_ report: String) -> [Substring] {
    var isCounter = false
    return report.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("    \"counters\" :") {
        isCounter = line.hasSuffix("{")
        return false
      }
      guard isCounter else { return true }
      isCounter = !line.hasPrefix("    }")
      return false
    }
  }

  /// One piece for each value, whatever stands with it in a line.
  private static func pieces(of lines: [Substring]) -> [Substring] {
    let text = lines.map { $0.drop { $0 == " " } }.joined(separator: " ")
    let split = text.replacing(", ", with: ",\n").replacing("{", with: "{\n")
      .replacing("[", with: "[\n").replacing("}", with: "\n}").replacing("]", with: "\n]")
    return split.split(separator: "\n").map { piece in
      piece[...].drop { $0 == " " }
    }.filter { !$0.isEmpty }.map { piece in
      var piece = piece
      while piece.last == " " { piece.removeLast() }
      return piece
    }.filter { !$0.isEmpty }
  }

  /// Whether a line of the tree is the machine's with words left out.
  private static func isRedacted(_ one: Substring, _ other: Substring) -> Bool {
    let words = [one, other].map { $0.split(separator: " ") }
    guard words[0].count == words[1].count else { return false }
    return zip(words[0], words[1]).allSatisfy { word, shown in
      guard word != shown, let mark = shown.firstRange(of: "<redacted:") else {
        return word == shown
      }
      return word.hasPrefix(shown[..<mark.lowerBound])
    }
  }
}
