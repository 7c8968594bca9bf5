internal import HostModel

extension Coding {
  /// What is known of such a value: `{"known": …, "source": …}`, `{"absent": true}` or `{"unknown":
  /// CAUSE, "needs": TEXT}`.
  var fact: Coding<Fact<Value>> {
    Coding<Fact<Value>>(encode(fact:)) { json throws(SnapshotError) in try decode(fact: json) }
  }

  /// A value that no snapshot could be read with, such as a name of 10 kB, is unknown in it.
  private func encode(fact: Fact<Value>) -> JSON {
    switch fact {
    case .known(let value, let source):
      let json = encode(value)
      do {
        if !isSafeInParts { _ = try decode(json) }
        return .object(["known": json, "source": Coding<Source>.source.encode(source)])
      } catch {
        return .unknown(Unknown(.malformed, needs: "a plausible value (\(error.message))"))
      }
    case .absent: return .object(["absent": .bool(true)])
    case .unknown(let reason): return .unknown(reason)
    }
  }

  private func decode(fact json: JSON) throws(SnapshotError) -> Fact<Value> {
    let members = try json.members()
    if members["known"] != nil {
      let source = try json.member("source", Coding<Source>.source.decode)
      return .known(try json.member("known", decode), source: source)
    }
    if members["unknown"] != nil { return .unknown(try json.unknown()) }
    guard try json.optional("absent", Coding<Bool>.bool.decode) == true else {
      throw json.problem("says neither 'known' nor 'absent' nor 'unknown'")
    }
    return .absent
  }
}

extension JSON {
  static func unknown(_ reason: Unknown) -> JSON {
    .object([
      "unknown": .string(reason.cause.rawValue),
      "needs": .string(reason.needs.utf8.count > longestText ? "a shorter path" : reason.needs),
    ])
  }

  func unknown() throws(SnapshotError) -> Unknown {
    Unknown(
      try member("unknown", Coding<Unknown.Cause>.name.decode), needs: try string("needs"))
  }
}

extension Coding where Value == Source {
  /// One member, named for the kind of place.
  static var source: Coding {
    Coding { source in
      switch source {
      case .configSpace(let offset): .object(["configSpace": .integer(offset)])
      case .file(let path): .object(["file": .string(path)])
      case .tool(let name): .object(["tool": .string(name)])
      case .option(let name): .object(["option": .string(name)])
      case .derived(let text): .object(["derived": .string(text)])
      }
    } _: { json throws(SnapshotError) in
      let text = Coding<String>.text.decode
      if let path = try json.optional("file", text) { return .file(path) }
      if let name = try json.optional("tool", text) { return .tool(name) }
      if let name = try json.optional("option", text) { return .option(name) }
      if let words = try json.optional("derived", text) { return .derived(words) }
      guard let offset = try json.optional("configSpace", Coding<Int>.integer.decode) else {
        throw json.problem("expected one of file, tool, option, derived, configSpace")
      }
      return .configSpace(offset: offset)
    }
  }
}

/// One fact of a value, and where it stands in the snapshot of it.
///
/// A fact that a snapshot lacks was not yet known to the version that wrote it.
struct FactRow<Root> {
  /// The section that it stands in; nil for one that stands in the value itself.
  let section: String?
  let name: String
  private let read: (Root) -> JSON
  private let fill: (inout Root, JSON) throws(SnapshotError) -> Void

  init<Value>(
    _ name: String, _ path: WritableKeyPath<Root, Fact<Value>>, _ coding: Coding<Value>
  ) {
    self.init(nil, name, path, coding)
  }

  init<Value>(
    _ section: String?, _ name: String, _ path: WritableKeyPath<Root, Fact<Value>>,
    _ coding: Coding<Value>
  ) {
    self.section = section
    self.name = name
    let coding = coding.fact
    read = { coding.encode($0[keyPath: path]) }
    fill = { (root: inout Root, json: JSON) throws(SnapshotError) in
      root[keyPath: path] = try coding.decode(json)
    }
  }

  static var missing: Unknown {
    Unknown(.notCaptured, needs: "a snapshot written by this version of xenquirks")
  }
}

extension JSON {
  /// The facts of a value, in their sections.
  static func facts<Root>(of root: Root, _ rows: [FactRow<Root>]) -> [String: JSON] {
    var sections: [String: [String: JSON]] = [:]
    var members: [String: JSON] = [:]
    for row in rows {
      if let section = row.section {
        sections[section, default: [:]][row.name] = row.encode(root)
      } else {
        members[row.name] = row.encode(root)
      }
    }
    return members.merging(sections.mapValues { .object($0) }) { _, last in last }
  }

  /// Fills the facts that are here; what is here and has no row is of a newer version.
  func fill<Root>(_ root: inout Root, _ rows: [FactRow<Root>]) throws(SnapshotError) {
    for row in rows {
      guard let section = row.section else {
        try row.decode(from: self, to: &root)
        continue
      }
      guard let json = try members()[section] else { continue }
      do {
        try row.decode(from: json, to: &root)
      } catch {
        throw error.inside(section)
      }
    }
  }
}

extension FactRow {
  fileprivate func encode(_ root: Root) -> JSON { read(root) }

  fileprivate func decode(from json: JSON, to root: inout Root) throws(SnapshotError) {
    guard let fact = try json.members()[name] else { return }
    do {
      try fill(&root, fact)
    } catch {
      throw error.inside(name)
    }
  }
}
