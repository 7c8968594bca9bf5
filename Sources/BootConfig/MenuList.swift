/// GRUB legacy's `menu.lst` or `grub.conf`, line by line.
///
/// Source: GRUB 0.97, stage2/stage2.c `get_line_from_config`: a `#` opens a comment at the start of
/// a line only, a backslash before the end of a line joins it with the next one.
public struct MenuList: BootDocument {
  private var lines: [SourceLine]

  public init(_ bytes: [UInt8], path: String) throws(BootFileError) {
    lines = SourceLine.lines(of: bytes, escapes: true)
    if let line = lines.firstIndex(where: { $0.content.contains(0) }) {
      throw BootFileError(path, line: line + 1, "a NUL byte: this is no menu.lst")
    }
  }

  public var bytes: [UInt8] { lines.flatMap { $0.content + $0.ending } }

  public var notices: [String] {
    var notices: [String] = []
    if setting("default")?.value == "saved" {
      notices.append("the default entry is the saved one, which stands in another file")
    }
    if automagic != nil {
      notices.append(
        "update-grub writes the entries between its AUTOMAGIC marks anew from the lines `# xenhopt=` "
          + "and `# xenkopt=`, which are changed with them")
    }
    return notices
  }

  // MARK: Entries

  /// One `title` with the lines of Xen and dom0's kernel.
  private struct Place {
    var lines: Range<Int>
    /// The number that `default` counts, of all titles.
    var number: Int
    var xen: Int
    var kernel: Int
    var initialRAMDisk: Int?
  }

  public var entries: [BootEntry] {
    let chosen = defaultNumber
    let places = places
    return places.map { place in
      let (xenImage, xen) = command(at: place.xen)
      let (kernelImage, dom0) = command(at: place.kernel)
      var entry = BootEntry(
        title: argument(of: place.lines.lowerBound), xen: xen, dom0: dom0,
        line: number(ofLine: place.lines.lowerBound))
      (entry.xenImage, entry.kernelImage) = (xenImage, kernelImage)
      entry.initialRAMDisk = place.initialRAMDisk.map { command(at: $0).image }
      entry.isDefault = place.number == chosen
      return entry
    }
  }

  private var places: [Place] {
    let titles = lines.indices.filter { keyword(of: $0) == "title" }
    return titles.enumerated().compactMap { number, start in
      let end = number + 1 < titles.count ? titles[number + 1] : lines.endIndex
      let images = (start..<end).filter {
        ["kernel", "module", "modulenounzip"].contains(keyword(of: $0))
      }
      guard let xen = images.firstIndex(where: { command(at: $0).image.namesXenImage }),
        xen + 1 < images.count
      else { return nil }
      return Place(
        lines: start..<end, number: number, xen: images[xen], kernel: images[xen + 1],
        initialRAMDisk: xen + 2 < images.count ? images[xen + 2] : nil)
    }
  }

  private var defaultNumber: Int? {
    guard let setting = setting("default") else { return 0 }
    return Int(setting.value)
  }

  /// The line of a setting above the entries, and its value: `default 0` or `default=0`.
  private func setting(_ name: String) -> (line: Int, value: String)? {
    for index in lines.indices {
      if keyword(of: index) == "title" { return nil }
      if keyword(of: index) == name { return (index, argument(of: index)) }
    }
    return nil
  }

  private func keyword(of index: Int) -> String {
    let line = lines[index].content.trimmed
    guard line.first != .hash else { return "" }
    return line.prefix { !$0.isBlank && $0 != .equals }.text.lowercased()
  }

  /// What stands behind a line's keyword.
  private func argument(of index: Int) -> String {
    lines[index].content.trimmed.drop { !$0.isBlank && $0 != .equals }
      .drop { $0.isBlank || $0 == .equals }.text
  }

  /// How many words of a line stand before its options: the keyword, flags and the image.
  private func wordsBeforeOptions(_ words: [SourceWord]) -> Int {
    let flags = words.dropFirst().prefix { $0.text.hasPrefix("--") }.count
    return min(words.count, flags + 2)
  }

