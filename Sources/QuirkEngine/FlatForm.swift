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
  /// Bytes that are part of the program, or those that the build tool has just written.
  private enum Source {
    case builtIn(StaticString)
    case written([UInt8])
  }

  private let source: Source
  private var offset: Int
  private let end: Int

  init(_ text: String) {
    let bytes = Array(text.utf8)
    (source, offset, end) = (.written(bytes), 0, bytes.count)
  }

  /// A range of the built-in text, which must lie in it.
  init(_ text: StaticString, _ range: Range<Int>) {
    precondition(range.upperBound <= text.utf8CodeUnitCount)
    (source, offset, end) = (.builtIn(text), range.lowerBound, range.upperBound)
  }

  mutating func string() throws(FlatError) -> String { text(try field()) }

  /// Where the next field stands.
  private mutating func field() throws(FlatError) -> Range<Int> {
    var length = 0
    var place = offset
    while place < end, case let digit = byte(at: place) &- UInt8(ascii: "0"), digit < 10 {
      length = length * 10 + Int(digit)
      place += 1
    }
    guard place > offset, place < end, byte(at: place) == UInt8(ascii: ":"),
      length <= end - place - 1
    else { throw FlatError(description: "the built-in database is damaged") }
    offset = place + 1 + length
    return place + 1..<offset
  }

  @inline(__always)
  private func byte(at place: Int) -> UInt8 {
    switch source {
    case .builtIn(let text): unsafe text.utf8Start[place]
    case .written(let bytes): bytes[place]
    }
  }

  private func text(_ range: Range<Int>) -> String {
    switch source {
    case .builtIn(let text):
      let bytes = unsafe UnsafeBufferPointer(
        start: text.utf8Start + range.lowerBound, count: range.count)
      return unsafe String(decoding: bytes, as: UTF8.self)
    case .written(let bytes): return String(decoding: bytes[range], as: UTF8.self)
    }
  }

  mutating func count() throws(FlatError) -> Int {
    var count = 0
    let digits = try field()
    guard !digits.isEmpty else {
      throw FlatError(description: "the built-in database lacks a count")
    }
    for place in digits {
      let digit = byte(at: place) &- UInt8(ascii: "0")
      guard digit < 10, count < 1 << 32 else {
        throw FlatError(description: "the built-in database has a bad count")
      }
      count = count * 10 + Int(digit)
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
