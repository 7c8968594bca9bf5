/// What one word of a line is worth.
public struct CheckedWord: Sendable, Hashable {
  /// From what must change to what may stay.
  public enum Verdict: String, Sendable, CaseIterable {
    case wrongSide = "wrong-side"
    /// A word that nobody knows beside one that is written almost the same.
    case misspelt
    /// Known, but not to this Xen or Linux.
    case ignored
    case badValue = "bad-value"
    /// A device here can't live with it, or it weakens isolation.
    case harmful
    /// Another word of the line takes its effect away.
    case cancelled
    case repeated
    /// Accepted, and it does nothing, or not what people think.
    case noEffect = "no-effect"
    /// It stands there for a defect, which is still armed.
    case ineffective
    /// A defect of this machine asks for another value.
    case insufficient
    /// It works, and costs something that this machine need not pay.
    case notNeeded = "not-needed"
    /// Nobody knows whether this machine needs it.
    case undecided
    /// In no catalogue.
    case unknown
    /// A defect of this machine would be back without it.
    case needed
    /// A setting that is no remedy: a console, a root file system.
    case setting

    /// Whether the word should go, or become another one.
    public var asksForChange: Bool {
      switch self {
      case .wrongSide, .misspelt, .ignored, .badValue, .harmful, .cancelled, .repeated, .noEffect,
        .ineffective, .insufficient, .notNeeded:
        true
      case .undecided, .unknown, .needed, .setting: false
      }
    }
  }

  public var target: Side
  public var word: String
  public var verdict: Verdict
  /// In sentences, the one behind the verdict first.
  public var reasons: [String]
  /// The better word; empty where there is none.
  public var better = ""
  public var quirks: [String] = []
  public var cost = ""

  public enum Side: String, Sendable, CaseIterable {
    case xen, dom0
  }
}

/// Both lines, word by word, and what is missing on them.
public struct CheckedLines: Sendable {
  public var words: [CheckedWord]
  /// What a defect of the machine asks for, and no line has.
  public var missing: [Advice]
  /// The defects that nobody could decide.
  public var undecided: [String]

  public var asksForChange: Bool {
    !missing.isEmpty || words.contains { $0.verdict.asksForChange }
  }
}
