/// A JSON value, with the place where it was read.
package struct JSON: Sendable {
  package enum Content: Sendable {
    case null
    case bool(Bool)
    /// As it is written; numbers of any size stay what they are.
    case number(String)
    case string(String)
    case array([JSON])
    case object([String: JSON])
  }

  package var content: Content
  /// The line of the text, from 1; 0 for a value that was not read.
  var line = 0

  init(_ content: Content, line: Int = 0) {
    self.content = content
    self.line = line
  }

  package static let null = JSON(.null)
  static func bool(_ value: Bool) -> JSON { JSON(.bool(value)) }
  static func integer(_ value: some FixedWidthInteger) -> JSON { JSON(.number(String(value))) }
  static func string(_ value: String) -> JSON { JSON(.string(value)) }
  package static func strings(_ values: [String]) -> JSON {
    JSON(.array(values.map { .string($0) }))
  }
  static func array(_ values: [JSON]) -> JSON { JSON(.array(values)) }
  static func object(_ members: [String: JSON]) -> JSON { JSON(.object(members)) }

  /// The value that a function makes, or null for none.
  static func optional<Value>(_ value: Value?, _ make: (Value) -> JSON) -> JSON {
    value.map(make) ?? .null
  }

  /// What kind of value it is, in words of JSON.
  private var kind: String {
    switch content {
    case .null: "null"
    case .bool: "true or false"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// Reading: each of these throws what was expected in its place.
extension JSON {
  /// The longest text that a name, a word or a reason may be, in bytes of UTF-8.
  static let longestText = 8192
  /// The longest line of a log, in bytes of UTF-8.
  package static let longestLine = 1 << 20
  /// The numbers that every reader of JSON keeps whole.
  static let integers = -(1 << 53)...(1 << 53)

  package func problem(_ message: String) -> SnapshotError { SnapshotError(message, line: line) }

  private func expected(_ what: String) -> SnapshotError {
    problem("expected \(what), found \(kind)")
  }

  package func bool() throws(SnapshotError) -> Bool {
    guard case .bool(let value) = content else { throw expected("true or false") }
    return value
  }

  func integer() throws(SnapshotError) -> Int { try integer(in: Self.integers) }

  func integer<Number: FixedWidthInteger>(
    in range: ClosedRange<Number>
  ) throws(SnapshotError) -> Number {
    guard case .number(let text) = content else { throw expected("a number") }
    guard let number = Number(text), range.contains(number) else {
      throw problem(
        "expected a whole number from \(range.lowerBound) to \(range.upperBound), found \(text.prefix(40))"
      )
    }
    return number
  }

  package func string() throws(SnapshotError) -> String { try string(atMost: Self.longestText) }

  package func string(atMost limit: Int) throws(SnapshotError) -> String {
    guard case .string(let text) = content else { throw expected("a string") }
    guard text.utf8.count <= limit else {
      throw problem("a text of \(text.utf8.count) bytes where at most \(limit) make sense")
    }
    return text
  }

  package func elements<Value>(
    _ read: (JSON) throws(SnapshotError) -> Value
  ) throws(SnapshotError) -> [Value] {
    guard case .array(let elements) = content else { throw expected("an array") }
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
      do {
        values.append(try read(element))
      } catch {
        throw error.inside("[\(index)]")
      }
    }
    return values
  }

  package func strings() throws(SnapshotError) -> [String] {
    try elements { element throws(SnapshotError) in try element.string() }
  }

  /// Texts for a boot loader's file: without control characters.
  func plainStrings() throws(SnapshotError) -> [String] {
    try elements { element throws(SnapshotError) in
      let text = try element.string()
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
        throw element.problem("a control character in a word")
      }
      return text
    }
  }

  package func members() throws(SnapshotError) -> [String: JSON] {
    guard case .object(let members) = content else { throw expected("an object") }
    return members
  }

  /// What a member says; nil where it is null or not there.
  package func optional<Value>(
    _ name: String, _ read: (JSON) throws(SnapshotError) -> Value
  ) throws(SnapshotError) -> Value? {
    guard let member = try members()[name] else { return nil }
    if case .null = member.content { return nil }
    do {
      return try read(member)
    } catch {
      throw error.inside(name)
    }
  }

  /// What a member says that must be there.
  package func member<Value>(
    _ name: String, _ read: (JSON) throws(SnapshotError) -> Value
  ) throws(SnapshotError) -> Value {
    guard let member = try members()[name] else { throw problem("lacks '\(name)'") }
    do {
      return try read(member)
    } catch {
      throw error.inside(name)
    }
  }

  func integer(_ name: String) throws(SnapshotError) -> Int {
    try member(name) { value throws(SnapshotError) in try value.integer() }
  }

  func integer<Number: FixedWidthInteger>(
    _ name: String, in range: ClosedRange<Number>
  ) throws(SnapshotError) -> Number {
    try member(name) { value throws(SnapshotError) in try value.integer(in: range) }
  }

  package func string(_ name: String) throws(SnapshotError) -> String {
    try member(name) { value throws(SnapshotError) in try value.string() }
  }

  package func string(_ name: String, atMost limit: Int) throws(SnapshotError) -> String {
    try member(name) { value throws(SnapshotError) in try value.string(atMost: limit) }
  }

  package func strings(_ name: String) throws(SnapshotError) -> [String] {
    try member(name) { value throws(SnapshotError) in try value.strings() }
  }

  func bool(_ name: String) throws(SnapshotError) -> Bool {
    try member(name) { value throws(SnapshotError) in try value.bool() }
  }
}
