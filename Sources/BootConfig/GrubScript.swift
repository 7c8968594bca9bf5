/// GRUB 2's `grub.cfg`, token by token.
public struct GrubScript: BootDocument {
  private var tokens: [ShellToken]
  private let isGenerated: Bool

  public init(_ bytes: [UInt8], path: String) throws(BootFileError) {
    tokens = try ShellToken.tokens(of: bytes, path: path)
    isGenerated = tokens.prefix(40).contains {
      $0.kind == .comment && $0.raw.text.contains("DO NOT EDIT")
    }
    try checkBraces(path: path)
  }

  private func checkBraces(path: String) throws(BootFileError) {
    var open: [Int] = []
    var line = 1
    for token in tokens {
      if token.kind == .separator, token.raw == [UInt8(ascii: "{")] { open.append(line) }
      if token.kind == .separator, token.raw == [UInt8(ascii: "}")], open.popLast() == nil {
        throw BootFileError(path, line: line, "a } that nothing opens")
      }
      line += token.raw.count { $0 == .newline }
    }
    if let line = open.last { throw BootFileError(path, line: line, "a { that nobody closes") }
  }

  public var bytes: [UInt8] { tokens.flatMap(\.raw) }

  public var notices: [String] {
    isGenerated
      ? [
        "this file is generated: the next update-grub or grub2-mkconfig writes it anew; "
          + "/etc/default/grub is what lasts"
      ] : []
  }

  // MARK: Entries

  /// One command: its words, as numbers of tokens.
  private struct Command {
    var words: [Int]
  }

  private struct Place {
    var title: String
    var id: String?
    /// From `menuentry` to behind its `}`.
    var tokens: Range<Int>
    /// Its number among its neighbours, behind those of the menus that it stands in.
    var path: String
    var xen: Command?
    var kernel: Command?
    var initialRAMDisk: Command?
  }

  public var entries: [BootEntry] {
    let places = places
    let chosen = chosen
    var line = 1
    var done = 0
    return places.map { place in
      line += tokens[done..<place.tokens.lowerBound].reduce(0) { sum, token in
        sum + token.raw.count { $0 == .newline }
      }
      done = place.tokens.lowerBound
      let (xenImage, xen) = split(place.xen)
      let (kernelImage, dom0) = split(place.kernel)
      var entry = BootEntry(title: place.title, xen: xen, dom0: dom0, line: line)
      (entry.xenImage, entry.kernelImage) = (xenImage, kernelImage)
      entry.initialRAMDisk = place.initialRAMDisk.map { split($0).image }
      entry.isDefault = [place.path, place.id, place.title].contains(chosen)
      return entry
    }
  }

  /// What the last plain `set default=` names; nil where it is decided at boot.
  private var chosen: String? {
    var value: String? = "0"
    for command in commands(in: tokens.indices) {
      let words = command.words.map { tokens[$0].text }
      guard words.first == "set", words.count == 2, words[1].hasPrefix("default=") else { continue }
      let text = String(words[1].dropFirst("default=".count))
      value = text.contains("$") ? nil : text
    }
    return value
  }