  private func command(at index: Int) -> (image: String, options: [String]) {
    let words = WordLine(lines[index].content, escapes: true).words
    let before = wordsBeforeOptions(words)
    guard before >= 2 else { return ("", []) }
    return (words[before - 1].text, words.dropFirst(before).map(\.text))
  }

  private func number(ofLine index: Int) -> Int {
    // A joined line counts as many as it has line feeds.
    1 + lines[..<index].reduce(0) { $0 + $1.content.count { $0 == .newline } + 1 }
  }

  // MARK: Edits

  public mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError) {
    let place = places[index]
    if let automagic, automagic.contains(place.lines.lowerBound) {
      changeMagic("xenkopt", of: "dom0", changes.dom0)
      changeMagic("xenhopt", of: "xen", changes.xen)
    }
    // The magic lines stand above: what follows has moved.
    let moved = places[index]
    change(line: moved.kernel, of: "dom0", changes.dom0)
    change(line: moved.xen, of: "xen", changes.xen)
  }

  private mutating func change(line: Int, of name: String, _ changes: [WordChange]) {
    guard !changes.isEmpty else { return }
    var words = WordLine(lines[line].content, escapes: true)
    let done = words.apply(changes, skipping: wordsBeforeOptions(words.words))
    guard !done.isEmpty else { return }
    lines[line].content = words.bytes
    insert(ChangeNote(.words(of: name, done)), at: line)
  }

  private mutating func insert(_ note: ChangeNote, at line: Int) {
    let blanks = lines.indices.contains(line) ? lines[line].blanks : []
    lines.insert(
      SourceLine(content: blanks + Bytes(note.text.utf8), ending: SourceLine.ending(of: lines)),
      at: line)
  }

  public mutating func addEntry(
    copying index: Int, _ changes: LineChanges
  ) throws(BootFileError) {
    let place = places[index]
    let ending = SourceLine.ending(of: lines)
    var copy = Array(lines[place.lines])
    while let last = copy.last, last.content.trimmed.isEmpty || last.content.trimmed.first == .hash
    {
      copy.removeLast()
    }
    copy.removeAll { ChangeNote(parsing: $0.content) != nil }
    copy[0].content = Bytes((copy[0].content.text + " (advised)").utf8)
    if let last = copy.indices.last, copy[last].ending.isEmpty { copy[last].ending = ending }
    var entry = self
    entry.lines = copy
    try entry.change(entry: 0, changes)
    entry.lines.removeAll { ChangeNote(parsing: $0.content) != nil }
    // Behind what update-grub writes anew, and in front of the copied one elsewhere.
    let inside = automagic.map { $0.contains(place.lines.lowerBound) } ?? false
    let line =
      inside ? min(automagic?.upperBound ?? lines.count, lines.count) : place.lines.lowerBound
    let number = lines[..<line].indices.count { keyword(of: $0) == "title" }
    if line == lines.count, let last = lines.indices.last, lines[last].ending.isEmpty {
      lines[last].ending = ending
    }
    lines.insert(
      contentsOf: [SourceLine(ChangeNote(.addedEntry).text, ending: ending)] + entry.lines + [
        SourceLine(ChangeNote(.entryEnd).text, ending: ending)
      ], at: line)
    let fallback = place.number >= number ? place.number + 1 : place.number
    set("fallback", to: "\(fallback)")
    set("default", to: "\(number)")
  }

  /// Gives a setting above the entries a value, and leaves a note of the old one.
  private mutating func set(_ name: String, to value: String) {
    let old = setting(name)
    let note = ChangeNote(.setting(name, was: old?.value))
    if let old {
      let content = lines[old.line].content.text
      let head = content.prefix(content.count - old.value.count)
      lines[old.line].content = Bytes("\(head)\(value)".utf8)
      insert(note, at: old.line)
    } else {
      let place =
        lines.indices.first {
          keyword(of: $0) == "title"
            || ChangeNote(parsing: lines[$0].content)?.content == .addedEntry
        } ?? 0
      lines.insert(SourceLine("\(name) \(value)", ending: SourceLine.ending(of: lines)), at: place)
      insert(note, at: place)
    }
  }

  public mutating func undo() -> [String] {
    var lost: [String] = []
    for index in lines.indices.reversed() {
      guard index < lines.count, let note = ChangeNote(parsing: lines[index].content) else {
        continue
      }
      lines.remove(at: index)
      switch note.content {
      case .words(let name, let changes):
        guard lines.indices.contains(index) else { continue }
        lost += undo(changes, of: name, line: index)
      case .addedEntry:
        let end = lines[index...].firstIndex {
          ChangeNote(parsing: $0.content)?.content == .entryEnd
        }
        guard let end else {
          lost.append("the added entry has no end mark any more")
          continue
        }
        lines.removeSubrange(index...end)
      case .entryEnd:
        lines.insert(SourceLine(note.text, ending: SourceLine.ending(of: lines)), at: index)
      case .setting(let name, let old):
        guard lines.indices.contains(index), keyword(of: index) == name else {
          lost.append("\(name) is not where it was set")
          continue
        }
        if let old {
          let value = argument(of: index)
          let content = lines[index].content.text
          lines[index].content = Bytes((content.prefix(content.count - value.count) + old).utf8)
        } else {
          lines.remove(at: index)
        }
      case .addedLine: lines.remove(at: index)
      }
    }
    return lost
  }

  private mutating func undo(_ changes: [WordChange], of name: String, line: Int) -> [String] {
    if let magic = magicWords(at: line) {
      var words = magic.words
      let lost = words.undo(changes, skipping: 0)
      lines[line].content = magic.head + words.bytes.trimmed
      return Self.lost(lost, of: name)
    }
    var words = WordLine(lines[line].content, escapes: true)
    let lost = words.undo(changes, skipping: wordsBeforeOptions(words.words))
    lines[line].content = words.bytes
    return Self.lost(lost, of: name)
  }

  // MARK: Debian's magic comments

  /// The lines that Debian's update-grub writes anew.
  private var automagic: Range<Int>? {
    let start = lines.firstIndex { $0.content.text.hasPrefix("### BEGIN AUTOMAGIC KERNELS LIST") }
    let end = lines.firstIndex {
      $0.content.text.hasPrefix("### END DEBIAN AUTOMAGIC KERNELS LIST")
    }
    guard let start, let end, start < end else { return nil }
    return start..<(end + 1)
  }

  /// The words of a comment such as `# xenhopt=` that update-grub reads.
  private func magicWords(at line: Int) -> (head: Bytes, words: WordLine)? {
    let content = lines[line].content
    guard let equals = content.firstIndex(of: .equals),
      ["# xenhopt", "# xenkopt"].contains(content[..<equals].text)
    else { return nil }
    return (content[...equals], WordLine(content[(equals + 1)...]))
  }

  private mutating func changeMagic(_ name: String, of side: String, _ changes: [WordChange]) {
    guard !changes.isEmpty,
      let line = lines.firstIndex(where: { $0.content.text.hasPrefix("# \(name)=") }),
      let magic = magicWords(at: line)
    else { return }
    var words = magic.words
    let done = words.apply(changes, skipping: 0)
    guard !done.isEmpty else { return }
    lines[line].content = magic.head + words.bytes.trimmed
    insert(ChangeNote(.words(of: side, done)), at: line)
  }
}

extension WordLine {
  /// Takes changes back from the words behind the first `skipped` ones.
  ///
  /// Returns: what could not be taken back.
  mutating func undo(_ changes: [WordChange], skipping skipped: Int) -> [WordChange] {
    var options = Array(words.dropFirst(skipped))
    let lost = changes.undo(
      in: &options, text: \.text,
      make: { text, old in
        var new = SourceWord(text)
        if let old { new.blanks = old.blanks }
        return new
      })
    words = Array(words.prefix(skipped)) + options
    return lost
  }
}
