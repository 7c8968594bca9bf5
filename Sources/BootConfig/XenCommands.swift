/// A shell script of XCP-ng's `xen-cmdline` commands, which change the lines of its boot loader.
///
/// Source: XCP-ng, xen-cmdline: `--set-xen A=1 B`, `--delete-xen B`, the same with `dom0`.
public struct XenCommands: BootDocument {
  private var tokens: [ShellToken]
  static let command = "/opt/xensource/libexec/xen-cmdline"

  public init(_ bytes: [UInt8], path: String) throws(BootFileError) {
    tokens = try ShellToken.tokens(of: bytes, path: path)
  }

  public var bytes: [UInt8] { tokens.flatMap(\.raw) }

  public var notices: [String] {
    ["these commands set words and do not show all that stand on the lines"]
  }

  public var entries: [BootEntry] {
    var words: [String: [String]] = [:]
    var command: [String] = []
    func take() {
      defer { command = [] }
      guard command.first?.split(separator: "/").last == "xen-cmdline", command.count > 2,
        let dash = command[1].lastIndex(of: "-")
      else { return }
      let side = String(command[1][command[1].index(after: dash)...])
      for word in command.dropFirst(2) {
        words[side, default: []].removeAll { $0.optionName == word.optionName }
        if command[1].hasPrefix("--set") { words[side, default: []].append(word) }
      }
    }
    for token in tokens {
      switch token.kind {
      case .word: command.append(token.kernelWord)
      case .newline, .separator: take()
      case .blank, .comment: break
      }
    }
    take()
    return [
      BootEntry(
        title: "every entry", xen: words["xen"] ?? [], dom0: words["dom0"] ?? [], line: 1)
    ]
  }

  public mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError) {
    let commands = Self.commands(for: changes)
    guard !commands.isEmpty else { return }
    var text = bytes.isEmpty || bytes.last == .newline ? "" : "\n"
    text += ChangeNote(.addedEntry).text + "\n"
    text += commands.map { $0 + "\n" }.joined() + ChangeNote(.entryEnd).text + "\n"
    tokens += try ShellToken.tokens(of: Array(text.utf8), path: "")
  }

  /// The commands that make changes, one a line.
  static func commands(for changes: LineChanges) -> [String] {
    [("xen", changes.xen), ("dom0", changes.dom0)].flatMap { side, changes -> [String] in
      changes.map { change in
        let (verb, word): (String, String) =
          switch change {
          case .added(let word), .replaced(_, let word): ("set", word)
          case .removed(let word, _): ("delete", String(word.optionName))
          }
        return "\(command) --\(verb)-\(side) \(ScriptQuoting.grubScript(word))"
      }
    }
  }

  public mutating func addEntry(
    copying index: Int, _ changes: LineChanges
  ) throws(BootFileError) {
    throw BootFileError("", "xen-cmdline changes every entry; it can't add one")
  }

  public mutating func undo() -> [String] {
    var lost: [String] = []
    while let start = tokens.firstIndex(where: { mark(of: $0) == .addedEntry }) {
      guard let end = tokens[start...].firstIndex(where: { mark(of: $0) == .entryEnd }) else {
        lost.append("the added commands have no end mark any more")
        return lost
      }
      tokens.removeSubrange(start...min(end + 1, tokens.count - 1))
    }
    return lost
  }

  private func mark(of token: ShellToken) -> ChangeNote.Content? {
    token.kind == .comment ? ChangeNote(parsing: token.raw)?.content : nil
  }
}
