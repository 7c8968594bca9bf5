internal import HostModel
public import QuirkEngine

/// Holds what was meant against what the machine shows after the boot.
public struct Verifier {
  private let host: Host
  private let catalogue: OptionCatalogue
  private let plan: BootPlan
  private let lines: CheckedLines
  private let before: CountedBefore?
  private let judgements: (String) -> [Judgement]
  private var evaluator: Evaluator

  /// `before` is what had been counted when the advice was kept; `judgements` says how the quirk of an id was judged for each of its subjects here.
  public init(
    planner: Planner, plan: BootPlan, lines: CheckedLines, before: CountedBefore? = nil,
    judgements: @escaping (String) -> [Judgement]
  ) {
    host = planner.host
    catalogue = planner.catalogue
    evaluator = planner.evaluator
    self.plan = plan
    self.lines = lines
    self.before = before
    self.judgements = judgements
  }

  /// What can be meant where nobody wrote it down: the remedies on the lines, the words there of
  /// which the machine can show an effect, those that do nothing, and what is missing.
  ///
  /// `remedies` are the options that some quirk puts on a line.
  public func intentions(
    _ assessment: Assessment, remedies: [Action.Target: Set<String>]
  ) -> [Intention] {
    let errors = host.xen.messages.value?.parameterErrors.value ?? []
    let refused = Set(errors.map(\.parameter))
    let present = lines.words.compactMap { word -> Intention? in
      let target: Action.Target = word.target == .xen ? .xen : .dom0
      let name = OptionCatalogue.name(of: word.word)
      let option = catalogue.option(word.word, target: target)
      let quirks = assessment.holders(of: word.word, on: target)
      let isRemedy = remedies[target]?.contains(name) == true && word.verdict != .setting
      guard
        !quirks.isEmpty || isRemedy || option?.proofs.isEmpty == false || word.verdict.hasNoEffect
          || (target == .xen && refused.contains(name))
      else { return nil }
      return Intention(target: target, operation: .add, text: word.word, quirks: quirks)
    }
    let missing = lines.missing.map {
      Intention(target: $0.target, operation: $0.operation, text: $0.text, quirks: $0.quirks)
    }
    return (present + missing).unique
  }

  /// What became of each intention.
  public mutating func verify(_ intentions: [Intention]) -> [Verification] {
    intentions.map { intention in
      var result = Verification(intention: intention, checks: [])
      if intention.target == .xen || intention.target == .dom0 {
        for word in CommandLine(parsing: intention.text).words {
          result.checks += checks(of: word, intention, &result.better)
        }
      }
      result.checks += effects(of: intention)
      // What is not done can have stopped nothing.
      if !result.checks.contains(where: { $0.question == .line && $0.answer != .yes }) {
        result.checks += counted(for: intention)
      }
      if result.outcome.asksForChange {
        result.next = plan.advice.filter { advice in
          advice.status == .enter && advice.text != intention.text
            && !Set(advice.quirks).isDisjoint(with: intention.quirks)
        }
      }
      return result
    }
  }

  // MARK: One word

  private mutating func checks(
    of word: String, _ intention: Intention, _ better: inout String
  ) -> [Verification.Check] {
    let target = intention.target
    let line = line(of: word, intention)
    if intention.operation == .remove || line.answer != .yes { return [line] }
    let judged = lines.words.first {
      $0.target.rawValue == target.rawValue && ($0.word == word || $0.carries(word))
    }
    if better.isEmpty, let judged, judged.verdict.hasNoEffect { better = judged.better }
    let known = known(word, target, judged)
    return known.answer == .no ? [line, known] : [line, known] + force(of: word, target, judged)
  }

  private func line(of word: String, _ intention: Intention) -> Verification.Check {
    let target = intention.target
    let name = target == .xen ? "Xen's line" : "dom0's line"
    let fact = target == .xen ? host.lines.xen : host.lines.dom0
    guard case .known(let line, let source) = fact else {
      return .init(.line, .unknown, "\(name) is not known", needs: [fact.unknown?.needs ?? ""])
    }
    let isThere = line.carries(word, asMember: intention.operation == .listAdd)
    if intention.operation == .remove {
      return .init(
        .line, isThere ? .no : .yes, isThere ? "still on \(name)" : "off \(name)",
        source: source.description)
    }
    if isThere {
      return .init(.line, .yes, "on \(name)", source: source.description)
    }
    return .init(
      .line, .no, absence(of: word, from: line, target, name), source: source.description)
  }

