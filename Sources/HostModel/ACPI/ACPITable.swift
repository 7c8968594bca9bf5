/// One table of the firmware: its header is sane, its length true and its checksum right.
///
/// Source: ACPI specification, section 5.2.6 (system description table header).
public struct ACPITable: Sendable {
  public static let headerLength = 36

  /// Four characters, as the header says it.
  public let signature: String
  public let revision: UInt8
  /// As many as the header says.
  public let bytes: [UInt8]

  /// Checks what was read.
  ///
  /// Throws: malformed, with what is wrong, when the bytes end before the table does, the length is
  /// shorter than a header, or the sum over all bytes is not zero.
  public init(checking content: [UInt8], name: String) throws(Unknown) {
    let wrong = { (fault: String) in
      Unknown(.malformed, needs: "a table \(name) without a fault (\(fault))")
    }
    guard content.count >= Self.headerLength else {
      throw wrong("\(content.count) bytes are no header")
    }
    let length = content[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length >= Self.headerLength else {
      throw wrong("it says that it is \(length) bytes long")
    }
    guard length <= content.count else {
      throw wrong("it says \(length) bytes and has \(content.count)")
    }
    let table = Array(content[..<length])
    let sum = table.reduce(UInt8(0)) { $0 &+ $1 }
    guard sum == 0 else { throw wrong("its checksum is off by 0x\(hex(sum, width: 2))") }
    signature = String(decoding: table[..<4], as: UTF8.self)
    revision = table[8]
    bytes = table
  }

  public var length: Int { bytes.count }

  /// The little-endian number of a width in bytes (1 to 8) at an offset; nil behind the end.
  func number(at offset: Int, width: Int) -> UInt64? {
    guard offset >= 0, offset + width <= bytes.count else { return nil }
    return bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  func byte(at offset: Int) -> UInt8? { number(at: offset, width: 1).map { UInt8($0) } }
  func word(at offset: Int) -> UInt16? { number(at: offset, width: 2).map { UInt16($0) } }
  func long(at offset: Int) -> UInt32? { number(at: offset, width: 4).map { UInt32($0) } }

  /// The fault of a field that the table is too short for.
  func tooShort(_ field: String) -> Unknown {
    Unknown(.malformed, needs: "a table \(signature) that is long enough for \(field)")
  }

  /// Where each structure begins and how long it is, from an offset on.
  ///
  /// The width says how many bytes its length takes, and `lengthAt` where in the structure it
  /// stands. Throws: malformed, when a structure is shorter than its own head or ends behind the
  /// table.
  func structures(
    from start: Int, lengthAt: Int, width: Int
  ) throws(Unknown) -> [Range<Int>] {
    guard start <= bytes.count else { throw tooShort("its own head") }
    var found: [Range<Int>] = []
    var offset = start
    while offset < bytes.count {
      guard let length = number(at: offset + lengthAt, width: width).map({ Int($0) }),
        length >= lengthAt + width, offset + length <= bytes.count
      else {
        throw Unknown(
          .malformed,
          needs: "a table \(signature) whose structures fit (the one at offset \(offset) does not)")
      }
      found.append(offset..<offset + length)
      offset += length
    }
    return found
  }
}
