internal import HostModel
public import HostSnapshot

extension Comparison {
  /// Compares what two reports say of their machines; neither is judged anew.
  ///
  /// Throws: what is in one of them is not what a report holds there; `inBefore` tells in which.
  public init(
    before: ReportDocument, after: ReportDocument
  ) throws(ReportProblem) {
    let old = try ReportProblem.inside(.before) { () throws(SnapshotError) in
      try ReportFacts(before.root)
    }
    let new = try ReportProblem.inside(.after) { () throws(SnapshotError) in
      try ReportFacts(after.root)
    }
    self.init(old, new)
    if before.redaction != after.redaction {
      notes.append(
        "one was redacted '\(before.redaction)', the other '\(after.redaction)': words differ by it"
      )
    }
  }

  init(_ old: ReportFacts, _ new: ReportFacts) {
    let values = ValueComparison(leftOut: ["messages", "usage", "time"])
    for name in ReportFacts.hostMembers {
      guard let before = old.host[name], let after = new.host[name] else { continue }
      var values = values
      values.missingIsAbsent = name == "toolstack"
      host += values.changes(before, after, at: name)
    }
    host += Self.text(old.obstacle, new.obstacle, at: "obstacle")
    presentLines = Self.lines(old.presentLines, new.presentLines)
    advisedLines = Self.lines(old.advisedLines, new.advisedLines)
    comparePCI(old, new)
    findings = Self.findings(old, new)
    advice = Self.advice(old.advice, new.advice)
    for (name, before, after) in [
      ("database", old.digest, new.digest), ("policy", old.policy, new.policy),
    ] where before != after {
      notes.append(
        "another \(name) judged each of them: findings and advice may differ by that alone")
    }
  }

  private static func text(_ before: String?, _ after: String?, at path: String) -> [Change] {
    guard before != after else { return [] }
    let value = { (text: String?) -> Value in text.map { .text($0) } ?? .absent }
    return [Change(path: path, before: value(before), after: value(after))]
  }

  // MARK: Lines

  private static func lines(
    _ before: [String: JSON], _ after: [String: JSON]
  ) -> [LineChange] {
    ["xen", "dom0"].compactMap { side in
      guard let old = before[side], let new = after[side] else { return nil }
      var line = LineChange(side: side)
      guard case .list(let words) = Value(old), case .list(let others) = Value(new) else {
        line.change = ValueComparison().changes(old, new, at: side).first
        return line.change == nil ? nil : line
      }
      if words == others { return nil }
      line.removed = words.without(others)
      line.added = others.without(words)
      line.isReordered = line.removed.isEmpty && line.added.isEmpty
      return line
    }
  }

  // MARK: PCI

  private mutating func comparePCI(_ old: ReportFacts, _ new: ReportFacts) {
    guard let before = old.functions, let after = new.functions else {
      host += ValueComparison().changes(old.pci, new.pci, at: "pci")
      return
    }
    gone = before.filter { after[$0.key] == nil }.map(\.value.summary).sorted {
      $0.address < $1.address
    }
    self.new = after.filter { before[$0.key] == nil }.map(\.value.summary).sorted {
      $0.address < $1.address
    }
    let values = ValueComparison()
    for (address, function) in before.sorted(by: { $0.key < $1.key }) {
      guard let other = after[address] else { continue }
      let changes = ReportFacts.functionMembers.flatMap { name -> [Change] in
        guard let before = function.members[name], let after = other.members[name] else {
          return []
        }
        return values.changes(before, after, at: name)
      }
      if !changes.isEmpty { functions.append(Part(name: address, changes: changes)) }
    }
    // What a link runs at stands with its functions.
    let linkValues = ValueComparison(leftOut: ["rate"])
    for (name, link) in old.links.sorted(by: { $0.key < $1.key }) {
      guard let other = new.links[name] else { continue }
      let changes = linkValues.changes(link, other, at: "")
      if !changes.isEmpty { links.append(Part(name: name, changes: changes)) }
    }
  }

  // MARK: Findings and advice

  private static func findings(_ old: ReportFacts, _ new: ReportFacts) -> [Finding] {
    var groups: [Finding: [String]] = [:]
    for place in Set(old.findings.keys).union(new.findings.keys) {
      let (before, after) = (old.findings[place], new.findings[place])
      guard before?.state != after?.state, let told = after ?? before else { continue }
      let group = Finding(
        quirk: place.quirk, title: told.title, severity: told.severity, subjects: [],
        before: before?.state, after: after?.state)
      groups[group, default: []].append(place.subject)
    }
    let rank = { (finding: Finding) -> String in
      "\(finding.quirk) \(finding.before ?? "") \(finding.after ?? "")"
    }
    return groups.map { group, subjects in
      var group = group
      group.subjects = subjects.filter { !$0.isEmpty }.sorted()
      return group
    }.sorted { rank($0) < rank($1) }
  }

  private static func advice(
    _ old: [ReportFacts.AdviceKey: String], _ new: [ReportFacts.AdviceKey: String]
  ) -> [Advice] {
    let keys = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }
    return keys.sorted { ($0.target, $0.text, $0.operation) < ($1.target, $1.text, $1.operation) }
      .map { key in
        Advice(
          target: key.target, operation: key.operation, text: key.text, before: old[key],
          after: new[key])
      }
  }
}

extension [String] {
  /// What is here more often than there.
  fileprivate func without(_ others: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for word in others { counts[word, default: 0] += 1 }
    return filter { word in
      guard let count = counts[word], count > 0 else { return true }
      counts[word] = count - 1
      return false
    }
  }
}

/// Why a report cannot be compared, and which of the two it is.
public struct ReportProblem: Error, Sendable, Hashable {
  public enum Side: Sendable, Hashable {
    case before, after
  }

  public var side: Side
  public var error: SnapshotError

  static func inside<Value>(
    _ side: Side, _ work: () throws(SnapshotError) -> Value
  ) throws(ReportProblem) -> Value {
    do throws(SnapshotError) {
      return try work()
    } catch {
      throw ReportProblem(side: side, error: error)
    }
  }
}
