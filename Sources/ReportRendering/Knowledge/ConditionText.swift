internal import QuirkEngine

extension Condition {
  /// The condition in one sentence.
  var sentence: String {
    switch self {
    case .term(let term): term.sentence
    case .all(let parts): parts.map(\.clause).joined(separator: " and ")
    case .any(let parts): parts.map(\.clause).joined(separator: " or ")
    case .not(let part): "not \(part.clause)"
    case .related(let relation, let part): "\(relation.text) has \(part.clause)"
    }
  }

  /// The sentence as a part of another one.
  private var clause: String {
    switch self {
    case .all(let parts) where parts.count > 1, .any(let parts) where parts.count > 1:
      "(\(sentence))"
    default: sentence
    }
  }

  /// The condition in lines, two blanks deeper for each step down.
  func lines(depth: Int = 0) -> [String] {
    let pad = String(repeating: "  ", count: depth)
    switch self {
    case .term(let term): return [pad + term.sentence]
    case .all(let parts):
      return parts.flatMap { $0.lines(depth: depth) }
    case .any(let parts):
      return [pad + "any of"]
        + parts.flatMap { part -> [String] in
          var lines = part.lines(depth: depth + 2)
          let first = lines.removeFirst()
          return ["\(pad)  - \(first.drop { $0 == " " })"] + lines
        }
    case .not(let part): return [pad + "not"] + part.lines(depth: depth + 1)
    case .related(let relation, let part):
      return [pad + relation.text] + part.lines(depth: depth + 1)
    }
  }
}

extension Term {
  /// The term as a person would say it.
  fileprivate var sentence: String {
    let groups = pairs
    switch key {
    case .cpu:
      let rest = ["family", "model", "stepping", "microcode"].compactMap { name in
        groups[name].map { "\(name) \($0.joined(separator: ", "))" }
      }
      return
        "cpu \(groups["vendor"]?.joined(separator: " or ") ?? "") \(rest.joined(separator: ", "))"
    case .linux, .xen:
      var parts: [String] = []
      if let since = groups["since"]?.first { parts.append("since \(since)") }
      if let backports = groups["backports"] {
        parts.append("(and \(backports.joined(separator: ", ")))")
      }
      if let before = groups["before"]?.first { parts.append("before \(before)") }
      if let seen = groups["seen-in"]?.first { parts.append("seen in \(seen)") }
      let own = groups.filter { !["since", "backports", "before", "seen-in"].contains($0.key) }
      parts += own.sorted { $0.key < $1.key }.map {
        "\($0.key) \($0.value.joined(separator: ", "))"
      }
      return "\(key == .xen ? "Xen" : "Linux") \(parts.joined(separator: " "))"
    default: return text
    }
  }

  /// Values of the form `key=value`, by key.
  private var pairs: [String: [String]] {
    var pairs: [String: [String]] = [:]
    for value in values {
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { pairs[parts[0], default: []].append(parts[1]) }
    }
    return pairs
  }
}
