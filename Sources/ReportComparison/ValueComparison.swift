internal import HostSnapshot

extension Comparison.Value {
  /// The value that stands at a place.
  init(_ json: JSON) {
    switch json.content {
    case .null: self = .absent
    case .bool(let value): self = .bool(value)
    case .number(let text): self = .number(text)
    case .string(let text): self = .text(text)
    case .array(let elements):
      let scalars = elements.compactMap { $0.scalar ?? $0.itsName }
      self = scalars.count == elements.count ? .list(scalars) : .structure(members: elements.count)
    case .object(let members):
      if case .string(let cause) = members["unknown"]?.content {
        var needs = ""
        if case .string(let text) = members["needs"]?.content { needs = text }
        self = .unknown(cause: cause, needs: needs)
      } else {
        self = .structure(members: members.count)
      }
    }
  }

  var isUnknown: Bool {
    if case .unknown = self { return true }
    return false
  }
}

extension JSON {
  /// The text of a value that has no parts.
  fileprivate var scalar: String? {
    switch content {
    case .string(let text), .number(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: "none"
    case .array, .object: nil
    }
  }

  /// What an object is called, if it says so.
  fileprivate var itsName: String? {
    guard case .object(let members) = content, case .string(let name) = members["name"]?.content
    else { return nil }
    return name
  }

  /// The members of an object that is no unknown fact.
  fileprivate var knownMembers: [String: JSON]? {
    guard case .object(let members) = content, !Comparison.Value(self).isUnknown else { return nil }
    return members
  }
}

/// Compares two values with all that is in them.
struct ValueComparison {
  /// Members that count up while the machine runs, or tell nothing of it.
  var leftOut: Set<String> = []
  /// Whether what one side does not say at all counts as absent; else it is not compared, since an
  /// older version could not say it.
  var missingIsAbsent = false

  func changes(_ before: JSON, _ after: JSON, at path: String) -> [Comparison.Change] {
    if let old = before.knownMembers, let new = after.knownMembers {
      return Set(old.keys).union(new.keys).subtracting(leftOut).sorted().flatMap { name in
        let inside = path.isEmpty ? name : "\(path).\(name)"
        guard missingIsAbsent || (old[name] != nil && new[name] != nil) else {
          return [Comparison.Change]()
        }
        return changes(old[name] ?? .null, new[name] ?? .null, at: inside)
      }
    }
    if case .array(let old) = before.content, case .array(let new) = after.content,
      old.count == new.count, !(old + new).allSatisfy({ $0.scalar != nil })
    {
      return zip(old, new).enumerated().flatMap { place, pair in
        changes(pair.0, pair.1, at: "\(path)[\(place)]")
      }
    }
    let (old, new) = (Comparison.Value(before), Comparison.Value(after))
    return old == new ? [] : [Comparison.Change(path: path, before: old, after: new)]
  }
}
