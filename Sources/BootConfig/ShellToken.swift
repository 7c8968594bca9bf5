/// A token of a POSIX shell or GRUB script; a file is the sum of its tokens.
///
/// Both languages quote alike (GRUB manual, "Shell-like scripting"), as far as words go.
struct ShellToken: Sendable {
  enum Kind: Sendable {
    /// Blanks, and a backslash that joins two lines.
    case blank
    case newline
    case comment
    case word
    /// One of `; & | ( ) { } < >`; braces only where they stand alone.
    case separator
  }

  var kind: Kind
  var raw: Bytes

  init(_ kind: Kind, _ raw: Bytes) {
    self.kind = kind
    self.raw = raw
  }

  init(word: String) { self.init(.word, Bytes(word.utf8)) }

  static let blank = ShellToken(.blank, [.blank])

  /// What a word says: without quotes, with expansions as they are written.
  var text: String { ShellAtom.atoms(of: raw).map(\.text).joined() }

  /// The same as a kernel reads it: GRUB hands on one with blanks in double quotes.
  var kernelWord: String { text.kernelWord }

  /// The tokens of a script.
  ///
  /// Throws: a quote or substitution that nobody closes, or a NUL byte, with its line.
  static func tokens(of bytes: [UInt8], path: String) throws(BootFileError) -> [ShellToken] {
    var tokens: [ShellToken] = []
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let start = place
      let kind = kind(in: bytes, at: place)
      switch kind {
      case .newline, .separator: place += bytes[place] == .carriageReturn ? 2 : 1
      case .blank: place = endOfBlanks(in: bytes, from: place)
      case .comment:
        while place < bytes.endIndex, bytes[place] != .newline { place += 1 }
        if bytes[place - 1] == .carriageReturn { place -= 1 }
      case .word:
        do {
          place = try ShellAtom.endOfWord(in: bytes[...], from: place)
        } catch {
          let line = bytes[..<error.place].count { $0 == .newline } + 1
          throw BootFileError(path, line: line, error.message)
        }
      }
      tokens.append(ShellToken(kind, bytes[start..<place]))
    }
    return tokens
  }

  private static func kind(in bytes: [UInt8], at place: Int) -> Kind {
    let next = place + 1 < bytes.endIndex ? bytes[place + 1] : nil
    switch bytes[place] {
    case .newline: return .newline
    case .carriageReturn where next == .newline: return .newline
    case .blank, .tab: return .blank
    case .backslash where next == .newline: return .blank
    case .hash: return .comment
    case UInt8(ascii: "{"), UInt8(ascii: "}"): return .separator
    case let byte where Self.separators.contains(byte): return .separator
    default: return .word
    }
  }

  private static func endOfBlanks(in bytes: [UInt8], from start: Int) -> Int {
    var place = start
    while place < bytes.endIndex {
      if bytes[place].isBlank {
        place += 1
      } else if bytes[place] == .backslash, place + 1 < bytes.endIndex,
        bytes[place + 1] == .newline
      {
        place += 2
      } else {
        break
      }
    }
    return place
  }

  static let separators = Set(";&|()<>".utf8)
}

/// The smallest piece of a word that stands for something: a character, a quote mark, an expansion.
struct ShellAtom: Sendable {
  enum Quoting: Sendable { case none, single, double }

  var raw: Bytes
  /// What it stands for; empty for a quote mark, as written for an expansion.
  var text: String
  /// How it is quoted.
  var quoting: Quoting
  var isExpansion = false
  var isQuoteMark: Bool { text.isEmpty }

  /// A place where a word can't be read.
  struct Problem: Error {
    var place: Int
    var message: String
  }

