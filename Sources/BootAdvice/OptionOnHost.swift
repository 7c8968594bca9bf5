internal import HostModel
public import QuirkEngine

/// What an option is, and what it would do on one machine.
public struct OptionOnHost: Sendable {
  public var option: BootOption
  /// The word that was asked about; the bare name where no value was.
  public var word: String
  /// Whether the software here knows it, and why that is thought.
  public var isKnown: Verdict
  public var knownReason: String
  /// The words of the present line that are about it; nil where the line is not known.
  public var present: [String]?
  /// What is wrong with the value, by the grammar; nil when nothing is.
  public var objection: String?
  /// Traps that the word is about, with whether they hold here.
  public var traps: [(trap: BootOption.Trap, holds: Verdict)]
  /// Which device could not live with it; nil when there is none.
  public var veto: String?
  public var need: Need
  /// What it does to the C-states of this processor.
  public var effect: String
}

extension Planner {
  /// Looks at an option, or at one of its values, from the machine's side.
  public mutating func look(
    at option: BootOption, word: String, in assessment: Assessment
  ) -> OptionOnHost {
    let target: Action.Target = option.side == .xen ? .xen : .dom0
    let value = OptionCatalogue.value(of: word)
    let (isKnown, reason) = knowledge(of: option, word: word, target: target)
    let traps = option.traps(of: word).compactMap { trap in
      let holds = holds(trap, target: target)
      return holds == .no ? nil : (trap, holds)
    }
    return OptionOnHost(
      option: option, word: word, isKnown: isKnown, knownReason: reason,
      present: current(target)?.words.filter { OptionCatalogue.name(of: $0) == option.name },
      objection: word.contains("=") ? option.objection(toValue: value) : nil,
      traps: traps, veto: word == option.name ? nil : veto(of: option, word: word),
      need: need(for: [option.name], target: target, quirks: [], in: assessment),
      effect: target == .xen && word.contains("=") ? effect(of: [word]) : "")
  }

  private func knowledge(
    of option: BootOption, word: String, target: Action.Target
  ) -> (Verdict, String) {
    let side = target == .xen ? "Xen" : "Linux"
    let build = target == .xen ? host.xen.build.value : host.linux.build.value
    guard let build else { return (.unknown, "\(side)'s version is not known") }
    if let missing = option.unknownPart(of: word, to: build) {
      return (.no, "\(side) \(build.text) does not know \(missing)")
    }
    if case .failure(let reason) = option.versions?.holds(for: build) {
      return (.unknown, "\(side) \(build.text): needs \(reason.needs)")
    }
    return (.yes, "\(side) \(build.text) knows it")
  }

  /// Whether a trap is one for this machine and its software.
  private mutating func holds(_ trap: BootOption.Trap, target: Action.Target) -> Verdict {
    let build = target == .xen ? host.xen.build.value : host.linux.build.value
    var version = Verdict.yes
    if let bound = trap.versions {
      switch build.map(bound.holds(for:)) {
      case .success(let holds): version = holds ? .yes : .no
      case .failure, nil: version = .unknown
      }
    }
    let condition = trap.condition.map { evaluator.evaluate($0, subject: nil).verdict } ?? .yes
    return .all([version, condition])
  }
}

extension BootOption {
  /// The traps that a word is about: those of its value, of its members, and those of any value.
  public func traps(of word: String) -> [Trap] {
    guard word.contains("=") else { return traps }
    let value = OptionCatalogue.value(of: word)
    return traps.filter { trap in trap.values.contains { Self.fits(value, $0) } }
  }
}
