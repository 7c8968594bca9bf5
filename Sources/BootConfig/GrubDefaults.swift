/// `/etc/default/grub` or a file of `/etc/default/grub.d`: a shell script that grub-mkconfig
/// sources.
///
/// Source: GRUB 2, util/grub.d/20_linux_xen.in: an entry of Xen takes GRUB_CMDLINE_XEN and
/// GRUB_CMDLINE_XEN_DEFAULT; dom0's kernel GRUB_CMDLINE_LINUX_XEN_REPLACE (else
/// GRUB_CMDLINE_LINUX) and GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT (else
/// GRUB_CMDLINE_LINUX_DEFAULT). A recovery entry takes none of those with DEFAULT.
public struct GrubDefaults: BootDocument {
  private var tokens: [ShellToken]
  /// Words that an edit took from what entries without Xen get as well.
  private var takenFromLinux: [String] = []

  enum Variable: String, CaseIterable {
    case xen = "GRUB_CMDLINE_XEN"
    case xenDefault = "GRUB_CMDLINE_XEN_DEFAULT"
    case replace = "GRUB_CMDLINE_LINUX_XEN_REPLACE"
    case replaceDefault = "GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT"
    case linux = "GRUB_CMDLINE_LINUX"
    case linuxDefault = "GRUB_CMDLINE_LINUX_DEFAULT"

    var isDefault: Bool { self == .xenDefault || self == .replaceDefault || self == .linuxDefault }
  }

  public init(_ bytes: [UInt8], path: String) throws(BootFileError) {
    tokens = try ShellToken.tokens(of: bytes, path: path)
  }

  public var bytes: [UInt8] { tokens.flatMap(\.raw) }

  /// The script without the comments that edits leave behind.
  var textWithoutNotes: String {
    var lines = SourceLine.lines(of: bytes)
    lines.removeAll { ChangeNote(parsing: $0.content) != nil }
    return lines.map { $0.content.text + $0.ending.text }.joined()
  }

  public var notices: [String] {
    let conditional = Set(assignments.filter { !$0.isCertain }.map(\.variable.rawValue)).sorted()
    var notices: [String] = []
    if !conditional.isEmpty {
      notices.append(
        "\(conditional.joined(separator: ", ")): set under a condition, which is not judged")
    }
    if !takenFromLinux.isEmpty {
      notices.append(
        "entries without Xen lose \(takenFromLinux.joined(separator: ", ")) as well")
    }
    return notices
  }

  // MARK: What it sets

  /// Where a variable is set.
  private struct Place {
    var variable: Variable
    var token: Int
    /// Whether it is set whatever happens.
    var isCertain: Bool
  }

