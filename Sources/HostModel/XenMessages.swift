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

  public init(lines: [String], isComplete: Bool, showsInformation: Fact<Bool>) {
    self.lines = lines
    self.isComplete = isComplete
    self.showsInformation = showsInformation
  }

  /// A word of Xen's line that Xen itself complained of.
  public struct ParameterError: Sendable, Hashable {
    public var parameter: String
    /// Nil when Xen does not know the parameter at all.
    public var value: String?
  }

  /// Source: xen/common/kernel.c, parse_params (Xen 4.10 and later).
  public var parameterErrors: [ParameterError] {
    lines.compactMap { line in
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      guard parts.count >= 3, parts[0] == "parameter " else { return nil }
      if parts[2] == " unknown!" { return ParameterError(parameter: String(parts[1]), value: nil) }
      guard parts.count >= 5, parts[2] == " has invalid value " else { return nil }
      return ParameterError(parameter: String(parts[1]), value: String(parts[3]))
    }
  }
}
