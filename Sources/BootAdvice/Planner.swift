public import HostModel
public import QuirkEngine

/// Makes one plan out of the findings of a host.
public struct Planner {
  let host: Host
  let catalogue: OptionCatalogue
  let policy: AdvicePolicy
  var advice: [Advice] = []
  /// Which subject stands in which advice already.
  private var seen: Set<Seen> = []

  private struct Seen: Hashable {
    var advice: Int
    var subject: Subject
  }

  var evaluator: Evaluator

  /// The lines to be changed.
  private let lines: BootLines

  /// A planner for the present lines of a host, or for those of an entry that it may boot next.
  public init(
    host: Host, options: OptionCatalogue, policy: AdvicePolicy, editing lines: BootLines? = nil
  ) {
    self.host = host
    self.lines = lines ?? host.lines
    self.policy = policy
    catalogue = options
    var edited = host
    edited.lines = self.lines
    evaluator = Evaluator(host: edited)
  }

  /// The plan for an assessment: the worst findings choose first.
  public mutating func plan(_ assessment: Assessment) -> BootPlan {
    advice = []
    seen = []
    let asking = assessment.findings.filter(\.state.asksForAction)
      .sorted { ($0.quirk.severity.rank, $0.quirk.id) < ($1.quirk.severity.rank, $1.quirk.id) }
    for finding in asking {
      for (subject, actions) in zip(finding.subjects, finding.actions) {
        choose(actions, for: finding, subject: subject)
      }
    }
    if let words = policy.words { follow(words, after: assessment) }
    removeContradicted()
    for place in advice.indices { advice[place].effect = effect(of: advice[place]) }
    return BootPlan(
      advice: advice, xen: line(.xen), dom0: line(.dom0), words: notes(.xen) + notes(.dom0))
  }

  /// Takes the narrowest action that may enter a line, and everything that is done beside the
  /// lines.
  private mutating func choose(_ actions: [Action], for finding: Finding, subject: Subject) {
    var hasEntered = false
    for action in actions.flatMap(\.elementary) {
      guard action.isForLine else {
        add(action, .enter, "", finding, subject)
        continue
      }
      guard !hasEntered else { continue }
      // What was found for another subject of the same entry holds for this one.
      let earlier = advice.first {
        $0.text == action.text && $0.target == action.target && $0.operation == action.operation
          && $0.quirks.contains(finding.quirk.id)
      }
      let (status, reason) =
        earlier.map { ($0.status, $0.reason) } ?? status(of: action, for: finding)
      add(action, status, reason, finding, subject)
      hasEntered = action.operation != .remove && (status == .enter || status == .toTry)
    }
  }

  /// Whether an action may enter its line, and why not.
  private mutating func status(
    of action: Action, for finding: Finding
  ) -> (AdviceStatus, String) {
    if action.operation == .remove { return (.enter, "") }
    if let objection = objection(to: action.text, target: action.target) { return objection }
    if finding.quirk.evidence <= policy.minimumEvidence { return (.enter, "") }
    if finding.quirk.evidence == .c, finding.isConfirmed == true {
      return (.enter, "confirmed by this machine's own log")
    }
    return (.toTry, "evidence \(finding.quirk.evidence.rawValue) only")
  }

  /// Why words can't enter a line, whoever asks for them; nil when they can.
  mutating func objection(
    to words: String, target: Action.Target
  ) -> (AdviceStatus, String)? {
    for word in CommandLine(parsing: words).words {
      guard let option = catalogue.option(word, target: target) else {
        return (.unknownToVersion, "\(word) is in no option catalogue")
      }
      if let reason = versionObjection(to: option, word: word, target: target) {
        return (.unknownToVersion, reason)
      }
      if let reason = veto(of: option, word: word) { return (.vetoed, reason) }
      if option.reservesMemory, let reason = shortage(for: word) { return (.vetoed, reason) }
      if option.isInsecure(word), !policy.acceptsInsecure {
        return (.insecure, "weakens the isolation between domains; --accept-insecure takes it in")
      }
      if let other = rival(of: option, word: word, target: target) {
        let asker = other.quirks.first ?? "the policy"
        return (.conflict, "contradicts \(other.text), which \(asker) needs")
      }
    }
    return nil
  }

  func versionObjection(
    to option: BootOption, word: String, target: Action.Target
  ) -> String? {
    let build = target == .xen ? host.xen.build.value : host.linux.build.value
    guard let build, let missing = option.unknownPart(of: word, to: build) else { return nil }
    return "\(target == .xen ? "Xen" : "Linux") \(build.text) does not know \(missing)"
  }

  mutating func veto(of option: BootOption, word: String) -> String? {
    let value = OptionCatalogue.value(of: word)
    for veto in option.vetoes
    where veto.values.contains(where: { $0.isEmpty || BootOption.fits(value, $0) }) {
      let trace = evaluator.evaluate(.related(.exists, veto.condition), subject: nil)
      if trace.verdict == .yes { return "\(trace.answer) \(veto.reason)" }
    }
    return nil
  }

