/// The comment that an edit leaves behind, so that it can be taken back exactly.
///
/// It is one line, for people and for `--undo`:
/// `# xenquirks xen added max_cstate=1 removed msi=false at 2 replaced dom0_mem=2G by dom0_mem=2G,max:2G`.
struct ChangeNote: Hashable {
  enum Content: Hashable {
    /// What became of the words of a line or variable.
    case words(of: String, [WordChange])
    /// The next line was not there before.
    case addedLine
    /// The lines up to `entryEnd` were not there before.
    case addedEntry
    case entryEnd
    /// A setting had another value; nil where it was not there.
    case setting(String, was: String?)
  }

  var content: Content

  private static let mark = "xenquirks"

  var text: String {
    let words: [String] =
      switch content {
      case .words(let name, let changes): [name] + changes.flatMap(\.noteWords)
      case .addedLine: ["added-line"]
      case .addedEntry: ["added-entry"]
      case .entryEnd: ["end-of-entry"]
      case .setting(let name, let old): [name] + (old.map { ["was", $0] } ?? ["was-not-set"])
      }
    return (["#", Self.mark] + words).joined(separator: " ")
  }

  init(_ content: Content) { self.content = content }

  /// Reads a comment; nil where it is somebody else's.
  init?(parsing line: Bytes) {
    var words = WordLine(line).words.map(\.text)[...]
    guard words.popFirst() == "#", words.popFirst() == Self.mark, let name = words.popFirst() else {
      return nil
    }
    switch (name, words.first) {
    case ("added-line", nil): content = .addedLine
    case ("added-entry", nil): content = .addedEntry
    case ("end-of-entry", nil): content = .entryEnd
    case (_, "was"): content = .setting(name, was: words.dropFirst().joined(separator: " "))
    case (_, "was-not-set"): content = .setting(name, was: nil)
    default:
      var changes: [WordChange] = []
      while let verb = words.popFirst() {
        guard let word = words.popFirst() else { return nil }
        switch verb {
        case "added": changes.append(.added(word))
        case "removed":
          guard words.popFirst() == "at", let place = words.popFirst().flatMap({ Int($0) }) else {
            return nil
          }
          changes.append(.removed(word, at: place))
        case "replaced":
          guard words.popFirst() == "by", let new = words.popFirst() else { return nil }
          changes.append(.replaced(word, by: new))
        default: return nil
        }
      }
      content = .words(of: name, changes)
    }
  }
}

extension WordChange {
  fileprivate var noteWords: [String] {
    switch self {
    case .added(let word): ["added", word]
    case .removed(let word, let place): ["removed", word, "at", "\(place)"]
    case .replaced(let old, let new): ["replaced", old, "by", new]
    }
  }
}