  private var assignments: [Place] {
    var places: [Place] = []
    var depth = 0
    var isFirst = true
    var joined = false
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .blank, .comment: break
      case .newline:
        (isFirst, joined) = (true, false)
      case .separator:
        let text = token.raw.text
        if text == "{" || text == "(" { depth += 1 }
        if text == "}" || text == ")" { depth = max(0, depth - 1) }
        // `a && b`, `a || b`: b may never come.
        joined = text == "&" || text == "|"
        isFirst = true
      case .word where isFirst:
        let text = token.text
        if Self.openers.contains(text) { depth += 1 }
        if Self.closers.contains(text) { depth = max(0, depth - 1) }
        if let assignment = ShellAssignment(token.raw) {
          if let variable = Variable(rawValue: assignment.name) {
            places.append(
              Place(variable: variable, token: index, isCertain: depth == 0 && !joined))
          }
        } else {
          isFirst = ["export", "then", "else", "do"].contains(text)
        }
      case .word: break
      }
    }
    return places
  }

  private static let openers: Set<String> = ["if", "for", "while", "until", "case"]
  private static let closers: Set<String> = ["fi", "done", "esac"]

  /// The words of a variable at the end of the file; words that stand for an earlier value are
  /// that value.
  private func words(of variable: Variable) -> [String] {
    var values: [Variable: [String]] = [:]
    for place in assignments {
      guard let assignment = ShellAssignment(tokens[place.token].raw) else { continue }
      values[place.variable] = assignment.words.flatMap { word -> [String] in
        let others = word.variables.compactMap(Variable.init(rawValue:))
        guard !others.isEmpty, others.count == word.variables.count else { return [word.text] }
        return others.compactMap { values[$0] }.first { !$0.isEmpty } ?? []
      }
    }
    return values[variable] ?? []
  }

  private func lasts(_ variable: Variable) -> Place? {
    assignments.last { $0.variable == variable && $0.isCertain }
  }

  /// Whether Xen's entries do without a variable of bare Linux.
  private func hides(_ variable: Variable) -> Bool {
    let other: Variable = variable == .linux ? .replace : .replaceDefault
    let values = assignments.filter { $0.variable == other }.compactMap {
      ShellAssignment(tokens[$0.token].raw)
    }
    return !words(of: other).isEmpty
      && !values.contains { $0.words.contains { $0.variables.contains(variable.rawValue) } }
  }

  /// Whether Xen's entries have words of their own for dom0's kernel.
  private var replaces: Bool { !words(of: .replace).isEmpty }
  private var replacesDefault: Bool { !words(of: .replaceDefault).isEmpty }

  /// What files say together that are sourced one after the other.
  public init(sourcing files: [GrubDefaults]) {
    tokens = files.flatMap { $0.tokens + [ShellToken(.newline, [.newline])] }
  }

  public var entries: [BootEntry] {
    let dom0 =
      words(of: replaces ? .replace : .linux)
      + words(of: replacesDefault ? .replaceDefault : .linuxDefault)
    return [
      BootEntry(
        title: "every Xen entry", xen: words(of: .xen) + words(of: .xenDefault), dom0: dom0,
        line: 1)
    ]
  }

  // MARK: Edits

  public mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError) {
    let xen: [Variable] = [.xen, .xenDefault]
    // What Xen's entries have of their own, or bare Linux's words that they take over.
    let dom0: [Variable] = [.linux, .linuxDefault, .replace, .replaceDefault].filter {
      $0 == .replace || $0 == .replaceDefault || !hides($0)
    }
    for (changes, variables) in [(changes.xen, xen), (changes.dom0, dom0)] {
      for case .removed(let word, _) in changes where place(of: word, in: variables) == nil {
        throw BootFileError("", "\(word) does not stand here as it is: edit where it is set")
      }
    }
    for change in changes.xen { apply(change, in: xen, base: .xen) }
    for change in changes.dom0 { apply(change, in: dom0, base: .replace) }
  }

  /// Applies one change to the variable whose value holds its word; a new word joins the base, so
  /// that it reaches recovery entries too.
  private mutating func apply(_ change: WordChange, in variables: [Variable], base: Variable) {
    switch change {
    case .added(let word): add(word, to: base)
    case .removed(let word, _): remove(word, from: variables)
    case .replaced(let old, let new):
      if let place = place(of: old, in: variables), !place.variable.isDefault,
        place.variable != .linux
      {
        edit(place.token) { assignment in
          guard let index = assignment.lastIndex(of: old) else { return [] }
          assignment.replace(index, by: new)
          return [.replaced(old, by: new)]
        }
      } else {
        remove(old, from: variables)
        add(new, to: base)
      }
    }
  }

  private func place(of word: String, in variables: [Variable]) -> Place? {
    assignments.last { place in
      variables.contains(place.variable)
        && ShellAssignment(tokens[place.token].raw)?.lastIndex(of: word) != nil
    }
  }

  private mutating func remove(_ word: String, from variables: [Variable]) {
    guard let place = place(of: word, in: variables) else { return }
    if place.variable == .linux || place.variable == .linuxDefault { takenFromLinux.append(word) }
    edit(place.token) { assignment in
      guard let index = assignment.lastIndex(of: word) else { return [] }
      assignment.remove(index)
      return [.removed(word, at: index)]
    }
  }

  private mutating func add(_ word: String, to base: Variable) {
    // An empty replacement is none: a word in it would take away all that bare Linux has.
    if let place = lasts(base), base != .replace || replaces {
      edit(place.token) { assignment in
        assignment.append(word)
        return [.added(word)]
      }
      return
    }
    // Bare Linux keeps its words; what another file has set stays.
    let standing =
      base == .replace
      ? "${\(base.rawValue):-$\(Variable.linux.rawValue)}" : "$\(base.rawValue)"
    let text = "\(base.rawValue)=\"\(standing) \(ScriptQuoting.withinDoubleQuotes(word))\""
    var new =
      tokens.last.map { $0.kind == .newline } ?? true ? [] : [ShellToken(.newline, [.newline])]
    new += [
      ShellToken(.comment, Bytes(ChangeNote(.addedLine).text.utf8)),
      ShellToken(.newline, [.newline]), ShellToken(word: text), ShellToken(.newline, [.newline]),
    ]
    tokens += new
  }

  /// Edits an assignment and notes what was done; what is new altogether needs one note only.
  private mutating func edit(_ token: Int, _ body: (inout ShellAssignment) -> [WordChange]) {
    guard var assignment = ShellAssignment(tokens[token].raw) else { return }
    let done = body(&assignment)
    guard !done.isEmpty else { return }
    tokens[token].raw = assignment.raw
    let start = startOfLine(of: token)
    let above = noteAbove(start)
    if above?.note.content == .addedLine { return }
    if let above, case .words(assignment.name, let earlier) = above.note.content {
      tokens[above.token].raw = Bytes(
        ChangeNote(.words(of: assignment.name, earlier + done)).text.utf8)
      return
    }
    tokens.insert(
      contentsOf: [
        ShellToken(
          .comment, Bytes(ChangeNote(.words(of: assignment.name, done)).text.utf8)),
        ShellToken(.newline, [.newline]),
      ], at: start)
  }

  private func startOfLine(of token: Int) -> Int {
    (tokens[..<token].lastIndex { $0.kind == .newline } ?? -1) + 1
  }

  /// The note that stands right above a line.
  private func noteAbove(_ start: Int) -> (token: Int, note: ChangeNote)? {
    guard start >= 2, tokens[start - 2].kind == .comment,
      let note = ChangeNote(parsing: tokens[start - 2].raw)
    else { return nil }
    return (start - 2, note)
  }

  public mutating func addEntry(
    copying index: Int, _ changes: LineChanges
  ) throws(BootFileError) {
    throw BootFileError(
      "/etc/default/grub",
      "it speaks of all Xen entries at once; print an entry for /boot/grub/custom.cfg with --style grub.cfg"
    )
  }

  public mutating func undo() -> [String] {
    var lost: [String] = []
    for index in tokens.indices.reversed() {
      guard index < tokens.count, tokens[index].kind == .comment,
        let note = ChangeNote(parsing: tokens[index].raw)
      else { continue }
      let next = tokens[index...].firstIndex { $0.kind == .word }
      switch note.content {
      case .addedLine:
        guard let next else { continue }
        let end = tokens[next...].firstIndex { $0.kind == .newline } ?? tokens.count - 1
        tokens.removeSubrange(index...end)
      case .words(let name, let changes):
        guard let place = assignments.first(where: { $0.token > index }),
          place.variable.rawValue == name,
          var assignment = ShellAssignment(tokens[place.token].raw)
        else {
          lost.append("\(name) is not set where it was changed")
          continue
        }
        lost += Self.lost(assignment.undo(changes), of: name)
        tokens[place.token].raw = assignment.raw
        let end = tokens[index...].firstIndex { $0.kind == .newline } ?? index
        tokens.removeSubrange(index...end)
      case .addedEntry, .entryEnd, .setting: break
      }
    }
    return lost
  }
}

extension ShellAssignment {
  /// The last word that says this.
  fileprivate func lastIndex(of text: String) -> Int? {
    words.lastIndex { word in
      // What the shell puts together can't be written back.
      word.text == text && !atoms[word.atoms].contains(where: \.isExpansion)
    }
  }

  /// Takes changes back, the last one first.
  ///
  /// Returns: what could not be taken back.
  fileprivate mutating func undo(_ changes: [WordChange]) -> [WordChange] {
    var lost: [WordChange] = []
    for change in changes.reversed() {
      switch change {
      case .added(let word):
        guard let index = lastIndex(of: word) else {
          lost.append(change)
          continue
        }
        remove(index)
      case .replaced(let old, let new):
        guard let index = lastIndex(of: new) else {
          lost.append(change)
          continue
        }
        replace(index, by: old)
      case .removed(let word, let place): insert(word, at: place)
      }
    }
    return lost
  }
}
