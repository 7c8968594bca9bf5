public import HostModel

/// What a quirk is on this machine, for one subject.
public enum QuirkState: String, Sendable, CaseIterable {
  /// Armed, and the remedy is on the line, but the machine shows that it had no effect.
  case ineffective
  /// Armed, and no remedy stands on the line.
  case missing
  /// Armed, and nobody knows what is on the line.
  case needed
  /// Not armed, with the remedy on the line: keep it.
  case applied
  /// Not armed, and nothing on the line keeps it so.
  case latent
  /// Software works around it.
  case handled

  /// Whether something ought to be done.
  public var asksForAction: Bool { self == .ineffective || self == .missing || self == .needed }
}

/// What a finding or an undecided quirk is about.
public enum Subject: Sendable, Hashable, CustomStringConvertible {
  case function(PCIAddress)
  /// A link, by the function at its lower end.
  case link(PCIAddress)
  /// The machine, or the part of it of which there is one.
  case part(SubjectKind)

  public var description: String {
    switch self {
    case .function(let address), .link(let address): address.description
    case .part(let kind): kind.rawValue
    }
  }

  public var address: PCIAddress? {
    switch self {
    case .function(let address), .link(let address): address
    case .part: nil
    }
  }
}

/// A quirk that this machine has, in one state, with the subjects that are in it.
public struct Finding: Sendable {
  public var quirk: Quirk
  public var state: QuirkState
  public var subjects: [Subject]
  /// The facts that it rests on, of the first subject.
  public var because: [Because]
  /// Who handles it, in state `handled`.
  public var handler: Handler?
  /// Whether this machine's own evidence confirms it; nil where there is none to ask for.
  public var isConfirmed: Bool?
  /// Whether the remedy on the line is in force, in states `applied` and `ineffective`; nil when
  /// unknown.
  public var isInForce: Bool?
  /// Why the word on the line had no effect, in state `ineffective`.
  public var explanation: String
  /// What to do for each subject, from the narrowest on; the words are filled in.
  public var actions: [[Action]]

  public init(
    quirk: Quirk, state: QuirkState, subjects: [Subject], because: [Because], handler: Handler?,
    isConfirmed: Bool?, isInForce: Bool?, explanation: String, actions: [[Action]]
  ) {
    self.quirk = quirk
    self.state = state
    self.subjects = subjects
    self.because = because
    self.handler = handler
    self.isConfirmed = isConfirmed
    self.isInForce = isInForce
    self.explanation = explanation
    self.actions = actions
  }
}

/// A quirk whose hardware is here, and of which something that matters is not known.
public struct Undecided: Sendable {
  public var quirk: Quirk
  public var subjects: [Subject]
  /// What would decide it.
  public var needs: [String]

  public init(quirk: Quirk, subjects: [Subject], needs: [String]) {
    self.quirk = quirk
    self.subjects = subjects
    self.needs = needs
  }
}

/// All that the database says of one machine.
public struct Assessment: Sendable {
  /// The worst first; every state.
  public var findings: [Finding]
  public var undecided: [Undecided]
  /// Quirks of the processor or the firmware of which nothing at all is known here.
  public var outOfReach: [Undecided]
  /// What the logs say by themselves.
  public var logs: [LogHit] = []
  /// Why nothing is said.
  public var obstacle: Obstacle?

  public init(
    findings: [Finding], undecided: [Undecided], outOfReach: [Undecided] = [],
    obstacle: Obstacle? = nil
  ) {
    self.findings = findings
    self.undecided = undecided
    self.outOfReach = outOfReach
    self.obstacle = obstacle
  }
}