  /// The end of the word that starts at a place.
  static func endOfWord(in bytes: Bytes, from start: Int) throws(Problem) -> Int {
    var place = start
    var quoting = Quoting.none
    var opened = start
    while place < bytes.endIndex {
      let byte = bytes[place]
      if byte == 0 { throw Problem(place: place, message: "a NUL byte: this is no text") }
      if quoting == .none {
        if byte.isBlank || byte == .newline || ShellToken.separators.contains(byte) { return place }
        if byte == .carriageReturn, bytes.dropFirst(place + 1 - bytes.startIndex).first == .newline
        {
          return place
        }
        if byte == .backslash, place + 1 < bytes.endIndex, bytes[place + 1] == .newline,
          place + 2 >= bytes.endIndex || bytes[place + 2].isBlank
        {
          return place
        }
      }
      let before = quoting
      let next = try end(ofAtomAt: place, in: bytes, &quoting)
      if before == .none, quoting != .none { opened = place }
      place = next
    }
    guard quoting == .none else {
      throw Problem(place: opened, message: "a quote that nobody closes")
    }
    return place
  }

  /// The atoms of one whole word.
  static func atoms(of word: Bytes) -> [ShellAtom] {
    var atoms: [ShellAtom] = []
    var place = word.startIndex
    var quoting = Quoting.none
    while place < word.endIndex {
      let before = quoting
      let end = (try? end(ofAtomAt: place, in: word, &quoting)) ?? word.endIndex
      let raw = word[place..<end]
      var atom = ShellAtom(raw: raw, text: raw.text, quoting: before)
      if before != quoting {
        atom.text = ""
      } else if before != .single, raw.first == .backslash, raw.count > 1 {
        atom.text = raw.dropFirst() == [.newline] ? "" : raw.dropFirst().text
      } else if before != .single, raw.first == .dollar || raw.first == UInt8(ascii: "`"),
        raw.count > 1
      {
        atom.isExpansion = true
      }
      atoms.append(atom)
      place = end
    }
    return atoms
  }

  /// The end of one atom; opens and closes quotes.
  private static func end(
    ofAtomAt place: Int, in bytes: Bytes, _ quoting: inout Quoting
  ) throws(Problem) -> Int {
    let byte = bytes[place]
    let next = place + 1 < bytes.endIndex ? bytes[place + 1] : nil
    switch (byte, quoting) {
    case (.singleQuote, .none): quoting = .single
    case (.singleQuote, .single), (.doubleQuote, .double): quoting = .none
    case (.doubleQuote, .none): quoting = .double
    case (_, .single): break
    case (.backslash, .double):
      // Within double quotes it quotes these alone.
      if let next, [.dollar, .doubleQuote, .backslash, .newline, UInt8(ascii: "`")].contains(next) {
        return place + 2
      }
    case (.backslash, .none): return min(place + 2, bytes.endIndex)
    case (.dollar, _): return try endOfExpansion(in: bytes, from: place)
    case (UInt8(ascii: "`"), _):
      guard let end = bytes[(place + 1)...].firstIndex(of: UInt8(ascii: "`")) else {
        throw Problem(place: place, message: "a ` that nobody closes")
      }
      return end + 1
    default: break
    }
    // A character of several bytes stays whole.
    var end = place + 1
    while end < bytes.endIndex, bytes[end] & 0xc0 == 0x80 { end += 1 }
    return byte >= 0xc0 ? end : place + 1
  }

  /// The end of `$name`, `${…}` or `$(…)`.
  private static func endOfExpansion(in bytes: Bytes, from start: Int) throws(Problem) -> Int {
    var place = start + 1
    guard place < bytes.endIndex else { return place }
    let pairs: [UInt8: UInt8] = [
      UInt8(ascii: "{"): UInt8(ascii: "}"), UInt8(ascii: "("): UInt8(ascii: ")"),
    ]
    guard let closing = pairs[bytes[place]] else {
      if !bytes[place].isNameByte {
        return "?#@*!$-".utf8.contains(bytes[place]) ? place + 1 : place
      }
      while place < bytes.endIndex, bytes[place].isNameByte { place += 1 }
      return place
    }
    let opening = bytes[place]
    var depth = 0
    while place < bytes.endIndex {
      if bytes[place] == opening { depth += 1 }
      if bytes[place] == closing { depth -= 1 }
      place += 1
      if depth == 0 { return place }
    }
    throw Problem(place: start, message: "an expansion that nobody closes")
  }
}
