public import QuirkEngine

/// What becomes of a machine's defects and words when other software is installed.
public struct Upgrade: Sendable {
  /// One entry and why it stands in its list.
  public struct Change: Sendable, Hashable {
    public var quirk: Quirk
    public var before: QuirkState?
    public var after: QuirkState?
    /// Who takes care of it then, or what would decide it.
    public var reason: String
  }

  /// A word of the present lines that the planned software does not know.
  public struct LostWord: Sendable, Hashable {
    public var target: Action.Target
    public var word: String
    public var reason: String
  }

  /// Asked for something, and no longer does.
  public var unneeded: [Change] = []
  /// Does not ask for anything now, and will.
  public var new: [Change] = []
  /// Asks for something now and then.
  public var staying: [Change] = []
  /// Decided now; then only a boot can tell.
  public var unknown: [Change] = []
  public var vanishing: [LostWord] = []
  /// The lines for the planned software.
  public var plan: BootPlan

  public init(
    from present: (Assessment, BootPlan), to planned: (Assessment, BootPlan)
  ) {
    plan = planned.1
    let before = Self.states(of: present.0)
    let after = Self.states(of: planned.0)
    let open = Dictionary(
      (planned.0.undecided + planned.0.outOfReach).map { ($0.quirk.id, $0) }
    ) { first, _ in first }
    let counts = { (state: QuirkState?) in state?.asksForAction == true || state == .applied }
    for id in Set(before.keys).union(after.keys).sorted() {
      guard let quirk = (before[id] ?? after[id])?.quirk else { continue }
      let (old, new) = (before[id]?.state, after[id]?.state)
      var change = Change(quirk: quirk, before: old, after: new, reason: "")
      switch (counts(old), counts(new)) {
      case (true, true): staying.append(change)
      case (false, true):
        change.reason = quirk.title
        self.new.append(change)
      case (true, false):
        if let undecided = open[id] {
          change.reason = "needs " + undecided.needs.joined(separator: ", ")
          unknown.append(change)
        } else {
          change.reason = after[id]?.handler ?? "the planned software does not have it"
          unneeded.append(change)
        }
      case (false, false): break
      }
    }
    let known = Set(present.1.words.filter { $0.verdict == .ignored }.map(\.word))
    vanishing = planned.1.words.filter { $0.verdict == .ignored && !known.contains($0.word) }
      .map { LostWord(target: $0.target, word: $0.word, reason: $0.reason) }
  }

  /// The worst state of each entry.
  private static func states(
    of assessment: Assessment
  ) -> [String: (quirk: Quirk, state: QuirkState, handler: String?)] {
    let order = QuirkState.allCases
    var states: [String: (quirk: Quirk, state: QuirkState, handler: String?)] = [:]
    for finding in assessment.findings {
      let old = states[finding.quirk.id].flatMap { order.firstIndex(of: $0.state) } ?? .max
      guard order.firstIndex(of: finding.state) ?? 0 < old else { continue }
      states[finding.quirk.id] = (
        finding.quirk, finding.state, finding.handler.map { "\($0.by) takes care of it" }
      )
    }
    return states
  }
}
