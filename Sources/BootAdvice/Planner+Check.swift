internal import HostModel
public import QuirkEngine

extension Planner {
  /// Judges every word of the lines to be changed, and says what is missing on them.
  ///
  /// `names` are all options of a side, among which a misspelt one is looked for; `remedies` those
  /// that some quirk puts on a line.
  public mutating func check(
    _ assessment: Assessment, names: [BootOption.Side: [String]],
    remedies: [Action.Target: Set<String>]
  ) -> CheckedLines {
    let plan = plan(assessment)
    var words: [CheckedWord] = []
    for target in [Action.Target.xen, .dom0] {
      guard let line = current(target) else { continue }
      for (place, word) in line.words.enumerated() {
        if target == .dom0, word == "--" { break }
        var checked = check(
          word, at: place, on: line, target, assessment,
          names[target == .xen ? .xen : .linux] ?? [],
          remedies[target] ?? [])
        for removal in plan.removals where removal.target == target && removal.text == word {
          checked.ask(for: removal)
        }
        words.append(checked)
      }
    }
    let missing = plan.advice.filter { advice in
      advice.status == .enter && advice.operation != .remove
        && (advice.target == .xen || advice.target == .dom0)
        && !CommandLine(parsing: advice.text).words.allSatisfy { word in
          // A word that another one of the line should become is told of there.
          (current(advice.target)?.words.contains(word) ?? false)
            || words.contains { $0.better == word && $0.target.action == advice.target }
        }
    }
    return CheckedLines(
      words: words, missing: missing,
      undecided: (assessment.undecided + assessment.outOfReach).map(\.quirk.id).unique)
  }

  // MARK: One word

  private mutating func check(
    _ word: String, at place: Int, on line: CommandLine, _ target: Action.Target,
    _ assessment: Assessment, _ names: [String], _ remedies: Set<String>
  ) -> CheckedWord {
    var result = CheckedWord(
      target: target == .xen ? .xen : .dom0, word: word, verdict: .setting, reasons: [])
    guard let (option, meant) = option(word, target) else {
      strange(word, target, names, &result)
      return result
    }
    let here = look(at: option, word: meant, in: assessment)
    result.cost = option.cost
    if here.isKnown == .no { result.find(.ignored, here.knownReason) }
    if let objection = here.objection { result.find(.badValue, objection) }
    if let veto = here.veto { result.find(.harmful, veto) }
    if option.isInsecure(meant) {
      result.find(.harmful, "it weakens the isolation between domains")
    }
    companions(of: meant, option, at: place, on: line, target, &result)
    for (trap, holds) in here.traps where holds == .yes && trap.verdict != .costly {
      result.find(CheckedWord.Verdict(trap.verdict), trap.text, better: trap.better)
    }
    if target == .dom0, option.dom0.hasPrefix("no effect") {
      result.find(.noEffect, "in a dom0 it has " + option.dom0)
    }
    judgeNeed(here, assessment, isRemedy: remedies.contains(option.name), &result)
    for (trap, holds) in here.traps where holds == .yes && trap.verdict == .costly {
      let verdict = result.verdict == .needed ? result.verdict : .notNeeded
      result.find(verdict, trap.text, better: trap.better)
    }
    for (trap, holds) in here.traps where holds == .unknown {
      result.reasons.append("may be: \(trap.text)")
    }
    if !option.deprecated.isEmpty { result.reasons.append("on its way out: \(option.deprecated)") }
    if !option.aliasOf.isEmpty, result.better.isEmpty {
      result.reasons.append("another writing of \(option.aliasOf)")
    }
    if here.isKnown == .unknown { result.reasons.append(here.knownReason) }
    if result.reasons.isEmpty { result.reasons.append(option.effect) }
    return result
  }

  /// The option of a word, and the word without Xen's `no-` in front.
  private func option(_ word: String, _ target: Action.Target) -> (BootOption, String)? {
    if let option = catalogue.option(word, target: target) { return (option, word) }
    guard target == .xen, word.hasPrefix("no-") else { return nil }
    let name = String(word.dropFirst("no-".count))
    return catalogue.option(name, target: .xen).map { ($0, "\(OptionCatalogue.name(of: name))=no") }
  }

  /// A word that this side's catalogue does not have.
  private func strange(
    _ word: String, _ target: Action.Target, _ names: [String], _ result: inout CheckedWord
  ) {
    let there: Action.Target = target == .xen ? .dom0 : .xen
    let name = OptionCatalogue.name(of: word)
    let value = word.dropFirst(name.count)
    if word.hasPrefix("$") {
      result.reasons.append("the boot loader puts the value of a variable there")
      return
    }
    if let near = NearestName.nearest(to: name, among: names) {
      let isWriting = near.lowercased() == name.lowercased()
      result.find(
        .misspelt, isWriting ? "written \(near)" : "no such option; \(near) is near",
        better: near + value)
    } else if catalogue.option(word, target: there) != nil {
      let owner = target == .xen ? "dom0's kernel" : "Xen"
      result.find(.wrongSide, "it is a word for \(owner), which reads the other line")
    } else {
      let readers =
        target == .xen
        ? "a Xen of a distribution may have options of its own"
        : "a module, an init system or a patched kernel may know it"
      result.find(.unknown, "in no catalogue: \(readers)")
    }
  }

