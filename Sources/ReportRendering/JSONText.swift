internal import HostModel

/// Writing: sorted keys, two blanks to a level, and what fits into a line stands in one.
extension JSONValue {
  private static let width = 100

  /// The value as text, the same bytes for the same value.
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
    switch self {
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
        bytes += " : ".utf8
        members[name]?.write(to: &bytes, indent: indent + 2)
      }
      Self.startLine(&bytes, isFirst: true, indent: indent)
      bytes.append(UInt8(ascii: "}"))
    case .string(let text): Self.write(text, to: &bytes)
    case .null, .bool, .int: _ = writeFlat(to: &bytes, end: .max)
    }
  }

  private static func startLine(_ bytes: inout [UInt8], isFirst: Bool, indent: Int) {
    bytes += (isFirst ? "\n" : ",\n").utf8
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }

  /// Writes the value into the line; false, with a part of it written, where that gets too long.
  private func writeFlat(to bytes: inout [UInt8], end: Int) -> Bool {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .int(let value): bytes += String(value).utf8
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
      // A member takes eight bytes at least: no need to sort many of them for nothing.
      guard members.count * 8 < Self.width else { return false }
      bytes.append(UInt8(ascii: "{"))
      for (index, name) in members.keys.sorted().enumerated() {
        if index > 0 { bytes += ", ".utf8 }
        Self.write(name, to: &bytes)
        bytes += " : ".utf8
        guard bytes.count <= end, members[name]?.writeFlat(to: &bytes, end: end) ?? true else {
          return false
        }
      }
      bytes.append(UInt8(ascii: "}"))
    }
    return bytes.count <= end
  }

  /// Control characters, marks that turn the direction of writing and line separators are escaped: JSON
  /// is looked at on terminals too.
  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if text.isPlainASCII, !text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5c }) {
      bytes += text.utf8
    } else {
      for scalar in text.unicodeScalars { write(scalar, to: &bytes) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func write(_ scalar: UnicodeScalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"": bytes += #"\""#.utf8
    case "\\": bytes += #"\\"#.utf8
    case "\n": bytes += #"\n"#.utf8
    case "\t": bytes += #"\t"#.utf8
    default:
      if scalar.steersText {
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          bytes += "\\u\(HostModel.hex(unit, width: 4))".utf8
        }
      } else {
        bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
      }
    }
  }
}
