internal import FoundationEssentials
internal import HostModel

/// A JSON value; the only place that knows the encoder.
enum JSONValue: Encodable {
  case null
  case bool(Bool)
  case int(Int)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  private struct MemberName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: MemberName.self)
      for (name, value) in members {
        try container.encode(value, forKey: MemberName(stringValue: name))
      }
    case .array(let values):
      var container = encoder.unkeyedContainer()
      for value in values { try container.encode(value) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .bool(let value): try Self.single(value, encoder)
    case .int(let value): try Self.single(value, encoder)
    case .string(let value): try Self.single(value, encoder)
    }
  }

  private static func single(_ value: some Encodable, _ encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// The value as indented text with sorted keys.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "null\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
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
