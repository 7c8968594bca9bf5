/// What Xen said since it started (`xl dmesg`).
public struct XenMessages: Sendable {
  /// Without `(XEN)` and time stamps.
  public var lines: [String]
  /// Whether the text runs from Xen's start to the end of its boot: only then does a missing line
  /// mean something.
  public var isComplete: Bool
  /// Whether lines of level INFO are among them: release builds up to 4.17 keep them back without
  /// `loglvl=info` or `all`.
  public var showsInformation: Fact<Bool>

  /// The words of its line that Xen refused.
  ///
  /// Unknown where the log may lack them: up to 4.20 they never reach a serial console, and before
  /// 4.10 Xen said nothing of them.
  public var parameterErrors: Fact<[ParameterError]>

  public init(
    lines: [String], isComplete: Bool, showsInformation: Fact<Bool>,
    parameterErrors: Fact<[ParameterError]>
  ) {
    self.lines = lines
    self.isComplete = isComplete
    self.showsInformation = showsInformation
    self.parameterErrors = parameterErrors
  }

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
