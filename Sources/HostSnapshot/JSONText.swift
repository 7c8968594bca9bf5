internal import HostModel

/// Writing: sorted keys, two blanks to a level, and what fits into a line stands in one.
extension JSON {
  private static let width = 100

  var text: String {
    var bytes: [UInt8] = []
    write(to: &bytes, indent: 0)
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(to bytes: inout [UInt8], indent: Int) {
    let start = bytes.count
    if writeFlat(to: &bytes, end: start + Self.width - indent) { return }
    bytes.removeSubrange(start...)
    switch content {
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        Self.startLine(&bytes, isFirst: index == 0, indent: indent + 2)
        element.write(to: &bytes, indent: indent + 2)
      }
      Self.startLine(&bytes, isFirst: true, indent: indent)
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, name) in members.keys.sorted().enumerated() {
        Self.startLine(&bytes, isFirst: index == 0, indent: indent + 2)
        Self.write(name, to: &bytes)
        bytes += ": ".utf8
        members[name]?.write(to: &bytes, indent: indent + 2)
      }
      Self.startLine(&bytes, isFirst: true, indent: indent)
      bytes.append(UInt8(ascii: "}"))
    default:
      _ = writeFlat(to: &bytes, end: .max)
    }
  }

  private static func startLine(_ bytes: inout [UInt8], isFirst: Bool, indent: Int) {
    bytes += (isFirst ? "\n" : ",\n").utf8
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }

  /// Writes the value into the line; false, with a part of it written, where that gets too long.
  private func writeFlat(to bytes: inout [UInt8], end: Int) -> Bool {
    switch content {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .number(let text): bytes += text.utf8
    case .string(let text):
      guard text.utf8.count < end - bytes.count else { return false }
      Self.write(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        guard element.writeFlat(to: &bytes, end: end) else { return false }
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      // A member takes six bytes at least: no need to sort many of them for nothing.
      guard members.count < Self.width else { return false }
      bytes.append(UInt8(ascii: "{"))
      for (index, name) in members.keys.sorted().enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        Self.write(name, to: &bytes)
        bytes += ": ".utf8
        guard bytes.count <= end, members[name]?.writeFlat(to: &bytes, end: end) ?? true else {
          return false
        }
      }
      bytes.append(UInt8(ascii: "}"))
    }
    return bytes.count <= end
  }

  /// Control characters of both kinds and marks of direction are escaped: a snapshot can be shown on a
  /// terminal.
  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) && $0 != 0x22 && $0 != 0x5c }) {
      bytes += text.utf8
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: bytes += #"\""#.utf8
      case 0x5c: bytes += #"\\"#.utf8
      case 0x0a: bytes += #"\n"#.utf8
      case 0x09: bytes += #"\t"#.utf8
      case 0..<0x20, 0x7f..<0xa0: bytes += "\\u\(hex(scalar.value, width: 4))".utf8
      default:
        guard scalar.steersText else {
          bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
          continue
        }
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          bytes += "\\u\(hex(unit, width: 4))".utf8
        }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension UnicodeScalar {
  /// Whether it turns the direction of writing or ends a line, and is no sign by itself.
  fileprivate var steersText: Bool {
    switch properties.generalCategory {
    case .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
