/// The `xen.cfg` that Xen's own EFI loader reads.
///
/// Source: Xen, common/efi/boot.c `pre_parse`, `get_value`: a `#` opens a comment anywhere, a `;` at
/// the start of a line; a control character, even a tab, ends a value; of sections with one
/// name the first counts.
public struct XenEFIConfig: BootDocument {
  private var lines: [SourceLine]

  public init(_ bytes: [UInt8], path: String) throws(BootFileError) {
    lines = SourceLine.lines(of: bytes)
    if let line = lines.firstIndex(where: { $0.content.contains(0) }) {
      throw BootFileError(path, line: line + 1, "a NUL byte: this is no xen.cfg")
    }
  }

  public var bytes: [UInt8] { lines.flatMap { $0.content + $0.ending } }

  public var notices: [String] {
    places.flatMap { place in
      [place.options, place.kernel].compactMap(\.self).compactMap { line in
        value(at: line).contains(.tab)
          ? "line \(line + 1): a tab ends the value for Xen: the words behind it are lost" : nil
      }
    }
  }

  // MARK: Sections

  private struct Place {
    var name: String
    var lines: Range<Int>
    var options: Int?
    var kernel: Int?
    var initialRAMDisk: Int?
  }

  private var places: [Place] {
    var places: [Place] = []
    for (index, line) in lines.enumerated() {
      let text = line.content.trimmed.text
      if text.hasPrefix("[") {
        places.append(
          Place(name: String(text.dropFirst().prefix { $0 != "]" }), lines: index..<(index + 1)))
      } else if let last = places.indices.last {
        places[last].lines = places[last].lines.lowerBound..<(index + 1)
        switch key(at: index) {
        case "options": places[last].options = places[last].options ?? index
        case "kernel": places[last].kernel = places[last].kernel ?? index
        case "ramdisk": places[last].initialRAMDisk = places[last].initialRAMDisk ?? index
        default: break
        }
      }
    }
    return places
  }

  /// The sections that boot something.
  private var bootable: [Place] { places.filter { $0.name != "global" && $0.kernel != nil } }

  private func key(at line: Int) -> String {
    let content = lines[line].content.trimmed
    guard let first = content.first, first != .hash, first != UInt8(ascii: ";"),
      let equals = content.firstIndex(of: .equals)
    else { return "" }
    return content[..<equals].text
  }

  /// What stands behind `=`, up to a comment.
  private func value(at line: Int) -> Bytes {
    let content = lines[line].content
    guard let equals = content.firstIndex(of: .equals) else { return [] }
    return content[(equals + 1)...].prefix { $0 != .hash }
  }

  private func words(at line: Int?) -> [String] {
    line.map { WordLine(value(at: $0)).words.map(\.text) } ?? []
  }

  private var defaultLine: Int? {
    places.first { $0.name == "global" }?.lines.first { key(at: $0) == "default" }
  }

  public var entries: [BootEntry] {
    let chosen = defaultLine.map { value(at: $0).trimmed.text }
    return bootable.map { place in
      let kernel = words(at: place.kernel)
      var entry = BootEntry(
        title: place.name, xen: words(at: place.options), dom0: Array(kernel.dropFirst()),
        line: place.lines.lowerBound + 1)
      entry.kernelImage = kernel.first ?? ""
      entry.initialRAMDisk = words(at: place.initialRAMDisk).first
      entry.isDefault = place.name == chosen
      return entry
    }
  }

  // MARK: Edits