  /// Why a word is not on its line, as far as the lines tell.
  private func absence(
    of word: String, from line: CommandLine, _ target: Action.Target, _ name: String
  ) -> String {
    let option = OptionCatalogue.name(of: word)
    let other = target == .xen ? host.lines.dom0.value : host.lines.xen.value
    if other?.words.contains(word) == true {
      return "it stands on \(target == .xen ? "dom0's" : "Xen's") line, where nobody reads it"
    }
    if let rival = line.words.last(where: { OptionCatalogue.name(of: $0) == option }) {
      return "\(rival) is on \(name) in its place"
    }
    let near = lines.words.first { $0.verdict == .misspelt && $0.better == word }
    if let near { return "\(near.word) is on \(name), which is misspelt" }
    return "not on \(name): this boot was made with another entry, or the loader's file is not new"
  }

  private func known(
    _ word: String, _ target: Action.Target, _ judged: CheckedWord?
  ) -> Verification.Check {
    let name = OptionCatalogue.name(of: word)
    let option = catalogue.option(word, target: target)
    if target == .xen, case .known(let messages, let source) = host.xen.messages,
      case .known(let errors, _) = messages.parameterErrors
    {
      if let error = errors.first(where: { $0.parameter == name }) {
        let what = error.value.map { "refused the value \($0)" } ?? "does not know it"
        return .init(
          .known, .no, "Xen said at its start that it \(what)", source: source.description)
      }
      if messages.isComplete, option != nil {
        return .init(
          .known, .yes, "Xen refused no such word at its start", source: source.description)
      }
    }
    if judged?.verdict == .misspelt || judged?.verdict == .unknown || judged?.verdict == .ignored {
      return .init(
        .known, judged?.verdict == .unknown ? .unknown : .no, judged?.reasons.first ?? "",
        source: "the option catalogue")
    }
    guard let option else {
      return .init(.known, .unknown, "in no catalogue", source: "the option catalogue")
    }
    let side = target == .xen ? "Xen" : "Linux"
    guard let build = target == .xen ? host.xen.build.value : host.linux.build.value else {
      return .init(
        .known, .unknown, "\(side)'s version is not known", needs: ["\(side)'s version"])
    }
    if let part = option.unknownPart(of: word, to: build) {
      return .init(
        .known, .no, "\(side) \(build.text) does not know \(part)", source: "the option catalogue")
    }
    return .init(.known, .yes, "\(side) \(build.text) knows it", source: "the option catalogue")
  }

  private mutating func force(
    of word: String, _ target: Action.Target, _ judged: CheckedWord?
  ) -> [Verification.Check] {
    if let judged, judged.verdict.hasNoEffect {
      let reason = judged.reasons.first ?? "it has no effect"
      return [.init(.force, .no, reason, source: "the option catalogue")]
    }
    if target == .dom0, let check = parameter(word) { return [check] }
    guard let option = catalogue.option(word, target: target) else { return [] }
    if option.reservesMemory { return memory(word).map { [$0] } ?? [] }
    let value = OptionCatalogue.value(of: word)
    for proof in option.proofs
    where proof.values.contains(where: { $0.isEmpty ? value.isEmpty : BootOption.fits(value, $0) })
    {
      let trace = evaluator.evaluate(proof.condition.filled(with: value), subject: nil)
      let leaf = trace.leaves.first
      var read = leaf.map { "\($0.question): \($0.answer)" } ?? ""
      if !proof.text.isEmpty {
        read =
          trace.verdict == .yes ? proof.text : "not so that \(proof.text): \(leaf?.answer ?? "")"
      }
      let source = leaf?.source ?? ""
      return [.init(.force, trace.verdict, read, source: source, needs: trace.missing)]
    }
    return []
  }

  /// A driver's parameter, as sysfs shows it.
  private func parameter(_ word: String) -> Verification.Check? {
    let name = String(OptionCatalogue.name(of: word).map { $0 == "-" ? "_" : $0 })
    guard name.contains("."), word.contains("="),
      case .known(let parameters, let source) = host.linux.moduleParameters,
      let shown = parameters[name]
    else { return nil }
    let wanted = OptionCatalogue.value(of: word)
    // A choice shows all its values, the chosen one in brackets.
    let chosen = shown.split(separator: " ").first { $0.hasPrefix("[") && $0.hasSuffix("]") }
    let current = chosen.map { String($0.dropFirst().dropLast()) } ?? shown
    let holds = current == wanted || current.asParameter == wanted.asParameter
    return .init(
      .force, holds ? .yes : .no, "\(name) is \(current)", source: source.description)
  }

