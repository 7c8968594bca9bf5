/// How text is set: its width and whether it may be coloured.
public struct TextStyle: Sendable, Hashable {
  /// In columns.
  public var width: Int
  public var usesColor: Bool

  public init(width: Int = 80, usesColor: Bool = false) {
    self.width = width
    self.usesColor = usesColor
  }

  /// What a colour means here.
  enum Tone: String {
    case bold = "1"
    case bad = "31"
    case careful = "33"
    case good = "32"
    case quiet = "2"
  }

  func paint(_ text: String, _ tone: Tone) -> String {
    usesColor && !text.isEmpty ? "\u{1b}[\(tone.rawValue)m\(text)\u{1b}[0m" : text
  }

  /// Sets a text in lines, the first behind `head`, the others indented as far.
  func wrapped(_ text: String, head: String = "", indent: Int) -> String {
    let pad = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = head + String(repeating: " ", count: max(0, indent - head.count))
    var isEmpty = true
    var column = line.count
    // Nearly every text is ASCII, in which a byte is a column.
    let isPlain = text.utf8.allSatisfy { $0 < 0x80 }
    let words =
      isPlain
      ? text.utf8.split { $0 == 0x20 || (0x09...0x0d).contains($0) }.map { Substring($0) }
      : text.split(whereSeparator: \.isWhitespace)
    for word in words {
      let length = isPlain ? word.utf8.count : word.count
      if !isEmpty, column + 1 + length > width {
        lines.append(line)
        line = pad
        column = indent
        isEmpty = true
      }
      if !isEmpty { line += " " }
      line += word
      column += length + (isEmpty ? 0 : 1)
      isEmpty = false
    }
    lines.append(line)
    return lines.map { $0.trimmingEnd() }.joined(separator: "\n")
  }
}

extension String {
  func trimmingEnd() -> String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  func padded(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }

  /// The text without control characters: names come from files and devices that anybody may have
  /// written.
  public var printable: String {
    if isPlainASCII { return self }
    guard unicodeScalars.contains(where: \.steersText) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      text.unicodeScalars.append(scalar.steersText ? "\u{fffd}" : scalar)
    }
    return text
  }

  /// Whether it is all letters, digits, signs and blanks of ASCII: nearly every text is.
  var isPlainASCII: Bool { utf8.allSatisfy { (0x20..<0x7f).contains($0) } }

  /// The text, cut to a number of characters where it is longer.
  func clipped(to limit: Int) -> String {
    guard utf8.count > limit, unicodeScalars.count > limit else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 1))) + "…"
  }
}

extension UnicodeScalar {
  /// Whether it is no sign, but tells a terminal or a reader of text what to do: control characters,
  /// marks of direction, line separators.
  var steersText: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