  public mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError) {
    let place = bootable[index]
    if let kernel = place.kernel { change(line: kernel, of: "dom0", changes.dom0, skipping: 1) }
    if let options = bootable[index].options {
      change(line: options, of: "xen", changes.xen, skipping: 0)
    } else {
      let words = changes.xen.compactMap { change in
        if case .added(let word) = change { word } else { nil }
      }
      guard !words.isEmpty else { return }
      let ending = SourceLine.ending(of: lines)
      lines.insert(
        contentsOf: [
          SourceLine(ChangeNote(.addedLine).text, ending: ending),
          SourceLine("options=" + words.joined(separator: " "), ending: ending),
        ], at: place.lines.lowerBound + 1)
    }
  }

  private mutating func change(
    line: Int, of name: String, _ changes: [WordChange], skipping skipped: Int
  ) {
    guard !changes.isEmpty else { return }
    var words = WordLine(value(at: line))
    let done = words.apply(changes, skipping: skipped)
    guard !done.isEmpty else { return }
    setValue(at: line, to: words)
    lines.insert(
      SourceLine(
        ChangeNote(.words(of: name, done)).text, ending: SourceLine.ending(of: lines)), at: line)
  }

  private mutating func setValue(at line: Int, to words: WordLine) {
    var words = words
    if words.words.first?.blanks == [.blank], value(at: line).isEmpty {
      words.words[0].blanks = []
    }
    let old = value(at: line)
    let content = lines[line].content
    lines[line].content = content[..<old.startIndex] + words.bytes + content[old.endIndex...]
  }

  public mutating func addEntry(
    copying index: Int, _ changes: LineChanges
  ) throws(BootFileError) {
    let place = bootable[index]
    let ending = SourceLine.ending(of: lines)
    let name = place.name + "-advised"
    guard !places.contains(where: { $0.name == name }) else {
      throw BootFileError(
        "", line: place.lines.lowerBound + 1, "there is a section [\(name)] already")
    }
    var copy = self
    copy.lines = lines[place.lines].filter { ChangeNote(parsing: $0.content) == nil }
    while let last = copy.lines.last, last.content.trimmed.isEmpty { copy.lines.removeLast() }
    copy.lines[0].content = Bytes("[\(name)]".utf8)
    try copy.change(entry: 0, changes)
    copy.lines.removeAll { ChangeNote(parsing: $0.content) != nil }
    for place in copy.lines.indices where copy.lines[place].ending.isEmpty {
      copy.lines[place].ending = ending
    }
    if let last = lines.indices.last, lines[last].ending.isEmpty { lines[last].ending = ending }
    lines += [SourceLine(ChangeNote(.addedEntry).text, ending: ending)] + copy.lines
    lines.append(SourceLine(ChangeNote(.entryEnd).text, ending: ending))
    guard let defaultLine else { return }
    let note = ChangeNote(.setting("default", was: value(at: defaultLine).trimmed.text))
    setValue(at: defaultLine, to: WordLine(Bytes(name.utf8)))
    lines.insert(SourceLine(note.text, ending: ending), at: defaultLine)
  }

  public mutating func undo() -> [String] {
    var lost: [String] = []
    for index in lines.indices.reversed() {
      guard index < lines.count, let note = ChangeNote(parsing: lines[index].content) else {
        continue
      }
      switch note.content {
      case .entryEnd: continue
      case .addedEntry:
        let end = lines[index...].firstIndex {
          ChangeNote(parsing: $0.content)?.content == .entryEnd
        }
        guard let end else {
          lost.append("the added section has no end mark any more")
          continue
        }
        lines.removeSubrange(index...end)
      case .addedLine: lines.removeSubrange(index...min(index + 1, lines.count - 1))
      case .words(let name, let changes):
        lines.remove(at: index)
        guard lines.indices.contains(index),
          key(at: index) == (name == "xen" ? "options" : "kernel")
        else {
          lost.append("the line of \(name) is not where it was changed")
          continue
        }
        var words = WordLine(value(at: index))
        lost += Self.lost(words.undo(changes, skipping: name == "xen" ? 0 : 1), of: name)
        setValue(at: index, to: words)
      case .setting(let name, let old):
        lines.remove(at: index)
        guard lines.indices.contains(index), key(at: index) == name else {
          lost.append("\(name) is not where it was set")
          continue
        }
        setValue(at: index, to: WordLine(Bytes((old ?? "").utf8)))
      }
    }
    return lost
  }
}
