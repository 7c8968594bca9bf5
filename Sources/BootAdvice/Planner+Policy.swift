internal import HostModel
internal import QuirkEngine

extension Planner {
  /// Adds the words of a policy behind those that the machine's quirks ask for.
  mutating func follow(_ policy: Policy, after assessment: Assessment) {
    var taken: Set<String> = []
    for word in policy.words {
      let names = CommandLine(parsing: word.option).words.map(OptionCatalogue.name(of:))
        .map { "\(word.target.rawValue) \($0)" }
      switch word.condition.map({ evaluator.evaluate($0, subject: nil).verdict }) {
      case .no: continue
      // Of several ways to say the same, the first is taken where nobody knows which is right.
      case .unknown where !taken.isDisjoint(with: names): continue
      default: taken.formUnion(names)
      }
      let need = need(of: word, in: assessment)
      if let same = advice.firstIndex(where: {
        $0.target == word.target && $0.operation != .remove && $0.text == word.option
          && $0.status == .enter
      }) {
        advice[same].policy = policy.name
        advice[same].need = need
        continue
      }
      let words = CommandLine(parsing: word.option).words
      let isPresent = current(word.target).map { line in words.allSatisfy(line.has) } ?? false
      let objection = objection(to: word.option, target: word.target)
      let (status, reason) = objection ?? (isPresent ? (.present, "") : (.enter, ""))
      var new = Advice(
        target: word.target, operation: .add, text: word.option, status: status, reason: reason,
        quirks: [], subjects: [], evidence: nil, cost: word.price,
        undo: "take the word away and boot again")
      new.policy = policy.name
      new.need = need
      advice.append(new)
    }
  }

  private func need(of word: Policy.Word, in assessment: Assessment) -> Need {
    need(
      for: Set(CommandLine(parsing: word.option).words.map(OptionCatalogue.name(of:))),
      target: word.target, quirks: word.quirks, in: assessment)
  }

  /// Whether a quirk of this machine asks for an option, be it on the line already or not.
  func need(
    for names: Set<String>, target: Action.Target, quirks: [String], in assessment: Assessment
  ) -> Need {
    let asks = { (quirk: Quirk) in
      quirks.contains(quirk.id)
        || quirk.actions.contains { action in
          action.target == target && action.operation != .remove
            && CommandLine(parsing: action.text).words.contains {
              names.contains(OptionCatalogue.name(of: $0))
            }
        }
    }
    // A quirk may be quiet because the option stands on the line already, be it with another value.
    let stands = names.contains { name in
      current(target)?.value(of: name) != nil && !isIdle(name, target: target)
    }
    let needing = assessment.findings.filter { finding in
      let counts =
        finding.state.asksForAction || finding.state == .applied
        || (finding.state == .latent && stands)
      return counts && asks(finding.quirk)
    }
    if !needing.isEmpty { return .needed(by: needing.map(\.quirk.id).unique) }
    let open = (assessment.undecided + assessment.outOfReach).filter { asks($0.quirk) }
    return open.isEmpty ? .notNeeded : .undecided(open.map(\.quirk.id).unique)
  }

  /// Whether a limit of C-states on the line has nothing to forbid: no deep state exists.
  private func isIdle(_ name: String, target: Action.Target) -> Bool {
    catalogue.option(name, target: target)?.limitsCStates == true
      && host.idle.hasDeepStates.value == false
  }

  // MARK: What words do here

  /// What a limit of C-states means on this processor, where Xen's table for it is known.
  func effect(of advice: Advice) -> String {
    guard advice.target == .xen, advice.operation != .remove else { return "" }
    return effect(of: CommandLine(parsing: advice.text).words)
  }

  /// What words of Xen's line do to the C-states of this processor; empty where they do nothing to
  /// them.
  func effect(of words: [String]) -> String {
    for word in words {
      guard catalogue.option(word, target: .xen)?.limitsCStates == true else { continue }
      let numbers = OptionCatalogue.value(of: word).split(separator: ",").map { Int($0) ?? 0 }
      guard let type = numbers.first else { continue }
      let limit = CStateLimit(type: type, substate: numbers.count > 1 ? numbers[1] : nil)
      guard let table = host.idle.table.value else {
        return host.idle.table.isAbsent
          ? "forbids what the firmware's _CST puts beyond it: this Xen has no table of this CPU"
          : ""
      }
      let names = { (states: [IdleTable.State]) in states.map(\.name).joined(separator: ", ") }
      let left = table.allowed(by: limit)
      let gone = table.forbidden(by: limit)
      return (gone.isEmpty ? "forbids no state" : "forbids \(names(gone))")
        + (left.isEmpty
          ? " on this CPU: what is left is HLT" : " on this CPU and leaves \(names(left))")
    }
    return ""
  }

  /// What becomes of each word of a present line that the catalogue has.
  func notes(_ target: Action.Target) -> [WordNote] {
    let build = target == .xen ? host.xen.build.value : host.linux.build.value
    let side = target == .xen ? "Xen" : "Linux"
    return (current(target)?.words ?? []).compactMap { word in
      guard let option = catalogue.option(word, target: target) else { return nil }
      guard let build else {
        return WordNote(
          target: target, word: word, verdict: .unknown, reason: "\(side)'s version is not known")
      }
      switch option.versions?.holds(for: build) {
      case .success(false):
        return WordNote(
          target: target, word: word, verdict: .ignored,
          reason: "ignored by this \(side): \(build.text) does not know \(option.name)")
      case .failure(let reason):
        return WordNote(
          target: target, word: word, verdict: .unknown,
          reason: "nobody knows whether \(side) \(build.text) knows it: needs \(reason.needs)")
      case .success(true), nil:
        return WordNote(target: target, word: word, verdict: .inForce, reason: option.effect)
      }
    }
  }
}
