/// A piece of a file, as it stands there.
typealias Bytes = ArraySlice<UInt8>

/// A word of a line as a file has it: the blanks before it, how it is written, and what it says.
struct SourceWord: Sendable {
  var blanks: Bytes
  var raw: Bytes
  var text: String

  init(blanks: Bytes, raw: Bytes, text: String? = nil) {
    self.blanks = blanks
    self.raw = raw
    self.text = text ?? raw.text
  }

  /// A new word behind others.
  init(_ text: String) {
    self.init(blanks: [.blank], raw: Bytes(text.utf8), text: text)
  }
}

/// The words of one line of a file that knows no quoting but double quotes around blanks.
///
/// Printing them gives the line back byte for byte.
struct WordLine: Sendable {
  var words: [SourceWord] = []
  /// The blanks behind the last word.
  var tail: Bytes

  /// Cuts a line at blanks; with `escapes`, a backslash before the end of a line is one too.
  init(_ line: Bytes, escapes: Bool = false) {
    var place = line.startIndex
    var start = place
    func blankLength(at index: Int) -> Int {
      if line[index].isBlank { return 1 }
      guard escapes, line[index] == .backslash else { return 0 }
      let rest = line[(index + 1)...]
      if rest.first == .newline { return 2 }
      return rest.first == .carriageReturn && rest.dropFirst().first == .newline ? 3 : 0
    }
    while place < line.endIndex {
      while place < line.endIndex, case let length = blankLength(at: place), length > 0 {
        place += length
      }
      guard place < line.endIndex else { break }
      let first = place
      var quoted = false
      while place < line.endIndex, quoted || blankLength(at: place) == 0 {
        if line[place] == .doubleQuote { quoted.toggle() }
        place += 1
      }
      words.append(SourceWord(blanks: line[start..<first], raw: line[first..<place]))
      start = place
    }
    tail = line[start...]
  }

  var bytes: Bytes {
    var result: [UInt8] = []
    for word in words { result += word.blanks + word.raw }
    return Bytes(result + tail)
  }

  /// Changes the words behind the first `skipped` ones.
  ///
  /// Returns: the changes that found what they were about.
  @discardableResult
  mutating func apply(_ changes: [WordChange], skipping skipped: Int) -> [WordChange] {
    var options = Array(words.dropFirst(skipped))
    let done = changes.apply(
      to: &options, text: \.text,
      make: { text, old in
        var new = SourceWord(text)
        if let old { new.blanks = old.blanks }
        return new
      })
    words = Array(words.prefix(skipped)) + options
    return done
  }
}

extension UInt8 {
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let blank = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let backslash = UInt8(ascii: "\\")
  static let doubleQuote = UInt8(ascii: "\"")
  static let singleQuote = UInt8(ascii: "'")
  static let hash = UInt8(ascii: "#")
  static let dollar = UInt8(ascii: "$")
  static let equals = UInt8(ascii: "=")

  var isBlank: Bool { self == .blank || self == .tab }
  /// Part of a shell variable's name.
  var isNameByte: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: "_")
  }
}

extension ArraySlice where Element == UInt8 {
  /// As text; bytes that are no UTF-8 become U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// Without blanks in front and behind.
  var trimmed: ArraySlice<UInt8> {
    var slice = self
    while let first = slice.first, first.isBlank { slice.removeFirst() }
    while let last = slice.last, last.isBlank || last == .carriageReturn { slice.removeLast() }
    return slice
  }
}

/// A line of a file: what it holds, and how it ends.
struct SourceLine: Sendable {
  var content: Bytes
  /// `\n`, `\r\n`, or nothing at the end of a file without one.
  var ending: Bytes

  init(content: Bytes, ending: Bytes) {
    self.content = content
    self.ending = ending
  }

  /// A new line.
  init(_ text: String, ending: Bytes) {
    self.init(content: Bytes(text.utf8), ending: ending)
  }

  var blanks: Bytes { content.prefix(while: \.isBlank) }

  /// The lines of a file; with `escapes`, a backslash before its end joins a line and the next one.
  static func lines(of bytes: [UInt8], escapes: Bool = false) -> [SourceLine] {
    var lines: [SourceLine] = []
    var start = bytes.startIndex
    var place = start
    while place < bytes.endIndex {
      guard bytes[place] == .newline else {
        place += 1
        continue
      }
      var end = place
      if end > start, bytes[end - 1] == .carriageReturn { end -= 1 }
      let backslashes = bytes[start..<end].reversed().prefix { $0 == .backslash }.count
      place += 1
      if escapes, backslashes % 2 == 1 { continue }
      lines.append(SourceLine(content: bytes[start..<end], ending: bytes[end..<place]))
      start = place
    }
    if start < bytes.endIndex { lines.append(SourceLine(content: bytes[start...], ending: [])) }
    return lines
  }

  /// How the lines of a file end; a new line ends the same way.
  static func ending(of lines: [SourceLine]) -> Bytes {
    lines.first { !$0.ending.isEmpty }?.ending ?? [.newline]
  }
}
