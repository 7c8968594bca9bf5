internal import FoundationEssentials
internal import Glibc
internal import QuirkEngine
internal import QuirkSyntax

/// Checks the quirk files and writes them as one Swift file: `compile-quirks OUTPUT FOLDER
/// FILE...`.
///
/// Every problem is printed as `file:line: error: text`; with any of them nothing is written and
/// the status is 1.
@main
struct CompileQuirks {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count >= 3, let output = arguments.first,
      let folder = arguments.dropFirst().first
    else { fail(["usage: compile-quirks OUTPUT FOLDER FILE..."]) }
    do {
      let files = try arguments.dropFirst(2).map { path in
        QuirkSources.File(
          path: relative(path, to: folder),
          bytes: Array(try Data(contentsOf: URL(filePath: path))))
      }
      let reading = QuirkSources(files: files).read()
      guard reading.problems.isEmpty else {
        fail(reading.problems.map { "\(folder)/\($0)" })
      }
      if let id = reading.knowledge.firstChangedByFlatForm {
        fail(["\(folder): error: '\(id)' does not survive the built-in form"])
      }
      let text = swiftFile(reading, digest: digest(of: files))
      try Data(text.utf8).write(to: URL(filePath: output), options: .atomic)
    } catch {
      fail(["compile-quirks: \(error)"])
    }
  }

  private static func fail(_ lines: [String]) -> Never {
    for line in lines {
      let text = Array("\(line)\n".utf8)
      _ = unsafe Glibc.write(STDERR_FILENO, text, text.count)
    }
    exit(1)
  }

  /// The path under the folder, so that a build does not depend on where the checkout is.
  private static func relative(_ path: String, to folder: String) -> String {
    path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
  }

  /// FNV-1a over the files' paths and bytes.
  private static func digest(of files: [QuirkSources.File]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for file in files.sorted(by: { $0.path < $1.path }) {
      for byte in Array(file.path.utf8) + [0] + file.bytes {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    return String(hash, radix: 16)
  }

  private static func swiftFile(_ reading: QuirkReading, digest: String) -> String {
    let flat = reading.knowledge.flatText(
      digest: digest, newestXen: reading.newestXen ?? "unknown")
    return "/// The flat form of the folder of quirks, written by compile-quirks.\n"
      + "let builtInText: StaticString = ####\"\"\"\n\(flat)\n\"\"\"####\n"
  }
}
