/// An assignment to a variable in a shell script, `NAME="words"`, with its value atom by atom.
struct ShellAssignment: Sendable {
  /// `NAME=` as it is written.
  private let head: Bytes
  let name: String
  private(set) var atoms: [ShellAtom]

  /// Reads a word of a script; nil where it is no assignment.
  init?(_ word: Bytes) {
    guard let equals = word.firstIndex(of: .equals), equals > word.startIndex,
      !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(word[word.startIndex]),
      word[..<equals].allSatisfy(\.isNameByte)
    else { return nil }
    head = word[...equals]
    name = word[..<equals].text
    atoms = ShellAtom.atoms(of: word[(equals + 1)...])
  }

  var raw: Bytes { head + atoms.flatMap(\.raw) }

  /// A word of the value: what it says, and its atoms.
  struct Word {
    var text: String
    var atoms: Range<Int>
    /// The variables whose value it is, `$NAME`, `${NAME}` or `${NAME:-$OTHER}`: the first that has
    /// one counts.
    var variables: [String] = []
  }

  /// The words of the value, which a GRUB script will hold: quotes within it keep blanks together.
  var words: [Word] {
    var words: [Word] = []
    var current: Word?
    var quote: String?
    for (index, atom) in atoms.enumerated() where !atom.isQuoteMark {
      let opens = quote == nil && (atom.text == "\"" || atom.text == "'")
      if opens { quote = atom.text } else if atom.text == quote { quote = nil }
      let isBlank =
        quote == nil && !opens && !atom.isExpansion && [" ", "\t", "\n"].contains(atom.text)
      if isBlank {
        if let current { words.append(current) }
        current = nil
        continue
      }
      if current == nil { current = Word(text: "", atoms: index..<index) }
      current?.text += atom.text
      if let start = current?.atoms.lowerBound { current?.atoms = start..<(index + 1) }
    }
    if let current { words.append(current) }
    return words.map { word in
      var word = word
      word.text = ShellToken(word: word.text).kernelWord
      let parts = atoms[word.atoms].filter { !$0.isQuoteMark }
      if parts.count == 1, parts[0].isExpansion {
        word.variables = Self.variables(of: parts[0].text)
      }
      return word
    }
  }

  private static func variables(of expansion: String) -> [String] {
    let names = expansion.filter { $0 != "$" && $0 != "{" && $0 != "}" }.split(separator: ":-")
    return names.allSatisfy { $0.utf8.allSatisfy(\.isNameByte) } ? names.map(String.init) : []
  }

  // MARK: Edits

  /// Puts a word behind all others.
  mutating func append(_ word: String) {
    let blank = words.isEmpty || isBlank(atoms.last { !$0.isQuoteMark }) ? "" : " "
    if let last = atoms.last, last.isQuoteMark {
      // Before the closing quote.
      let quoting: ShellAtom.Quoting = last.raw.first == .singleQuote ? .single : .double
      atoms.insert(contentsOf: Self.atoms(blank + word, quoting), at: atoms.count - 1)
    } else {
      let text = "\"\(blank)\(ScriptQuoting.withinDoubleQuotes(word))\""
      atoms += ShellAtom.atoms(of: Bytes(text.utf8))
    }
  }

  private func isBlank(_ atom: ShellAtom?) -> Bool {
    atom.map { !$0.isExpansion && ($0.text == " " || $0.text == "\t") } ?? false
  }

  /// Takes away the word with this number, and one blank beside it.
  mutating func remove(_ index: Int) {
    let word = words[index]
    var gone = Set(word.atoms.filter { !atoms[$0].isQuoteMark || isBalanced(word.atoms) })
    var before = word.atoms.lowerBound - 1
    var after = word.atoms.upperBound
    // `'\''` around it: quotes that only it needed.
    if before >= 0, after < atoms.count, atoms[before].isQuoteMark, atoms[after].isQuoteMark,
      atoms[before].quoting != .none, atoms[word.atoms.lowerBound].quoting == .none
    {
      gone.formUnion([before, after])
      (before, after) = (before - 1, after + 1)
    }
    if index > 0, before >= 0, isBlank(atoms[before]) {
      gone.insert(before)
    } else if after < atoms.count, isBlank(atoms[after]) {
      gone.insert(after)
    }
    atoms = atoms.indices.filter { !gone.contains($0) }.map { atoms[$0] }
  }

  /// Whether as many quotes are open behind some atoms as before them.
  private func isBalanced(_ range: Range<Int>) -> Bool {
    range.upperBound > range.lowerBound
      && atoms[range.lowerBound].quoting == atoms[range.upperBound - 1].quoting
  }

  /// Puts a word in the place of the one with this number.
  mutating func replace(_ index: Int, by text: String) {
    let word = words[index]
    let quoting = atoms[word.atoms.lowerBound].quoting
    let marks = isBalanced(word.atoms) ? [] : atoms[word.atoms].filter(\.isQuoteMark)
    atoms.replaceSubrange(word.atoms, with: Self.atoms(text, quoting) + marks)
  }

  /// Puts a word before the one with this number.
  mutating func insert(_ text: String, at index: Int) {
    guard index < words.count else { return append(text) }
    let place = words[index].atoms.lowerBound
    atoms.insert(contentsOf: Self.atoms(text + " ", atoms[place].quoting), at: place)
  }

  /// The atoms of new words, in the quoting of their neighbours.
  private static func atoms(_ words: String, _ quoting: ShellAtom.Quoting) -> [ShellAtom] {
    let leading = words.prefix { $0 == " " }
    let trailing = words.count > leading.count && words.last == " " ? " " : ""
    let word = String(words.dropFirst(leading.count).dropLast(trailing.count))
    guard quoting == .single else {
      let text = "\"\(leading)\(ScriptQuoting.withinDoubleQuotes(word))\(trailing)\""
      let atoms = ShellAtom.atoms(of: Bytes(text.utf8))
      return quoting == .none ? atoms : Array(atoms.dropFirst().dropLast())
    }
    let text = "'\(leading)\(ScriptQuoting.withinSingleQuotes(word))\(trailing)'"
    return Array(ShellAtom.atoms(of: Bytes(text.utf8)).dropFirst().dropLast())
  }
}
