/// One message of a log, or several that are alike, of which the first stands here.
public struct LogLine: Sendable, Hashable {
  public var text: String
  public var count: Int
  /// When the first and the last of them came, in microseconds since the start; nil where the log has
  /// no such stamps.
  public var first: Int?
  public var last: Int?

  public init(_ text: String, count: Int = 1, first: Int? = nil, last: Int? = nil) {
    self.text = text
    self.count = count
    self.first = first
    self.last = last
  }
}

/// What a log lacks: with any of it a missing line means nothing.
public enum LogGap: String, Sendable, CaseIterable {
  /// It does not reach back to the start: the ring went round, or it was saved late.
  case start
  /// It ends in the middle.
  case end
  /// Messages of some level are left out of it.
  case level
  /// Messages were lost before anybody read them.
  case lost
  /// There were more kinds of messages than are kept apart.
  case crowded

  /// What would close the gap.
  public var needs: String {
    switch self {
    case .start: "a kernel log that reaches back to the boot (--klog FILE)"
    case .end: "a kernel log that is not cut off at its end"
    case .level: "a kernel log with the messages of every level"
    case .lost: "a kernel log of which no messages were lost (log_buf_len= on dom0's line)"
    case .crowded: "a kernel log with fewer kinds of messages"
    }
  }

  /// As a reason for a fact that it hides.
  public var unknown: Unknown {
    Unknown(self == .level ? .notCaptured : .truncated, needs: needs)
  }
}

/// A kernel log: all of its lines, or those that some pattern could fit.
public struct KernelLog: Sendable {
  public var lines: [LogLine]
  public var gaps: [LogGap]

  public init(lines: [LogLine], gaps: [LogGap] = []) {
    self.lines = lines
    self.gaps = gaps
  }

  /// Whether it holds all that the kernel said: only then does a missing line mean something.
  public var isComplete: Bool { gaps.isEmpty }
}

/// The literal parts of all patterns for logs: a line without any of them fits none.
public struct LogLiterals: Sendable, Hashable {
  public var kernel: [String]
  public var xen: [String]

  public init(kernel: [String] = [], xen: [String] = []) {
    self.kernel = kernel
    self.xen = xen
  }
}
