/// What the file MANIFEST of a tree says that `xenquirks-collect` made: what was looked for on the machine, and what could
/// not be read there.
///
/// A file that was looked for and is not in the tree was not on the machine.
struct CaptureManifest: Sendable {
  static let path = "/MANIFEST"
  private static let format = "xenquirks-collect/1"

  /// Paths; `*` stands for the address of a PCI function.
  private var looked: Set<String> = []
  private var refused: Set<String> = []
  private var failed: [String: String] = [:]
  private var isLive = false

  /// Nil for the text of another file.
  init?(parsing text: String) {
    let lines = text.split(separator: "\n")
    guard lines.first == Self.format[...] else { return nil }
    for line in lines.dropFirst() {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count > 1 else { continue }
      switch words[0] {
      case "looked": looked.insert(words[1])
      case "refused": refused.insert(words[1])
      case "failed": failed[words[1]] = words.count > 2 ? words[2] : ""
      case "source": isLive = words[1] == "live"
      default: break
      }
    }
  }

  /// Whether the machine itself was looked at for a path, not a tree of it.
  func tells(_ path: String) -> Bool {
    guard isLive else { return false }
    if looked.contains(path) { return true }
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    return looked.contains(components.map { Self.stands($0) ? "*" : $0 }.joined(separator: "/"))
  }

  /// Whether the rights to read a path were lacking.
  func refuses(_ path: String) -> Bool { refused.contains(path) }

  /// Why a tool gave nothing for the file that its output would lie in.
  func failure(_ path: String) -> String? { failed[path] }

  /// Whether a component is the address of a function: `0000:03:00.0`.
  private static func stands(_ component: Substring) -> Bool {
    component.count >= 12 && component.suffix(8).first == ":" && component.dropLast().last == "."
  }
}
