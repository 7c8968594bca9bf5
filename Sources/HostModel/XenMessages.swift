/// What Xen said since it started (`xl dmesg`).
public struct XenMessages: Sendable {
  /// Without `(XEN)` and time stamps.
  public var lines: [LogLine]
  /// How many lines there were, those that were not kept among them.
  public var lineCount: Int
  /// What is missing between Xen's start and the end of its boot.
  public var gaps: [LogGap]
  /// Whether lines of level INFO are among them: release builds up to 4.17 keep them back without
  /// `loglvl=info` or `all`.
  public var showsInformation: Fact<Bool>

  /// The words of its line that Xen refused.
  ///
  /// Unknown where the log may lack them: up to 4.20 they never reach a serial console, and before
  /// 4.10 Xen said nothing of them.
  public var parameterErrors: Fact<[ParameterError]>

  public init(
    lines: [LogLine], gaps: [LogGap] = [], showsInformation: Fact<Bool>,
    parameterErrors: Fact<[ParameterError]>
  ) {
    self.lines = lines
    lineCount = lines.count
    self.gaps = gaps
    self.showsInformation = showsInformation
    self.parameterErrors = parameterErrors
  }

  /// Whether the text holds all of Xen's boot: only then does a missing line mean something.
  public var isComplete: Bool { gaps.isEmpty }

  /// A word of Xen's line that Xen itself complained of.
  public struct ParameterError: Sendable, Hashable {
    public var parameter: String
    /// Nil when Xen does not know the parameter at all.
    public var value: String?

    public init(parameter: String, value: String?) {
      self.parameter = parameter
      self.value = value
    }
  }
}