  /// Why dom0 can't have the memory that a word gives it: Xen panics where it has not that much.
  private func shortage(for word: String) -> String? {
    guard let total = host.memory.value else { return nil }
    let sizes = Dom0MemoryRequest(OptionCatalogue.value(of: word)).sizes
    guard let size = sizes.max(), size + Self.reserve > total else { return nil }
    return "this machine has \(total) MiB, and Xen and its guests want some of it"
  }

  /// What Xen and one small guest need beside dom0, in MiB.
  private static let reserve = 512

  /// Advice that has entered and that the word can't stand beside.
  private func rival(of option: BootOption, word: String, target: Action.Target) -> Advice? {
    advice.first { other in
      other.status == .enter && other.target == target && other.operation != .remove
        && other.text != word
        && CommandLine(parsing: other.text).words.contains { entered in
          catalogue.contradict(word, entered, target: target)
            || (option.form == .value && OptionCatalogue.name(of: entered) == option.name
              && entered != word)
        }
    }
  }

  private mutating func add(
    _ action: Action, _ status: AdviceStatus, _ reason: String, _ finding: Finding,
    _ subject: Subject
  ) {
    let same = advice.firstIndex {
      $0.target == action.target && $0.text == action.text && $0.status == status
        && $0.operation == action.operation
    }
    if let same {
      if !advice[same].quirks.contains(finding.quirk.id) {
        advice[same].quirks.append(finding.quirk.id)
        advice[same].need = .needed(by: advice[same].quirks)
      }
      if seen.insert(Seen(advice: same, subject: subject)).inserted {
        advice[same].subjects.append(subject)
      }
      return
    }
    var new = Advice(
      target: action.target, operation: action.operation, text: action.text, status: status,
      reason: reason, quirks: [finding.quirk.id], subjects: [subject],
      evidence: finding.quirk.evidence, cost: finding.quirk.cost, undo: action.undo)
    new.need = .needed(by: new.quirks)
    seen.insert(Seen(advice: advice.count, subject: subject))
    advice.append(new)
  }

  // MARK: Lines

  /// The words of the present lines to which it is owed that a defect does not ask for anything.
  public func remediesInForce(
    _ assessment: Assessment
  ) -> [(target: Action.Target, word: String)] {
    assessment.findings.filter { $0.state == .applied }
      .flatMap { $0.actions.flatMap { $0 } }.filter { $0.isForLine && $0.operation != .remove }
      .flatMap { action in
        CommandLine(parsing: action.text).words.filter { word in
          current(action.target)?.words.contains(word) ?? false
        }.map { (action.target, $0) }
      }
  }

  func current(_ target: Action.Target) -> CommandLine? {
    target == .xen ? lines.xen.value : lines.dom0.value
  }

  /// Words on the present lines that contradict what enters have to go.
  private mutating func removeContradicted() {
    for entering in advice where entering.status == .enter && entering.operation != .remove {
      guard entering.target == .xen || entering.target == .dom0,
        let line = current(entering.target)
      else { continue }
      for word in CommandLine(parsing: entering.text).words {
        for present in line.words
        where catalogue.contradict(word, present, target: entering.target) {
          addRemoval(of: present, for: entering)
        }
      }
    }
  }

  private mutating func addRemoval(of word: String, for entering: Advice) {
    if let known = advice.firstIndex(where: { $0.operation == .remove && $0.text == word }) {
      for quirk in entering.quirks where !advice[known].quirks.contains(quirk) {
        advice[known].quirks.append(quirk)
      }
      return
    }
    var removal = entering
    removal.operation = .remove
    removal.text = word
    removal.reason = "contradicts \(entering.text)"
    removal.undo = "put \(word) back"
    removal.cost = ""
    advice.append(removal)
  }

  private func line(_ target: Action.Target) -> AdvisedLine {
    let present = current(target)
    var words = present?.words ?? []
    let entering = advice.filter {
      $0.target == target && $0.status == .enter && $0.operation != .remove
    }
    .flatMap { CommandLine(parsing: $0.text).words }
    let removed = advice.filter {
      $0.operation == .remove && $0.status == .enter && $0.target == target
    }
    .flatMap { CommandLine(parsing: $0.text).words }
    words.removeAll { word in
      // A word that another of its option follows is replaced where it stands.
      !entering.contains { catalogue.replaces($0, word, target: target) }
        && removed.contains { $0.stands(for: word) }
    }
    for word in entering { catalogue.merge(word, into: &words, target: target) }
    return AdvisedLine(words: words, isComplete: present != nil)
  }
}

extension String {
  /// Whether a word to take away means a word of a line: the same, or with any value where it has
  /// none itself.
  fileprivate func stands(for word: String) -> Bool {
    self == word || (!contains("=") && OptionCatalogue.name(of: word) == self)
  }
}

extension Action {
  /// A replacement as a removal and an addition; any other action as it is.
  fileprivate var elementary: [Action] {
    guard operation == .replace else { return [self] }
    let words = CommandLine(parsing: text).words
    var removal = self
    removal.operation = .remove
    removal.text = words.first ?? ""
    var addition = self
    addition.operation = .add
    addition.text = words.dropFirst().joined(separator: " ")
    return [removal, addition]
  }
}
