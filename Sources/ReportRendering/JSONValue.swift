internal import HostModel

/// A JSON value.
enum JSONValue {
  case null
  case bool(Bool)
  case int(Int)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(integerLiteral value: Int) { self = .int(value) }
  init(nilLiteral: ()) { self = .null }

  /// The strings of a list.
  static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

  /// A string, or null for none.
  static func optional(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

  /// What is known of a fact: its value, null for absent, or why it is unknown.
  static func fact<Value>(_ fact: Fact<Value>, _ known: (Value) -> JSONValue) -> JSONValue {
    switch fact {
    case .known(let value, _): known(value)
    case .absent: .null
    case .unknown(let reason): .unknown(reason)
    }
  }

  /// A register or address, with its `0x`.
  static func hex(_ number: some FixedWidthInteger, width: Int) -> JSONValue {
    .string("0x\(HostModel.hex(number, width: width))")
  }

  static func text(_ fact: Fact<String>) -> JSONValue { self.fact(fact) { .string($0) } }
  static func flag(_ fact: Fact<Bool>) -> JSONValue { self.fact(fact) { .bool($0) } }
  static func texts(_ fact: Fact<[String]>) -> JSONValue { self.fact(fact) { .strings($0) } }

  static func unknown(_ reason: Unknown) -> JSONValue {
    ["unknown": .string(reason.cause.rawValue), "needs": .string(reason.needs)]
  }
}