  /// What dom0 was given, as it has it now.
  private func memory(_ word: String) -> Verification.Check? {
    let request = Dom0MemoryRequest(OptionCatalogue.value(of: word))
    guard let size = request.initial else { return nil }
    switch host.xen.dom0Memory {
    case .known(let memory, let source):
      let isMet = request.isMet(by: memory) == true
      let reason = isMet ? "" : ", not \(size): ballooned since, or there was no more"
      return .init(
        .force, isMet ? .yes : .no, "dom0 has \(memory) MiB\(reason)", source: source.description)
    case .absent, .unknown:
      return .init(
        .force, .unknown, "dom0's memory is not known",
        needs: [host.xen.dom0Memory.unknown?.needs ?? ""])
    }
  }

  // MARK: Effects

  /// The failures that were counted of the functions that an intention is about.
  private func counted(for intention: Intention) -> [Verification.Check] {
    guard let before else { return [] }
    return intention.quirks.flatMap { id in
      judgements(id).compactMap(\.subject.address).flatMap {
        before.checks(of: $0, quirk: id, on: host)
      }
    }.unique
  }

  private func effects(of intention: Intention) -> [Verification.Check] {
    intention.quirks.flatMap { id in
      judgements(id).map { effect(of: $0, intention) }
    }.unique
  }

  private func effect(
    of judgement: Judgement, _ intention: Intention
  ) -> Verification.Check {
    let id = judgement.quirk.id
    let wasConfirmed = intention.confirmed.contains(id)
    let isForLine = intention.target == .xen || intention.target == .dom0
    let make = { (answer: Verdict, proof: String, source: String, needs: [String]) in
      Verification.Check(.effect, answer, proof, source: source, needs: needs, quirk: id)
    }
    let sign = judgement.confirmedBy.first { $0.verdict == .yes }
    if case .state(let state) = judgement.outcome, state != .handled, let leaf = sign?.leaves.first
    {
      return make(.no, "its sign is still there: \(leaf.answer)", leaf.source, [])
    }
    let trigger = judgement.armed?.leaves.first
    switch judgement.outcome {
    case .notHere, .notNeeded: return make(.yes, "the machine no longer has it", "", [])
    case .undecided(let needs), .outOfReach(let needs):
      return make(.unknown, "not decided", "", needs)
    case .state(.handled): return make(.yes, "handled by the software that runs", "", [])
    case .state(.latent): return make(.yes, gone(trigger), trigger?.source ?? "", [])
    case .state(.applied):
      guard judgement.armed?.verdict == .no else {
        let isWhole = judgement.confirmedBy.contains { $0.verdict == .no }
        return wasConfirmed && isWhole
          ? make(.yes, "its sign was there before, and the logs of this boot have none", "", [])
          : make(.unknown, "nothing shows its trigger", "", judgement.armed?.missing ?? [])
      }
      return make(.yes, gone(trigger), trigger?.source ?? "", [])
    case .state(.ineffective), .state(.missing), .state(.needed):
      if trigger == nil, !isForLine { return make(.unknown, "nothing here shows it", "", []) }
      let read = trigger.map { "\($0.question): \($0.answer)" } ?? "it needs no trigger"
      return make(.no, "its trigger is still there: \(read)", trigger?.source ?? "", [])
    }
  }

  private func gone(_ trigger: Trace?) -> String {
    trigger.map { "its trigger is gone: \($0.question): \($0.answer)" } ?? "its trigger is gone"
  }
}

extension Assessment {
  /// The quirks that a word of a line is there for, as far as the machine tells.
  fileprivate func holders(of word: String, on target: Action.Target) -> [String] {
    findings.filter { finding in
      guard finding.state == .applied || finding.state == .ineffective else { return false }
      let words = finding.quirk.actions.filter { $0.target == target && $0.operation != .remove }
        .flatMap { CommandLine(parsing: $0.text).words }
      let folk = finding.quirk.folk.filter { $0.target == target }.map(\.option)
      return words.contains(word) || (finding.state == .ineffective && folk.contains(word))
        || finding.actions.flatMap(\.self).contains { $0.target == target && $0.text == word }
    }.map(\.quirk.id)
  }
}

extension CheckedWord {
  /// Whether it is a list that has a word's members.
  fileprivate func carries(_ other: String) -> Bool {
    CommandLine(words: [word]).carries(other, asMember: true)
  }
}

extension CheckedWord.Verdict {
  /// Whether nobody who reads the line does anything for the word.
  fileprivate var hasNoEffect: Bool {
    switch self {
    case .wrongSide, .misspelt, .ignored, .badValue, .cancelled, .noEffect: true
    default: false
    }
  }
}

extension String {
  /// The value of a parameter in one writing: Linux shows a truth as Y or N.
  fileprivate var asParameter: String {
    switch lowercased() {
    case "y", "1", "on", "yes", "true": "1"
    case "n", "0", "off", "no", "false": "0"
    default: self
    }
  }
}
