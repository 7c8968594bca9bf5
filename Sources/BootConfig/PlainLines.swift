/// Two lines of plain text, `xen: WORDS` and `dom0: WORDS`.
public struct PlainLines: BootDocument {
  private var lines: [SourceLine]

  public init(_ bytes: [UInt8], path: String) throws(BootFileError) {
    lines = SourceLine.lines(of: bytes)
    if let line = lines.firstIndex(where: { $0.content.contains(0) }) {
      throw BootFileError(path, line: line + 1, "a NUL byte: this is no text")
    }
    guard lines.isEmpty || place(of: "xen") != nil || place(of: "dom0") != nil else {
      throw BootFileError(path, line: 1, "no line starts with 'xen:' or 'dom0:'")
    }
  }

  public var bytes: [UInt8] { lines.flatMap { $0.content + $0.ending } }

  private func place(of side: String) -> Int? {
    lines.firstIndex { $0.content.text.hasPrefix(side + ":") }
  }

  private func words(of side: String) -> [String] {
    place(of: side).map { WordLine(lines[$0].content).words.dropFirst().map(\.text) } ?? []
  }

  public var entries: [BootEntry] {
    [BootEntry(title: "the lines", xen: words(of: "xen"), dom0: words(of: "dom0"), line: 1)]
  }

  public mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError) {
    let ending = SourceLine.ending(of: lines)
    for (side, changes) in [("xen", changes.xen), ("dom0", changes.dom0)] where !changes.isEmpty {
      if place(of: side) == nil {
        if let last = lines.indices.last, lines[last].ending.isEmpty { lines[last].ending = ending }
        lines.append(SourceLine(side + ":", ending: ending))
      }
      guard let place = place(of: side) else { continue }
      var words = WordLine(lines[place].content)
      let done = words.apply(changes, skipping: 1)
      lines[place].content = words.bytes
      lines.insert(SourceLine(ChangeNote(.words(of: side, done)).text, ending: ending), at: place)
    }
  }

  public mutating func addEntry(
    copying index: Int, _ changes: LineChanges
  ) throws(BootFileError) {
    throw BootFileError("", "two plain lines hold no entries")
  }

  public mutating func undo() -> [String] {
    var lost: [String] = []
    for index in lines.indices.reversed() {
      guard case .words(let name, let changes) = ChangeNote(parsing: lines[index].content)?.content
      else { continue }
      lines.remove(at: index)
      guard let place = place(of: name) else {
        lost.append("the line of \(name) is not there any more")
        continue
      }
      var words = WordLine(lines[place].content)
      lost += Self.lost(words.undo(changes, skipping: 1), of: name)
      lines[place].content = words.bytes
    }
    return lost
  }
}
