public import HostModel

/// How one quirk was judged for one subject, step by step.
public struct Judgement: Sendable {
  public enum Outcome: Sendable, Hashable {
    case notHere
    /// Whatever else is unknown: it is not armed here, or somebody handles it.
    case notNeeded
    case state(QuirkState)
    case undecided(needs: [String])
    /// Undecided, and nothing says that its hardware is here at all.
    case outOfReach(needs: [String])
  }

  public var quirk: Quirk
  public var subject: Subject
  public var outcome: Outcome
  public var when: Trace
  /// Any of these takes the defect away.
  public var unless: [Trace]
  public var armed: Trace?
  public var handlers: [(handler: Handler, trace: Trace, isRefuted: Bool)]
  public var confirmedBy: [Trace]
  /// The action whose words stand on the line, by its place among the actions.
  public var remedyOnLine: Int?
  /// What people put there instead, where that stands on the line.
  public var folkOnLine: FolkRemedy?
  /// What can be done, from the narrowest on: words filled in, without what makes no sense on this
  /// host.
  public var actions: [Action]
}

extension Evaluator {
  /// Judges a quirk for one subject, by the table of states in the format page.
  public mutating func judge(_ quirk: Quirk, subject: Subject, index: Int?) -> Judgement {
    var judgement = Judgement(
      quirk: quirk, subject: subject, outcome: .notHere,
      when: evaluate(quirk.when, subject: index), unless: [], armed: nil, handlers: [],
      confirmedBy: [], remedyOnLine: nil, folkOnLine: nil, actions: [])
    guard judgement.when.verdict != .no else { return judgement }
    judgement.unless = quirk.unless.map { evaluate($0, subject: index) }
    let defect = Verdict.all(
      [judgement.when.verdict] + judgement.unless.map { .negate($0.verdict) })
    guard defect != .no else { return judgement }

    let armed = quirk.armed.map { evaluate($0, subject: index) }
    judgement.armed = armed
    judgement.handlers = quirk.handledBy.map { handler in
      let refuted = handler.disarms && armed?.verdict == .yes
      return (handler, evaluate(handler.condition, subject: index), refuted)
    }
    judgement.confirmedBy = quirk.confirmedBy.map { evaluate($0, subject: index) }
    (judgement.remedyOnLine, judgement.folkOnLine) = remedies(
      of: quirk, subject: subject, index: index)
    judgement.outcome = outcome(of: judgement, defect: defect)
    if case .undecided(let needs) = judgement.outcome, judgement.when.verdict == .unknown,
      !quirk.subject.isOfPCI, !seesHardware(of: quirk.when)
    {
      judgement.outcome = .outOfReach(needs: needs)
    }
    if case .state = judgement.outcome {
      judgement.actions = actions(of: judgement, index: index)
    }
    return judgement
  }

  private func outcome(of judgement: Judgement, defect: Verdict) -> Judgement.Outcome {
    let quirk = judgement.quirk
    let handlers = judgement.handlers.filter { !$0.isRefuted }
    let isHandled = handlers.contains { $0.trace.verdict == .yes }
    guard defect == .yes else {
      if isHandled || judgement.armed?.verdict == .no { return .notNeeded }
      return .undecided(needs: judgement.when.missing + judgement.unless.flatMap(\.missing))
    }
    if isHandled { return .state(.handled) }

    switch judgement.armed?.verdict ?? .yes {
    case .yes:
      let open = handlers.filter { $0.trace.verdict == .unknown }
      if !open.isEmpty { return .undecided(needs: open.flatMap(\.trace.missing).unique) }
      if let place = judgement.remedyOnLine, quirk.actions[place].keepsTrigger {
        return .state(.applied)
      }
      if judgement.remedyOnLine != nil || judgement.folkOnLine != nil {
        return .state(.ineffective)
      }
      return .state(lineIsUnknown(for: quirk) ? .needed : .missing)
    case .no:
      return .state(judgement.remedyOnLine != nil ? .applied : .latent)
    case .unknown:
      if judgement.remedyOnLine != nil { return .state(.applied) }
      return .undecided(needs: judgement.armed?.missing ?? [])
    }
  }

  /// Whether a part of a condition that asks for hardware is known to hold.
  private mutating func seesHardware(of condition: Condition) -> Bool {
    switch condition {
    case .term(let term):
      guard term.key.isOfHardware else { return false }
      let verdict = evaluate(condition, subject: nil).verdict
      // A processor that fits is here, even where its microcode is not known.
      return verdict == .yes
        || (term.key == .cpu && verdict == .unknown && host.cpu.identity.value != nil)
    case .related: return evaluate(condition, subject: nil).verdict == .yes
    case .not: return false
    case .all(let parts), .any(let parts):
      for part in parts where seesHardware(of: part) { return true }
      return false
    }
  }