  /// What other words of the line do to one.
  private func companions(
    of word: String, _ option: BootOption, at place: Int, on line: CommandLine,
    _ target: Action.Target, _ result: inout CheckedWord
  ) {
    let others = line.words.enumerated().filter { $0.offset != place }
    if let first = others.first(where: { $0.offset < place && $0.element == word }) {
      result.find(.repeated, "it stands there before, as word \(first.offset + 1)")
    } else if option.form == .value || option.form == .flag,
      let later = others.last(where: {
        $0.offset > place && OptionCatalogue.name(of: $0.element) == option.name
          && $0.element != word
      })
    {
      result.find(.cancelled, "\(later.element) behind it counts in its place")
    }
    for other in others where catalogue.contradict(word, other.element, target: target) {
      result.find(.cancelled, "\(other.element) contradicts it")
    }
  }

  /// Whether this machine needs it.
  private func judgeNeed(
    _ here: OptionOnHost, _ assessment: Assessment, isRemedy: Bool, _ result: inout CheckedWord
  ) {
    let failing = assessment.findings.filter { finding in
      finding.state == .ineffective && finding.quirk.folk.contains { $0.stands(for: here.word) }
    }
    for finding in failing {
      result.add(finding.quirk.id)
      result.find(.ineffective, "\(finding.quirk.id): \(finding.explanation)")
    }
    for finding in assessment.findings where finding.state.asksForAction {
      let better = finding.replacement(of: here.word)
      if let better {
        result.add(finding.quirk.id)
        result.find(
          .insufficient, "\(finding.quirk.id) asks for \(better) in its place", better: better)
      }
    }
    let keeping = keepers(of: here, in: assessment)
    let proven = keeping.filter { $0.evidence <= policy.minimumEvidence }.map(\.id)
    let likely = keeping.map(\.id).filter { !proven.contains($0) }
    for quirk in proven + likely { result.add(quirk) }
    if !proven.isEmpty {
      result.find(.needed, "without it \(proven.joined(separator: ", ")) would be back")
      return
    }
    if !likely.isEmpty {
      result.find(
        .undecided, "it may hold down \(likely.joined(separator: ", ")), for which little speaks")
      return
    }
    if case .undecided(let quirks) = here.need {
      for quirk in quirks { result.add(quirk) }
      result.find(.undecided, "it serves \(quirks.joined(separator: ", ")), not decided here")
      return
    }
    // What costs nothing may stay.
    let cost = here.option.cost
    guard isRemedy, !cost.isEmpty, cost != "None.", case .notNeeded = here.need else { return }
    if let unknown = host.pci.unknown {
      result.find(
        .undecided, "whether this machine needs it can't be said without \(unknown.needs)")
    } else {
      result.find(.notNeeded, "no defect of this machine asks for it; its cost: \(cost)")
    }
  }

  /// The quirks that a word holds down.
  private func keepers(of here: OptionOnHost, in assessment: Assessment) -> [Quirk] {
    assessment.findings.filter { finding in
      let words = finding.quirk.remedies(on: here.option.side == .xen ? .xen : .dom0)
      switch finding.state {
      case .applied: return words.contains(here.word)
      // Another value of the option may hold it down as well.
      case .latent:
        guard here.option.limitsCStates, host.idle.hasDeepStates.value != false else {
          return false
        }
        return words.contains { OptionCatalogue.name(of: $0) == here.option.name }
      default: return false
      }
    }.map(\.quirk)
  }
}

extension Quirk {
  /// The words that its actions put on a line.
  fileprivate func remedies(on target: Action.Target) -> [String] {
    actions.filter { $0.target == target && $0.operation != .remove && $0.isForLine }
      .flatMap { CommandLine(parsing: $0.text).words }
  }
}

extension Finding {
  /// The word that a finding wants where another value of its option stands.
  fileprivate func replacement(of word: String) -> String? {
    let name = OptionCatalogue.name(of: word)
    for action in actions.flatMap(\.self) where action.isForLine && action.operation != .remove {
      let words = CommandLine(parsing: action.text).words.filter {
        OptionCatalogue.name(of: $0) == name && $0 != word
      }
      if let better = words.last { return better }
    }
    return nil
  }
}

extension FolkRemedy {
  /// Whether it is about a word of a line.
  fileprivate func stands(for word: String) -> Bool {
    CommandLine(parsing: option).words.contains {
      $0 == word || (!$0.contains("=") && $0 == OptionCatalogue.name(of: word))
    }
  }
}

extension CheckedWord {
  /// Takes a verdict if none that weighs more was found, and its reason.
  fileprivate mutating func find(_ new: Verdict, _ reason: String, better: String = "") {
    let order = Verdict.allCases
    let isWorse = (order.firstIndex(of: new) ?? 0) < (order.firstIndex(of: verdict) ?? 0)
    if isWorse {
      verdict = new
      reasons.insert(reason, at: 0)
      if !better.isEmpty { self.better = better }
    } else {
      reasons.append(reason)
      if self.better.isEmpty { self.better = better }
    }
  }

  fileprivate mutating func add(_ quirk: String) {
    if !quirks.contains(quirk) { quirks.append(quirk) }
  }

  /// A plan wants the word away.
  fileprivate mutating func ask(for removal: Advice) {
    for quirk in removal.quirks { add(quirk) }
    if !verdict.asksForChange {
      verdict = .harmful
      reasons.insert(removal.reason.isEmpty ? "it should go" : removal.reason, at: 0)
    }
  }
}

extension CheckedWord.Side {
  fileprivate var action: Action.Target { self == .xen ? .xen : .dom0 }
}

extension CheckedWord.Verdict {
  fileprivate init(_ trap: BootOption.Trap.Verdict) {
    self =
      switch trap {
      case .noEffect: .noEffect
      case .ignored: .ignored
      case .misread: .badValue
      case .cancels: .cancelled
      case .insecure: .harmful
      case .costly: .notNeeded
      case .otherSide: .wrongSide
      }
  }
}
