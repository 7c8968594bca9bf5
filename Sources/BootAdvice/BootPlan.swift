public import QuirkEngine

/// What becomes of one piece of advice.
public enum AdviceStatus: String, Sendable, CaseIterable {
  /// It enters the line, or is to be done.
  case enter
  /// Too little evidence for a line; worth a try.
  case toTry = "to-try"
  /// A device of this machine can't live with it.
  case vetoed
  /// It weakens the isolation between domains.
  case insecure
  /// It contradicts a word that something worse needs.
  case conflict
  /// The Xen or Linux that it is for does not know it.
  case unknownToVersion = "unknown-to-version"
  /// The policy wants it, and it stands on the line already.
  case present
}

/// Whether this machine needs a word, whoever asks for it.
public enum Need: Sendable, Hashable {
  /// These quirks of the machine ask for it.
  case needed(by: [String])
  case notNeeded
  /// These quirks would, and could not be decided.
  case undecided([String])
}

/// One thing to do, and why.
public struct Advice: Sendable {
  public var target: Action.Target
  public var operation: Action.Operation
  /// The words for a line; else a sentence or command.
  public var text: String
  public var status: AdviceStatus
  /// Why it has this status, where that is not plain.
  public var reason: String
  public var quirks: [String]
  public var subjects: [Subject]
  /// Nil where the policy alone asks for it.
  public var evidence: Evidence?
  public var cost: String
  public var undo: String
  /// What the word does on this very machine, where that can be said.
  public var effect = ""
  /// The policy that asks for it, where no quirk of the machine did first.
  public var policy: String?
  public var need = Need.notNeeded

  public init(
    target: Action.Target, operation: Action.Operation, text: String, status: AdviceStatus,
    reason: String, quirks: [String], subjects: [Subject], evidence: Evidence?, cost: String,
    undo: String
  ) {
    self.target = target
    self.operation = operation
    self.text = text
    self.status = status
    self.reason = reason
    self.quirks = quirks
    self.subjects = subjects
    self.evidence = evidence
    self.cost = cost
    self.undo = undo
  }
}

/// One of the two lines, as it is advised.
public struct AdvisedLine: Sendable, Hashable {
  public var words: [String]
  /// Whether these are all its words; else only the ones to add.
  public var isComplete: Bool

  public init(words: [String], isComplete: Bool) {
    self.words = words
    self.isComplete = isComplete
  }

  public var text: String { words.joined(separator: " ") }
}

/// What becomes of one word that stands on a line now.
public struct WordNote: Sendable, Hashable {
  public enum Verdict: String, Sendable, CaseIterable {
    case inForce = "in-force"
    /// The Xen or Linux that reads the line does not know it.
    case ignored
    /// Nobody knows whether this build knows it.
    case unknown
  }

  public var target: Action.Target
  public var word: String
  public var verdict: Verdict
  public var reason: String
}

/// All that is to be done on one machine.
public struct BootPlan: Sendable {
  /// Every piece of advice, whatever its status, the worst defect first.
  public var advice: [Advice]
  public var xen: AdvisedLine
  public var dom0: AdvisedLine
  /// The catalogued words of the present lines.
  public var words: [WordNote]

  public init(advice: [Advice], xen: AdvisedLine, dom0: AdvisedLine, words: [WordNote] = []) {
    self.advice = advice
    self.xen = xen
    self.dom0 = dom0
    self.words = words
  }

  /// What enters a line or is to be done, for one target.
  public func entering(_ target: Action.Target) -> [Advice] {
    advice.filter { $0.target == target && $0.status == .enter && $0.operation != .remove }
  }

  /// Words to take from a line.
  public var removals: [Advice] {
    advice.filter { $0.operation == .remove && $0.status == .enter }
  }
}

/// What the person decided beforehand.
public struct AdvicePolicy: Sendable {
  /// What is wanted beyond what the machine needs.
  public var words: Policy?
  /// Whether words that weaken isolation may enter a line.
  public var acceptsInsecure: Bool
  /// The weakest evidence that enters a line without confirmation.
  public var minimumEvidence: Evidence

  public init(
    words: Policy? = nil, acceptsInsecure: Bool = false, minimumEvidence: Evidence = .b
  ) {
    self.words = words
    self.acceptsInsecure = acceptsInsecure
    self.minimumEvidence = minimumEvidence
  }
}