  /// A word that stands on the line without effect is no advice: the next best action comes first.
  private mutating func actions(of judgement: Judgement, index: Int?) -> [Action] {
    let tried = judgement.outcome == .state(.ineffective) ? judgement.remedyOnLine : nil
    var actions: [Action] = []
    for (place, action) in judgement.quirk.actions.enumerated() where place > (tried ?? -1) {
      if let condition = action.condition,
        evaluate(condition, subject: index).verdict == .no
      {
        continue
      }
      guard let filled = action.filled(for: judgement.subject).filled(from: host) else {
        continue
      }
      actions.append(filled)
    }
    return actions
  }

  /// Whether the quirk has a remedy for a line, and that line is not known.
  private func lineIsUnknown(for quirk: Quirk) -> Bool {
    quirk.actions.contains { action in
      action.isForLine && !action.operation.takesWordAway && line(for: action.target).value == nil
    }
  }

  func line(for target: Action.Target) -> Fact<CommandLine> {
    target == .xen ? host.lines.xen : host.lines.dom0
  }

  private mutating func remedies(
    of quirk: Quirk, subject: Subject, index: Int?
  ) -> (Int?, FolkRemedy?) {
    var found: Int?
    for (place, action) in quirk.actions.enumerated() where found == nil && action.isForLine {
      guard !action.operation.takesWordAway, let line = line(for: action.target).value else {
        continue
      }
      // What the line itself decides can't say whether the word on it is the remedy.
      if let condition = action.condition,
        !condition.terms.contains(where: { $0.key == .xenLine || $0.key == .dom0Line }),
        evaluate(condition, subject: index).verdict == .no
      {
        continue
      }
      guard let filled = action.filled(for: subject).filled(from: host) else { continue }
      let words = CommandLine(parsing: filled.text).words
      if !words.isEmpty,
        words.allSatisfy({ line.carries($0, asMember: action.operation == .listAdd) })
      {
        found = place
      }
    }
    let folk = quirk.folk.first { line(for: $0.target).value?.has($0.option) == true }
    return (found, folk)
  }
}

extension CommandLine {
  /// Whether a word is on the line, as a whole or as a member of a comma-separated list.
  public func carries(_ word: String, asMember: Bool) -> Bool {
    if has(word) { return true }
    guard asMember, let equals = word.firstIndex(of: "=") else { return false }
    let member = word[word.index(after: equals)...]
    let name = word[..<equals]
    return words.contains { candidate in
      candidate.hasPrefix(name) && candidate.dropFirst(name.count).first == "="
        && candidate.dropFirst(name.count + 1).split(separator: ",").contains(member)
    }
  }
}

extension Action {
  /// The action with the subject's address in its words.
  public func filled(for subject: Subject) -> Action {
    guard let address = subject.address, text.utf8.contains(UInt8(ascii: "{")) else {
      return self
    }
    let domain = address.domain == 0 ? "" : hex(address.domain, width: 4) + ":"
    let names = [
      "address": address.description, "segment": domain, "bus": hex(address.bus, width: 2),
      "device": hex(address.device, width: 2), "function": String(address.function),
    ]
    var action = self
    action.text = text.filling(names)
    action.undo = undo.filling(names)
    return action
  }
}

extension Action {
  /// The action with what the host has for `{xen-line:NAME}`, the value of an option on Xen's line
  /// now, and `{memory:SHARE}`, a part of its memory in MiB; nil where it has none.
  func filled(from host: Host) -> Action? {
    // Few actions have a placeholder, and looking for one is slow.
    guard text.utf8.contains(UInt8(ascii: "{")) else { return self }
    var action = self
    var place = action.text.startIndex
    while let open = action.text[place...].firstIndex(of: "{"),
      let close = action.text[open...].firstIndex(of: "}")
    {
      let name = action.text[action.text.index(after: open)..<close]
      let value: String?
      if name.hasPrefix("xen-line:") {
        value = host.lines.xen.value?.value(of: name.dropFirst("xen-line:".count))
      } else if name.hasPrefix("memory:"), let memory = host.memory.value {
        value = MemoryShare(name.dropFirst("memory:".count)).map { String($0.size(of: memory)) }
      } else if name.hasPrefix("memory:") {
        value = nil
      } else {
        place = close
        continue
      }
      guard let value, !value.isEmpty else { return nil }
      let start = action.text.distance(from: action.text.startIndex, to: open)
      action.text.replaceSubrange(open...close, with: value)
      place = action.text.index(action.text.startIndex, offsetBy: start)
    }
    return action
  }
}

extension String {
  /// The text with each `{name}` replaced that has a value; all others stay.
  public func filling(_ values: [String: String]) -> String {
    var result = ""
    var rest = self[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      result += rest[..<open]
      result += values[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }
}

extension Array where Element: Hashable {
  /// Each element once, in the order met.
  public var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
