internal import HostModel

/// How a value stands in a snapshot: the way there and the way back.
struct Coding<Value: Sendable> {
  var encode: (Value) -> JSON
  var decode: (JSON) throws(SnapshotError) -> Value
  /// Whether each part of the value sees to it by itself that it can be read again.
  var isSafeInParts = false

  init(
    _ encode: @escaping (Value) -> JSON,
    _ decode: @escaping (JSON) throws(SnapshotError) -> Value
  ) {
    self.encode = encode
    self.decode = decode
  }

  /// A list of such values.
  var list: Coding<[Value]> {
    Coding<[Value]>(
      { .array($0.map(encode)) },
      { json throws(SnapshotError) in try json.elements(decode) })
  }
}

extension Coding where Value == Bool {
  static var bool: Coding { Coding(JSON.bool) { json throws(SnapshotError) in try json.bool() } }
}

extension Coding where Value == String {
  static var text: Coding {
    Coding(JSON.string) { json throws(SnapshotError) in try json.string() }
  }
}

extension Coding where Value == [String] {
  static var texts: Coding { Coding<String>.text.list }

  static var lines: Coding {
    Coding(JSON.strings) { json throws(SnapshotError) in
      try json.elements { line throws(SnapshotError) in
        try line.string(atMost: JSON.longestLine)
      }
    }
  }
}

extension Coding where Value == [String: String] {
  static var table: Coding { Coding<String>.text.table }
}

extension Coding where Value == [String: Bool] {
  static var table: Coding { Coding<Bool>.bool.table }
}

extension Coding {
  /// Such values by name.
  fileprivate var table: Coding<[String: Value]> {
    Coding<[String: Value]>(
      { .object($0.mapValues(encode)) },
      { json throws(SnapshotError) in
        var values: [String: Value] = [:]
        for (name, member) in try json.members() {
          do throws(SnapshotError) {
            values[name] = try decode(member)
          } catch {
            throw error.inside(name)
          }
        }
        return values
      })
  }
}

extension Coding where Value == Int {
  static var integer: Coding {
    Coding({ .integer($0) }, { json throws(SnapshotError) in try json.integer() })
  }
}

extension Coding where Value == UInt32 {
  static var register: Coding {
    Coding({ .register($0) }, { json throws(SnapshotError) in try json.register() })
  }
}

extension Coding where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of a few names.
  static var name: Coding {
    Coding {
      .string($0.rawValue)
    } _: { json throws(SnapshotError) in
      let text = try json.string()
      guard let value = Value(rawValue: text) else {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw json.problem("'\(text.prefix(40))' is none of \(names)")
      }
      return value
    }
  }
}

extension JSON {
  /// A register or an address, with its `0x`.
  static func register(_ number: some FixedWidthInteger & UnsignedInteger) -> JSON {
    .string("0x\(hex(number, width: number.bitWidth / 4))")
  }

  /// The digits of an id, without `0x`, as `lspci` prints them.
  static func id(_ number: some FixedWidthInteger & UnsignedInteger, width: Int) -> JSON {
    .string(hex(number, width: width))
  }

  func register<Number: FixedWidthInteger & UnsignedInteger>() throws(SnapshotError) -> Number {
    let text = try string()
    guard text.hasPrefix("0x"), let number = Number(text.dropFirst(2), radix: 16) else {
      throw problem("expected 0x and up to \(Number.bitWidth / 4) hexadecimal digits")
    }
    return number
  }

  func id<Number: FixedWidthInteger & UnsignedInteger>(
    width: Int
  ) throws(SnapshotError) -> Number {
    let text = try string()
    guard text.utf8.count == width, text.utf8.allSatisfy({ hexDigit($0) != nil }),
      let number = Number(text, radix: 16)
    else { throw problem("expected \(width) hexadecimal digits") }
    return number
  }
}
