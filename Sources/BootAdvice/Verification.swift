public import QuirkEngine

/// One thing that was meant to be so after the boot.
public struct Intention: Sendable, Hashable {
  public var target: Action.Target
  public var operation: Action.Operation
  /// The words for a line; else a sentence or command.
  public var text: String
  /// The quirks that asked for it.
  public var quirks: [String]
  /// Those of them that the machine's logs showed at that time.
  public var confirmed: [String]

  public init(
    target: Action.Target, operation: Action.Operation, text: String, quirks: [String],
    confirmed: [String] = []
  ) {
    self.target = target
    self.operation = operation
    self.text = text
    self.quirks = quirks
    self.confirmed = confirmed
  }
}

/// What became of one intention, with the proof of each step.
public struct Verification: Sendable {
  public enum Outcome: String, Sendable, CaseIterable {
    /// The machine shows that it does what was meant.
    case inForce = "in-force"
    /// It stands on no line, and what it was meant against is gone, by it or otherwise.
    case settled
    /// Done, known, and nothing on a running machine shows whether it works.
    case unproven
    /// What would show it could not be read.
    case undecided
    /// It stands there, and the machine shows that it has no effect.
    case ineffective
    /// The Xen or Linux that read the line does not know it, or refused its value.
    case refused
    /// It is not on the line that this boot was made with.
    case notDone = "not-done"

    /// Whether something is left to be done.
    public var asksForChange: Bool {
      self == .ineffective || self == .refused || self == .notDone
    }
  }

  /// One step of the way from a word to its effect.
  public struct Check: Sendable, Hashable {
    public enum Question: String, Sendable, CaseIterable {
      /// Whether it is on the line that this boot was made with, or off it.
      case line
      /// Whether the software that reads the line knows it.
      case known
      /// Whether it is in force.
      case force
      /// Whether the defect's trigger or its sign is gone.
      case effect
      /// Whether what was counted before has stopped.
      case counted
    }

    public var question: Question
    public var answer: Verdict
    /// What was read, in words.
    public var proof: String
    /// Where it was read; empty where the proof says it.
    public var source: String
    /// What would answer it, where nobody knows.
    public var needs: [String]
    /// The quirk that the step is about; empty for none.
    public var quirk: String

    public init(
      _ question: Question, _ answer: Verdict, _ proof: String, source: String = "",
      needs: [String] = [], quirk: String = ""
    ) {
      self.question = question
      self.answer = answer
      self.proof = proof
      self.source = source
      self.needs = needs
      self.quirk = quirk
    }
  }

  public var intention: Intention
  public var checks: [Check]
  /// What to do in its place, the best first.
  public var next: [Advice]
  /// The better word for what stands on the line; empty where there is none.
  public var better: String

  public init(intention: Intention, checks: [Check], next: [Advice] = [], better: String = "") {
    self.intention = intention
    self.checks = checks
    self.next = next
    self.better = better
  }

  public var outcome: Outcome {
    let answer = { (question: Check.Question) -> Verdict? in
      let answers = checks.filter { $0.question == question }.map(\.answer)
      return answers.isEmpty ? nil : .all(answers)
    }
    if answer(.line) == .no { return .notDone }
    if answer(.known) == .no { return .refused }
    // With the trigger gone, what is still counted has another cause.
    let isStillCounted = answer(.counted) == .no && answer(.effect) != .yes
    if answer(.force) == .no || answer(.effect) == .no || isStillCounted {
      // Beside the lines nothing shows that it was done, but for its effect.
      return answer(.line) == nil ? .notDone : .ineffective
    }
    if answer(.line) == .unknown { return .undecided }
    if [answer(.force), answer(.effect), answer(.counted)].contains(.yes) {
      return answer(.line) == nil ? .settled : .inForce
    }
    return checks.contains { $0.answer == .unknown && !$0.needs.isEmpty } ? .undecided : .unproven
  }
}
