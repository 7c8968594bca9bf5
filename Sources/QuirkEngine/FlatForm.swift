/// What is wrong with a built-in database: it was not written by this version's build tool.
public struct FlatError: Error, Sendable, CustomStringConvertible {
  public var description: String
}

/// Writes values as `length:text` one after the other.
struct FlatWriter {
  private(set) var text = ""

  mutating func write(_ value: String) {
    text += "\(value.utf8.count):\(value)"
  }

  mutating func write(_ values: [String]) {
    write(String(values.count))
    for value in values { write(value) }
  }

  mutating func write<Value>(_ values: [Value], _ each: (inout FlatWriter, Value) -> Void) {
    write(String(values.count))
    for value in values { each(&self, value) }
  }
}

/// Reads what `FlatWriter` wrote.
struct FlatReader {
  private var bytes: Substring.UTF8View

  init(_ text: Substring) { bytes = text.utf8 }

  mutating func string() throws(FlatError) -> String {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let length = Int(Substring(bytes[..<colon])),
      let end = bytes.index(colon, offsetBy: length + 1, limitedBy: bytes.endIndex)
    else { throw FlatError(description: "the built-in database is damaged") }
    let value = String(Substring(bytes[bytes.index(after: colon)..<end]))
    bytes = bytes[end...]
    return value
  }

  mutating func count() throws(FlatError) -> Int {
    guard let count = Int(try string()), count >= 0 else {
      throw FlatError(description: "the built-in database has a bad count")
    }
    return count
  }

  mutating func strings() throws(FlatError) -> [String] {
    try values { reader throws(FlatError) in try reader.string() }
  }

  mutating func values<Value>(
    _ each: (inout FlatReader) throws(FlatError) -> Value
  ) throws(FlatError) -> [Value] {
    var values: [Value] = []
    for _ in 0..<(try count()) { values.append(try each(&self)) }
    return values
  }

  mutating func optional<Value>(
    _ each: (inout FlatReader) throws(FlatError) -> Value
  ) throws(FlatError) -> Value? {
    try values(each).first
  }

  mutating func name<Name: RawRepresentable<String>>(
    _ type: Name.Type
  ) throws(FlatError) -> Name {
    let text = try string()
    guard let name = Name(rawValue: text) else {
      throw FlatError(description: "the built-in database says '\(text)', which means nothing here")
    }
    return name
  }
}

/// A value that the flat form holds.
protocol FlatRecord: Equatable {
  /// What it is known by.
  var recordName: String { get }
  func write(to writer: inout FlatWriter)
  init(from reader: inout FlatReader) throws(FlatError)
}
