internal import TOMLKit

/// The problems of one file, gathered while it is read.
final class ProblemLog {
  let file: String
  private let places: SourceLines
  private(set) var problems: [QuirkProblem] = []

  init(file: String, text: String) {
    self.file = file
    places = SourceLines(text)
  }

  func add(_ message: String, at path: String) {
    problems.append(QuirkProblem(file: file, line: line(of: path), message: message))
  }

  func line(of path: String) -> Int { places.line(of: path) }
}

/// Reads one table key by key; what it was not asked for is an unknown key.
struct TableReader {
  let path: String
  let log: ProblemLog
  /// The table itself, for a reader of its own.
  var wholeTable: TOMLTable { table }
  private let table: TOMLTable
  private var asked: Set<String> = []

  init(_ table: TOMLTable, path: String, log: ProblemLog) {
    self.table = table
    self.path = path
    self.log = log
  }

  var keys: [String] { table.keys.sorted() }

  func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  func complain(_ message: String, at key: String? = nil) {
    log.add(message, at: key.map(place) ?? path)
  }

  mutating func value(_ key: String) -> (any TOMLValueConvertible)? {
    asked.insert(key)
    return table[key]
  }

  mutating func text(_ key: String, required: Bool = true) -> String {
    guard let value = value(key) else {
      if required { complain("'\(key)' is missing") }
      return ""
    }
    guard let text = value.string else {
      complain("'\(key)' is \(Self.kind(of: value)), not a text", at: key)
      return ""
    }
    let joined = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if required, joined.isEmpty { complain("'\(key)' is empty", at: key) }
    return joined
  }

  /// A text; nil where the key is not there.
  mutating func optionalText(_ key: String) -> String? {
    asked.insert(key)
    return table[key] == nil ? nil : text(key)
  }

  /// A date such as `2026-11-23`; nil where the key is not there.
  mutating func date(_ key: String, required: Bool) -> String? {
    guard let value = value(key) else {
      if required { complain("'\(key)' is missing: a date such as 2026-11-23") }
      return nil
    }
    guard let date = value.date else {
      complain("'\(key)' is a date such as 2026-11-23", at: key)
      return nil
    }
    return [date.year, date.month, date.day].map { number in
      number < 10 ? "0\(number)" : "\(number)"
    }.joined(separator: "-")
  }

  /// A text with its line breaks.
  mutating func rawText(_ key: String) -> String {
    guard let text = value(key)?.string else {
      complain("'\(key)' is not a text", at: key)
      return ""
    }
    return text
  }

  mutating func flag(_ key: String) -> Bool {
    guard let value = value(key) else { return false }
    guard let flag = value.bool else {
      complain("'\(key)' is \(Self.kind(of: value)), not true or false", at: key)
      return false
    }
    return flag
  }

  /// A text that must be one of a few names.
  mutating func name<Name: RawRepresentable<String> & CaseIterable>(
    _ key: String, default standard: Name? = nil
  ) -> Name? {
    guard table[key] != nil || standard == nil else {
      asked.insert(key)
      return standard
    }
    let text = text(key)
    if let name = Name(rawValue: text) { return name }
    if !text.isEmpty {
      let known = Name.allCases.map(\.rawValue).joined(separator: ", ")
      complain("'\(text)' is no \(key): one of \(known)", at: key)
    }
    return nil
  }

  /// A list of texts, or one text for a list of one.
  mutating func texts(_ key: String) -> [String] {
    guard let value = value(key) else { return [] }
    return Self.texts(value)
      ?? {
        complain("'\(key)' is not a list of texts", at: key)
        return []
      }()
  }

  /// Strings, numbers and truth values as texts; nil for anything else.
  static func texts(_ value: any TOMLValueConvertible) -> [String]? {
    if let array = value.array {
      var texts: [String] = []
      for element in array {
        guard let text = single(element) else { return nil }
        texts.append(text)
      }
      return texts
    }
    return single(value).map { [$0] }
  }

  private static func single(_ value: any TOMLValueConvertible) -> String? {
    if let text = value.string { return text }
    if let flag = value.bool { return flag ? "true" : "false" }
    if let number = value.int { return String(number) }
    return nil
  }

  /// The tables of an array of tables, with their paths.
  mutating func tables(_ key: String) -> [TableReader] {
    guard let value = value(key) else { return [] }
    guard let array = value.array else {
      complain("'\(key)' is \(Self.kind(of: value)), not a list of tables", at: key)
      return []
    }
    var readers: [TableReader] = []
    for (index, element) in array.enumerated() {
      let path = "\(place(key))[\(index)]"
      guard let table = element.table else {
        log.add("'\(key)' holds \(Self.kind(of: element)) among its tables", at: path)
        continue
      }
      readers.append(TableReader(table, path: path, log: log))
    }
    return readers
  }

  /// What kind of value it is, in words.
  static func kind(of value: any TOMLValueConvertible) -> String {
    switch value.type {
    case .string: "a text"
    case .int, .double: "a number"
    case .bool: "true or false"
    case .array: "a list"
    case .table: "a table"
    default: "a date or time"
    }
  }

  /// Complains of every key that nobody asked for.
  func finish() {
    for key in keys where !asked.contains(key) {
      complain(
        "unknown key '\(key)'; known here: \(asked.sorted().joined(separator: ", "))", at: key)
    }
  }
}
