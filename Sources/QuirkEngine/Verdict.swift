/// The truth of a condition in Kleene's three-valued logic.
public enum Verdict: String, Sendable, Hashable {
  case yes, no, unknown

  /// False AND anything is false; otherwise unknown AND anything is unknown.
  public static func all(_ verdicts: some Sequence<Verdict>) -> Verdict {
    var result = Verdict.yes
    for verdict in verdicts {
      if verdict == .no { return .no }
      if verdict == .unknown { result = .unknown }
    }
    return result
  }

  /// True OR anything is true; otherwise unknown OR anything is unknown.
  public static func any(_ verdicts: some Sequence<Verdict>) -> Verdict {
    negate(all(verdicts.map(negate)))
  }

  public static func negate(_ verdict: Verdict) -> Verdict {
    switch verdict {
    case .yes: .no
    case .no: .yes
    case .unknown: .unknown
    }
  }
}
