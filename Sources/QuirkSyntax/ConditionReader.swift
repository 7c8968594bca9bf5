internal import QuirkEngine
internal import TOMLKit

/// Reads conditions, with the families that `@name` stands for.
struct ConditionReader {
  let families: Families

  /// A table (all of its keys hold), or a list of tables (any of them holds).
  func condition(_ value: any TOMLValueConvertible, path: String, log: ProblemLog) -> Condition? {
    if let table = value.table { return all(table, path: path, log: log) }
    if let array = value.array {
      var parts: [Condition] = []
      for (index, element) in array.enumerated() {
        guard let part = condition(element, path: "\(path)[\(index)]", log: log) else { return nil }
        parts.append(part)
      }
      if parts.isEmpty { log.add("an empty list of conditions", at: path) }
      return parts.count == 1 ? parts[0] : .any(parts)
    }
    let kind = TableReader.kind(of: value)
    log.add("a condition is a table or a list of tables, not \(kind)", at: path)
    return nil
  }

  /// The conditions in a table, but for the keys that its owner reads.
  func all(
    _ table: TOMLTable, except own: Set<String> = [], path: String, log: ProblemLog
  ) -> Condition? {
    var parts: [Condition] = []
    // The terms that look at one function come first: they are cheap, and a reader wants them
    // first.
    let keys = table.keys.filter { !own.contains($0) }.sorted { Self.order($0) < Self.order($1) }
    for key in keys {
      guard let value = table[key], let part = part(key, value, path: path, log: log) else {
        return nil
      }
      parts.append(part)
    }
    if parts.isEmpty {
      log.add("a condition without a term holds for every machine", at: path)
      return nil
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private static func order(_ key: String) -> Int {
    Term.Key.allCases.firstIndex { $0.rawValue == key } ?? Term.Key.allCases.count
  }

  private func part(
    _ key: String, _ value: any TOMLValueConvertible, path: String, log: ProblemLog
  ) -> Condition? {
    let place = "\(path).\(key)"
    switch key {
    case "all":
      guard let array = value.array else {
        log.add("'all' is a list of tables", at: place)
        return nil
      }
      let parts = array.enumerated().compactMap { index, element in
        condition(element, path: "\(place)[\(index)]", log: log)
      }
      return parts.count == array.count && !parts.isEmpty ? .all(parts) : nil
    case "any": return condition(value, path: place, log: log)
    case "not": return condition(value, path: place, log: log).map { .not($0) }
    default: break
    }
    if let relation = Relation(rawValue: key) {
      return condition(value, path: place, log: log).map { .related(relation, $0) }
    }
    guard let termKey = Term.Key(rawValue: key) else {
      let known = (Term.Key.allCases.map(\.rawValue) + Relation.allCases.map(\.rawValue))
        .sorted().joined(separator: ", ")
      log.add("unknown term '\(key)'; terms are all, any, not, \(known)", at: place)
      return nil
    }
    return term(termKey, value, place: place, log: log)
  }

  private func term(
    _ key: Term.Key, _ value: any TOMLValueConvertible, place: String, log: ProblemLog
  ) -> Condition? {
    guard var values = value.table.flatMap(Self.pairs) ?? TableReader.texts(value) else {
      log.add("'\(key.rawValue)' has a value of the wrong kind", at: place)
      return nil
    }
    do {
      if key == .pci { values = try families.expanded(values) }
      return .term(try Term(key: key, values: values))
    } catch {
      log.add(error.message, at: place)
      return nil
    }
  }

  /// The members of a table as `key=value`, a list as several of them.
  static func pairs(_ table: TOMLTable) -> [String]? {
    var pairs: [String] = []
    for key in table.keys.sorted() {
      guard let value = table[key], let texts = TableReader.texts(value) else { return nil }
      pairs += texts.map { "\(key)=\($0)" }
    }
    return pairs
  }
}

/// Ids that have a name: `@intel-82574`.
struct Families {
  private(set) var ids: [String: [String]] = [:]

  mutating func add(_ name: String, _ members: [String]) { ids[name] = members }

  /// The values with each `@name` replaced by its ids, however deep.
  func expanded(_ values: [String], within open: [String] = []) throws(TermError) -> [String] {
    var result: [String] = []
    for value in values {
      guard value.hasPrefix("@") else {
        result.append(value)
        continue
      }
      let name = String(value.dropFirst())
      guard let members = ids[name] else { throw TermError("no family is named '\(name)'") }
      guard !open.contains(name) else { throw TermError("family '\(name)' contains itself") }
      result += try expanded(members, within: open + [name])
    }
    return result
  }
}
