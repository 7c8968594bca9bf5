internal import HostModel

/// Reads JSON as RFC 8259 has it: UTF-8, no comments, no key twice in an object, and no deeper than
/// a snapshot can be.
package struct JSONParser {
  private static let deepest = 32

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var depth = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value that a text is.
  ///
  /// Throws: the first thing that is no JSON, with its line.
  package static func parse(_ bytes: [UInt8]) throws(SnapshotError) -> JSON {
    var parser = JSONParser(bytes)
    let value = try parser.value()
    parser.skipBlanks()
    guard parser.index == bytes.count else {
      throw parser.problem("expected the end of the text, found \(parser.found)")
    }
    return value
  }

  private func problem(_ message: String) -> SnapshotError { SnapshotError(message, line: line) }

  private var found: String {
    guard let byte = peek else { return "the end of the text" }
    return (0x21..<0x7f).contains(byte)
      ? "'\(Character(UnicodeScalar(byte)))'" : "the byte 0x\(hex(byte, width: 2))"
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      default: return
      }
      index += 1
    }
  }

  private mutating func take(_ byte: Character) -> Bool {
    guard peek == byte.asciiValue else { return false }
    index += 1
    return true
  }

  private mutating func value() throws(SnapshotError) -> JSON {
    skipBlanks()
    let start = line
    switch peek {
    case UInt8(ascii: "{"): return JSON(.object(try object()), line: start)
    case UInt8(ascii: "["): return JSON(.array(try array()), line: start)
    case UInt8(ascii: "\""): return JSON(.string(try string()), line: start)
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return JSON(.number(try number()), line: start)
    default: break
    }
    for (word, content) in [
      ("true", JSON.Content.bool(true)), ("false", .bool(false)), ("null", .null),
    ]
    where bytes[index...].starts(with: word.utf8) {
      index += word.utf8.count
      return JSON(content, line: start)
    }
    throw problem("expected a value, found \(found)")
  }

  private mutating func descend() throws(SnapshotError) {
    depth += 1
    index += 1
    guard depth <= Self.deepest else {
      throw problem("values stand in each other more than \(Self.deepest) deep")
    }
  }

  private mutating func array() throws(SnapshotError) -> [JSON] {
    try descend()
    defer { depth -= 1 }
    var elements: [JSON] = []
    skipBlanks()
    if take("]") { return elements }
    while true {
      elements.append(try value())
      skipBlanks()
      if take("]") { return elements }
      guard take(",") else { throw problem("expected ',' or ']', found \(found)") }
    }
  }

  private mutating func object() throws(SnapshotError) -> [String: JSON] {
    try descend()
    defer { depth -= 1 }
    var members: [String: JSON] = [:]
    skipBlanks()
    if take("}") { return members }
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "\"") else { throw problem("expected a key, found \(found)") }
      let name = try string()
      guard name.utf8.count <= JSON.longestText else {
        throw problem("a key of \(name.utf8.count) bytes")
      }
      skipBlanks()
      guard take(":") else { throw problem("expected ':', found \(found)") }
      guard members.updateValue(try value(), forKey: name) == nil else {
        throw problem("the key '\(name.prefix(40))' stands twice in one object")
      }
      skipBlanks()
      if take("}") { return members }
      guard take(",") else { throw problem("expected ',' or '}', found \(found)") }
    }
  }

  private mutating func digits() throws(SnapshotError) {
    let start = index
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    guard index > start else { throw problem("expected a digit, found \(found)") }
  }

  private mutating func number() throws(SnapshotError) -> String {
    let start = index
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  // MARK: Strings

  private mutating func string() throws(SnapshotError) -> String {
    index += 1
    let start = index
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      index += 1
    }
    if peek == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try text(bytes[start..<index])
    }
    // Escapes are rare: only a string that has some is copied.
    var copy = Array(bytes[start..<index])
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return try text(copy[...])
      case UInt8(ascii: "\\"):
        index += 1
        copy += UTF8.encode(try escaped()) ?? UTF8.encodedReplacementCharacter
      case 0..<0x20: throw problem("a control character in a string: \(found)")
      default:
        copy.append(byte)
        index += 1
      }
    }
    throw problem("the text ends in a string")
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(SnapshotError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw problem("a string that is no UTF-8")
    }
    return text
  }

  private mutating func escaped() throws(SnapshotError) -> UnicodeScalar {
    guard let byte = peek else { throw problem("the text ends in a string") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(byte)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "u"): break
    default: throw problem("an escape that JSON does not have")
    }
    let first = try codeUnit()
    if let scalar = UnicodeScalar(first) { return scalar }
    guard first < 0xdc00, take("\\"), take("u") else { throw problem("half a surrogate pair") }
    let second = try codeUnit()
    guard (0xdc00..<0xe000).contains(second) else { throw problem("half a surrogate pair") }
    let number = (UInt32(first) - 0xd800) << 10 | (UInt32(second) - 0xdc00)
    return UnicodeScalar(0x10000 + number) ?? "\u{fffd}"
  }

  private mutating func codeUnit() throws(SnapshotError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = hexDigit(byte) else {
        throw problem("expected four hexadecimal digits, found \(found)")
      }
      unit = unit << 4 | UInt16(digit)
      index += 1
    }
    return unit
  }
}