  private var places: [Place] {
    var places: [Place] = []
    // One block for each open brace; a number counts entries and menus alike.
    struct Block {
      var place: Place?
      var prefix: String
      var next = 0
    }
    var blocks = [Block(place: nil, prefix: "")]
    var command: [Int] = []
    func take() {
      defer { command = [] }
      guard blocks.last?.place != nil else { return }
      let last = blocks.count - 1
      let (image, _) = split(Command(words: command))
      guard Self.loaders.contains(command.first.map { tokens[$0].text } ?? "") else { return }
      if blocks[last].place?.xen == nil {
        if image.namesXenImage { blocks[last].place?.xen = Command(words: command) }
      } else if blocks[last].place?.kernel == nil {
        blocks[last].place?.kernel = Command(words: command)
      } else if blocks[last].place?.initialRAMDisk == nil {
        blocks[last].place?.initialRAMDisk = Command(words: command)
      }
    }
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .word: command.append(index)
      case .blank, .comment: break
      case .newline: take()
      case .separator where token.raw == [UInt8(ascii: "{")]:
        let words = command.map { tokens[$0].text }
        var block = Block(place: nil, prefix: blocks.last?.prefix ?? "")
        if words.first == "menuentry" || words.first == "submenu" {
          let number = "\(blocks.last?.prefix ?? "")\(blocks.last?.next ?? 0)"
          blocks[blocks.count - 1].next += 1
          block.prefix = number + ">"
          if words.first == "menuentry" {
            block.place = Place(
              title: words.dropFirst().first { !$0.hasPrefix("-") } ?? "", id: Self.id(in: words),
              tokens: (command.first ?? index)..<index, path: number)
          }
        } else if blocks.last?.place != nil {
          // Braces within an entry belong to it.
          block.place = blocks.last?.place
        }
        blocks.append(block)
        command = []
      case .separator where token.raw == [UInt8(ascii: "}")]:
        take()
        let block = blocks.count > 1 ? blocks.removeLast() : nil
        guard var place = block?.place else { continue }
        if blocks.last?.place?.path == place.path {
          blocks[blocks.count - 1].place = place
        } else if place.xen != nil, place.kernel != nil {
          place.tokens = place.tokens.lowerBound..<(index + 1)
          places.append(place)
        }
      case .separator: take()
      }
    }
    return places
  }

  private static let loaders: Set<String> = [
    "multiboot", "multiboot2", "module", "module2", "xen_hypervisor", "xen_module",
  ]

  private static func id(in words: [String]) -> String? {
    let option = words.firstIndex { $0 == "--id" || $0.hasSuffix("menuentry_id_option") }
    guard let option, option + 1 < words.count else {
      return words.first { $0.hasPrefix("--id=") }.map { String($0.dropFirst("--id=".count)) }
    }
    return words[option + 1]
  }

  private func commands(in range: Range<Int>) -> [Command] {
    var commands: [Command] = []
    var words: [Int] = []
    for index in range {
      switch tokens[index].kind {
      case .word: words.append(index)
      case .blank, .comment: break
      case .newline, .separator:
        if !words.isEmpty { commands.append(Command(words: words)) }
        words = []
      }
    }
    return words.isEmpty ? commands : commands + [Command(words: words)]
  }

  /// How many words stand before a command's options: its name, flags, the image, `placeholder`.
  private func wordsBeforeOptions(_ command: Command) -> Int {
    var words = command.words.dropFirst()[...]
    words = words.drop { tokens[$0].text.hasPrefix("--") }.dropFirst()
    if let first = words.first, tokens[first].text == "placeholder" { words = words.dropFirst() }
    return command.words.count - words.count
  }

  private func split(_ command: Command?) -> (image: String, options: [String]) {
    guard let command, command.words.count > 1 else { return ("", []) }
    let before = wordsBeforeOptions(command)
    let image = command.words.prefix(before).dropFirst().map { tokens[$0].text }
      .first { !$0.hasPrefix("--") }
    return (image ?? "", command.words.dropFirst(before).map { tokens[$0].kernelWord })
  }

  // MARK: Edits

  public mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError) {
    // From the back: what stands before keeps its place.
    if let kernel = places[index].kernel { change(kernel, of: "dom0", changes.dom0) }
    if let xen = places[index].xen { change(xen, of: "xen", changes.xen) }
  }

  private mutating func change(_ command: Command, of name: String, _ changes: [WordChange]) {
    let before = wordsBeforeOptions(command)
    guard !changes.isEmpty else { return }
    var options = options(of: command, before)
    let done = changes.apply(to: &options, text: \.text, make: Self.word)
    guard !done.isEmpty else { return }
    replaceOptions(of: command, before, with: options)
    insert(ChangeNote(.words(of: name, done)), before: command.words[0])
  }

  /// The options of a command with the blanks before each.
  private func options(of command: Command, _ before: Int) -> [SourceWord] {
    command.words.dropFirst(before).map { index in
      let previous = command.words[..<(command.words.firstIndex(of: index) ?? 0)].last ?? index
      let blanks = tokens[(previous + 1)..<index].flatMap(\.raw)
      return SourceWord(
        blanks: Bytes(blanks), raw: tokens[index].raw, text: tokens[index].kernelWord)
    }
  }

  private mutating func replaceOptions(
    of command: Command, _ before: Int, with options: [SourceWord]
  ) {
    guard let last = command.words.last, before >= 1 else { return }
    let start = command.words[before - 1] + 1
    tokens.replaceSubrange(
      start..<(last + 1),
      with: options.flatMap { [ShellToken(.blank, $0.blanks), ShellToken(.word, $0.raw)] })
  }

  private static func word(_ text: String, in place: SourceWord?) -> SourceWord {
    SourceWord(
      blanks: place?.blanks ?? [.blank], raw: Bytes(ScriptQuoting.grubScript(text).utf8),
      text: text)
  }

  /// Puts a comment on a line of its own before the line of a token.
  private mutating func insert(_ note: ChangeNote, before token: Int) {
    let start = startOfLine(of: token)
    let indent = tokens[start].kind == .blank ? [tokens[start]] : []
    tokens.insert(
      contentsOf: indent + [
        ShellToken(.comment, Bytes(note.text.utf8)), ShellToken(.newline, [.newline]),
      ], at: start)
  }

  private func startOfLine(of token: Int) -> Int {
    (tokens[..<token].lastIndex { $0.kind == .newline } ?? -1) + 1
  }

  public mutating func addEntry(
    copying index: Int, _ changes: LineChanges
  ) throws(BootFileError) {
    let place = places[index]
    var entry = self
    entry.tokens = Array(tokens[place.tokens])
    try entry.change(entry: 0, changes)
    entry.removeNotes()
    let title = place.title + " (advised)"
    let body = entry.tokens.firstIndex { $0.raw == [UInt8(ascii: "{")] } ?? 0
    let head = "menuentry \(ScriptQuoting.grubScript(title)) --id xenquirks "
    let text = entry.tokens[body...].flatMap(\.raw)
    let fallback = place.id ?? place.path
    let note = ChangeNote(.addedEntry).text
    let settings = """

      set default=xenquirks
      set fallback=\(ScriptQuoting.grubScript(fallback))
      \(ChangeNote(.entryEnd).text)

      """
    let start = (bytes.last == .newline || bytes.isEmpty ? "" : "\n") + note + "\n" + head
    self = try GrubScript(
      bytes + Array(start.utf8) + text + Array(settings.utf8), path: "")
  }

  private mutating func removeNotes() {
    while let place = tokens.firstIndex(where: { note(of: $0) != nil }) { removeLine(of: place) }
  }

  private func note(of token: ShellToken) -> ChangeNote? {
    token.kind == .comment ? ChangeNote(parsing: token.raw) : nil
  }

  private mutating func removeLine(of token: Int) {
    let start = startOfLine(of: token)
    let end = tokens[token...].firstIndex { $0.kind == .newline } ?? tokens.count - 1
    tokens.removeSubrange(start...end)
  }

  public mutating func undo() -> [String] {
    var lost: [String] = []
    for index in tokens.indices.reversed() {
      guard index < tokens.count, let note = note(of: tokens[index]) else { continue }
      switch note.content {
      case .words(let name, let changes):
        let commands = places.compactMap { name == "xen" ? $0.xen : $0.kernel }
        guard let next = commands.first(where: { $0.words[0] > index }) else {
          lost.append("the line of \(name) is not where it was changed")
          continue
        }
        let before = wordsBeforeOptions(next)
        var options = options(of: next, before)
        lost += Self.lost(
          changes.undo(in: &options, text: \.text, make: Self.word), of: name)
        replaceOptions(of: next, before, with: options)
        removeLine(of: index)
      case .addedEntry:
        let end = tokens[index...].firstIndex { self.note(of: $0)?.content == .entryEnd }
        guard let end else {
          lost.append("the added entry has no end mark any more")
          continue
        }
        let newline = tokens[end...].firstIndex { $0.kind == .newline } ?? end
        tokens.removeSubrange(startOfLine(of: index)...newline)
      case .entryEnd, .addedLine, .setting: break
      }
    }
    return lost
  }
}
