internal import QuirkEngine

extension QuirkLint {
  /// What can only be seen over all entries together.
  static func checkTogether(
    _ quirks: [Quirk], rivals: [String: [String]], options: [BootOption]
  ) -> [QuirkProblem] {
    let names = Dictionary(
      options.map { (Named(side: $0.side, name: $0.name), $0) },
      uniquingKeysWith: { first, _ in first })
    return twice(quirks) + covered(quirks)
      + quirks.flatMap { quirk in
        quirk.actions.flatMap { wordProblems(of: $0, in: quirk, names) }
      }
      + contradictions(quirks, rivals, names)
      + options.flatMap { links(of: $0, names) }
  }

  private struct Named: Hashable {
    var side: BootOption.Side
    var name: String
  }

  private typealias Names = [Named: BootOption]

  // MARK: The same thing twice

  private struct Defect: Hashable {
    var subject: SubjectKind
    var when: Condition
    var armed: Condition?
  }

  private static func twice(_ quirks: [Quirk]) -> [QuirkProblem] {
    var problems: [QuirkProblem] = []
    var byID: [String: Quirk] = [:]
    var byDefect: [Defect: Quirk] = [:]
    for quirk in quirks {
      if let first = byID.updateValue(quirk, forKey: quirk.id) {
        problems.append(
          QuirkProblem(quirk.origin, "'\(quirk.id)' stands in \(first.origin) already"))
      }
      let defect = Defect(subject: quirk.subject, when: quirk.when, armed: quirk.armed)
      if let first = byDefect.updateValue(quirk, forKey: defect), first.id != quirk.id {
        problems.append(
          QuirkProblem(quirk.origin, "asks the same as '\(first.id)' in \(first.origin)"))
      }
    }
    return problems
  }

  /// Entries all of whose devices another entry asks for with the same conditions.
  private static func covered(_ quirks: [Quirk]) -> [QuirkProblem] {
    var problems: [QuirkProblem] = []
    var byRest: [Defect: [(quirk: Quirk, ids: Set<String>)]] = [:]
    for quirk in quirks {
      guard let (ids, rest) = quirk.when.devicesAndRest else { continue }
      let key = Defect(subject: quirk.subject, when: rest, armed: quirk.armed)
      byRest[key, default: []].append((quirk, Set(ids)))
    }
    for group in byRest.values where group.count > 1 {
      for one in group {
        for other in group
        where other.quirk.id != one.quirk.id && one.ids.isStrictSubset(of: other.ids) {
          problems.append(
            QuirkProblem(
              one.quirk.origin,
              "'\(other.quirk.id)' in \(other.quirk.origin) asks for all of its devices, with the same conditions"
            ))
        }
      }
    }
    return problems
  }

  // MARK: Words

  private static func wordProblems(
    of action: Action, in quirk: Quirk, _ names: Names
  ) -> [QuirkProblem] {
    guard action.isForLine else { return [] }
    return action.text.split(separator: " ").enumerated().compactMap { place, word in
      let name = String(word.prefix { $0 != "=" && $0 != "[" })
      let side: BootOption.Side = action.target == .xen ? .xen : .linux
      guard let option = names[Named(side: side, name: name)] else {
        return QuirkProblem(
          quirk.origin, "'\(name)' is not in options/\(side.rawValue).toml; add it there first")
      }
      // A word that goes may be a wrong one; what a placeholder becomes nobody knows yet.
      let goes = action.operation == .remove || (action.operation == .replace && place == 0)
      guard !goes, !word.contains("{") else { return nil }
      let value = word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) } ?? ""
      return option.objection(toValue: value).map { QuirkProblem(quirk.origin, $0) }
    }
  }

  /// Options that name others which are not there.
  private static func links(of option: BootOption, _ names: Names) -> [QuirkProblem] {
    let others =
      [option.aliasOf].filter { !$0.isEmpty } + option.replaces + option.implies
      + option.conflicts
    return others.compactMap { word in
      let name = String(word.prefix { $0 != "=" && $0 != "[" })
      guard names[Named(side: option.side, name: name)] == nil else { return nil }
      return QuirkProblem(
        option.origin,
        "\(option.name) names '\(name)', which options/\(option.side.rawValue).toml lacks")
    }
  }

  // MARK: Contradictions

  /// Pairs of entries that a machine may have together, and whose first words can't stand together.
  private static func contradictions(
    _ quirks: [Quirk], _ rivals: [String: [String]], _ names: Names
  ) -> [QuirkProblem] {
    let asking = quirks.compactMap { quirk -> (quirk: Quirk, action: Action)? in
      let first = quirk.actions.first {
        $0.isForLine && !$0.operation.takesWordAway && !$0.text.contains("{")
      }
      return first.map { (quirk, $0) }
    }
    var problems: [QuirkProblem] = []
    for (place, one) in asking.enumerated() {
      for other in asking[(place + 1)...]
      where one.action.target == other.action.target && one.action.text != other.action.text {
        let side: BootOption.Side = one.action.target == .xen ? .xen : .linux
        guard let words = contradiction(one.action.text, other.action.text, side, names),
          !one.quirk.excludes(other.quirk),
          rivals[one.quirk.id]?.contains(other.quirk.id) != true,
          rivals[other.quirk.id]?.contains(one.quirk.id) != true
        else { continue }
        problems.append(
          QuirkProblem(
            other.quirk.origin,
            "'\(other.quirk.id)' wants \(words.1) where '\(one.quirk.id)' in \(one.quirk.origin) wants "
              + "\(words.0); name it in rivals = [...] if the worse defect may choose"))
      }
    }
    return problems
  }

  private static func contradiction(
    _ left: String, _ right: String, _ side: BootOption.Side, _ names: Names
  ) -> (String, String)? {
    for first in left.split(separator: " ").map(String.init) {
      for second in right.split(separator: " ").map(String.init) where first != second {
        let (name, otherName) = (first.prefix { $0 != "=" }, second.prefix { $0 != "=" })
        guard let option = names[Named(side: side, name: String(name))],
          let other = names[Named(side: side, name: String(otherName))]
        else { continue }
        let isSame = name == otherName && (option.form == .value || option.form == .flag)
        if isSame || option.conflicts.contains(second)
          || option.conflicts.contains(String(otherName))
          || other.conflicts.contains(first) || other.conflicts.contains(String(name))
        {
          return (first, second)
        }
      }
    }
    return nil
  }
}

extension Condition {
  /// The ids that are asked for, and the condition without them; nil where there are none.
  fileprivate var devicesAndRest: (ids: [String], rest: Condition)? {
    switch self {
    case .term(let term) where term.key == .pci: return (term.values, .all([]))
    case .all(let parts):
      guard
        let place = parts.firstIndex(where: { part in
          if case .term(let term) = part { term.key == .pci } else { false }
        }), case .term(let term) = parts[place]
      else { return nil }
      var rest = parts
      rest.remove(at: place)
      return (term.values, .all(rest))
    default: return nil
    }
  }
}

extension Quirk {
  /// Whether no machine can have both: another processor, or other releases.
  fileprivate func excludes(_ other: Quirk) -> Bool {
    for one in when.required {
      for two in other.when.required where one.key == two.key {
        if one.excludes(two) { return true }
      }
    }
    return false
  }
}
