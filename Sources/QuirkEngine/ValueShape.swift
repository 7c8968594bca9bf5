/// What may stand as the value of an option.
public enum ValueShape: Sendable, Hashable {
  /// No value: the bare word.
  case flag
  /// `yes on true enable 1`, `no off false disable 0`.
  case boolean
  /// A number; nil bounds where any is taken.
  case integer(ClosedRange<Int>?)
  /// A number with a unit: `512M`.
  case size
  /// One of some words.
  case words([String])
  /// A shape with `*` for anything.
  case pattern(String)
  case text

  /// Reads `flag`, `boolean`, `integer`, `integer 0-8`, `size`, `word a|b`, `pattern TEXT`, `text`.
  public init(parsing text: String) throws(TermError) {
    let kind = text.prefix { $0 != " " }
    let rest = text.dropFirst(kind.count).drop { $0 == " " }
    switch (kind, rest.isEmpty) {
    case ("flag", true): self = .flag
    case ("boolean", true): self = .boolean
    case ("integer", true): self = .integer(nil)
    case ("integer", false): self = .integer(try Self.range(rest))
    case ("size", true): self = .size
    case ("text", true): self = .text
    case ("word", false): self = .words(rest.split(separator: "|").map(String.init))
    case ("pattern", false): self = .pattern(String(rest))
    default:
      throw TermError(
        "'\(text)' is no shape of a value: flag, boolean, integer, 'integer 0-8', size, 'word a|b', "
          + "'pattern TEXT' or text")
    }
  }

  private static func range(_ text: Substring) throws(TermError) -> ClosedRange<Int> {
    // A lower bound may be negative: `-1-255`.
    if let dash = text.dropFirst().firstIndex(of: "-"),
      let low = Self.number(text[..<dash]),
      let high = Self.number(text[text.index(after: dash)...]), low <= high
    {
      return low...high
    }
    throw TermError("'\(text)' is no range such as 0-8")
  }

  /// As it was written.
  public var text: String {
    switch self {
    case .flag: "flag"
    case .boolean: "boolean"
    case .integer(nil): "integer"
    case .integer(.some(let range)): "integer \(range.lowerBound)-\(range.upperBound)"
    case .size: "size"
    case .words(let words): "word \(words.joined(separator: "|"))"
    case .pattern(let pattern): "pattern \(pattern)"
    case .text: "text"
    }
  }

  /// The words for yes and no (Xen, `parse_bool`; Linux, `kstrtobool` takes fewer).
  public static let booleans = trueWords.union(falseWords)

  public static let trueWords: Set<String> = ["yes", "on", "true", "enable", "1"]
  public static let falseWords: Set<String> = ["no", "off", "false", "disable", "0"]

  /// Whether a value has this shape; a bare word has the value "".
  public func accepts(_ value: String) -> Bool {
    switch self {
    case .flag: value.isEmpty
    case .boolean: value.isEmpty || Self.booleans.contains(value)
    case .integer(let range): Self.number(value).map { range?.contains($0) ?? true } ?? false
    case .size: Self.isSize(value)
    case .words(let words): words.contains(value)
    case .pattern(let pattern): Glob(pattern).matches(value)
    case .text: !value.isEmpty
    }
  }

  /// Decimal, `0x…`, or octal with a leading 0 as C reads it.
  static func number(_ text: some StringProtocol) -> Int? {
    let isNegative = text.hasPrefix("-")
    let digits = isNegative ? "\(text.dropFirst())" : "\(text)"
    let value: Int? =
      if digits.lowercased().hasPrefix("0x") {
        Int(digits.dropFirst(2), radix: 16)
      } else if digits.hasPrefix("0"), digits.count > 1 {
        Int(digits, radix: 8)
      } else {
        digits.first?.isNumber == true ? Int(digits) : nil
      }
    return value.map { isNegative ? -$0 : $0 }
  }

  private static func isSize(_ text: String) -> Bool {
    guard let last = text.last else { return false }
    let hasUnit = "bBkKmMgGtT".contains(last)
    return number(hasUnit ? text.dropLast() : text[...]) != nil
  }
}

extension BootOption {
  /// The part of a list's value that is one member: its name without `no-`, and its own value.
  public struct Part: Sendable, Hashable {
    public var text: String
    public var name: String
    public var value: String
    public var isNegated: Bool

    public init(_ text: Substring) {
      self.text = String(text)
      let pieces = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let first = pieces.first ?? ""
      isNegated = first.hasPrefix("no-")
      name = String(isNegated ? first.dropFirst(3) : first)
      value = pieces.count > 1 ? String(pieces[1]) : ""
    }
  }

  /// The members that a value names, each with what the catalogue knows of it.
  public func members(in value: String) -> [(part: Part, member: Member?)] {
    guard form == .list || !members.isEmpty else { return [] }
    return value.split(separator: ",").map { (text: Substring) in
      let part = Part(text)
      let named = { (name: String) in members.first { $0.name == name } }
      return (part, named(part.name) ?? named("no-\(part.name)"))
    }
  }

  /// Whether a value, or one of its members, is meant by a pattern of the catalogue.
  ///
  /// `*` is any value, an empty pattern the bare word, `@false` and `@true` all words for no and
  /// yes, `MEMBER=@false` also `no-MEMBER`; else the value or a member as it stands, or a member's
  /// name.
  public static func fits(_ value: String, _ pattern: String) -> Bool {
    if pattern == "*" || pattern == value { return true }
    if pattern == "@false" { return ValueShape.falseWords.contains(value) }
    if pattern == "@true" { return value.isEmpty || ValueShape.trueWords.contains(value) }
    return value.split(separator: ",").map({ Part($0) }).contains { part in
      if pattern == part.text || pattern == part.name { return true }
      guard pattern.hasSuffix("=@false") else { return false }
      let isFalse = part.isNegated || ValueShape.falseWords.contains(part.value)
      return part.name == pattern.dropLast("=@false".count) && isFalse
    }
  }

  /// What is wrong with a value, by the option's grammar; nil when it is in order, or when the
  /// catalogue does not say what is.
  public func objection(toValue value: String) -> String? {
    guard !takes.isEmpty || !members.isEmpty else { return nil }
    if takes.contains(where: { $0.accepts(value) }) { return nil }
    guard form == .list || !members.isEmpty, !value.isEmpty else {
      return "\(name) takes \(takes.map(\.text).joined(separator: ", ")), not '\(value)'"
    }
    for (part, member) in members(in: value) {
      if let member {
        if part.isNegated, part.value.isEmpty { continue }
        if member.takes.isEmpty || member.takes.contains(where: { $0.accepts(part.value) }) {
          continue
        }
        return "\(name)=\(part.name) takes \(member.takes.map(\.text).joined(separator: ", "))"
      }
      if takes.contains(where: { $0.accepts(part.text) }) { continue }
      return "'\(part.text)' is no member of \(name)"
    }
    return nil
  }
}
