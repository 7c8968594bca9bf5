/// What is known of one property of the machine: its value, that it is not there, or why nobody
/// knows.
///
/// Absent, "no" and "could not read" are three different things and never stand for each other.
public enum Fact<Value: Sendable>: Sendable {
  case known(Value, source: Source)
  case absent
  case unknown(Unknown)

  /// The value, if it is known.
  public var value: Value? {
    if case .known(let value, _) = self { value } else { nil }
  }

  /// The reason why nothing is known, if nothing is.
  public var unknown: Unknown? {
    if case .unknown(let reason) = self { reason } else { nil }
  }

  /// Whether the property is known not to be there.
  public var isAbsent: Bool {
    if case .absent = self { true } else { false }
  }

  /// Where a known value was read.
  public var source: Source? {
    if case .known(_, let source) = self { source } else { nil }
  }

  /// The same knowledge of a value derived from this one.
  public func map<Other>(_ transform: (Value) -> Other) -> Fact<Other> {
    switch self {
    case .known(let value, let source): .known(transform(value), source: source)
    case .absent: .absent
    case .unknown(let reason): .unknown(reason)
    }
  }

  /// The knowledge that follows from this one, where following may itself fail.
  public func flatMap<Other>(_ transform: (Value, Source) -> Fact<Other>) -> Fact<Other> {
    switch self {
    case .known(let value, let source): transform(value, source)
    case .absent: .absent
    case .unknown(let reason): .unknown(reason)
    }
  }
}

extension Fact: Equatable where Value: Equatable {}

/// Where a fact was read.
public enum Source: Sendable, Hashable, CustomStringConvertible {
  /// A register, by its byte offset in the function's configuration space.
  case configSpace(offset: Int)
  /// A file, by its path under the root of the machine.
  case file(String)
  /// What a program printed, live or saved.
  case tool(String)
  /// What the person said with an option of this command.
  case option(String)
  /// Derived from other facts, which the text names.
  case derived(String)

  public var description: String {
    switch self {
    case .configSpace(let offset): "config space 0x\(hex(offset, width: 2))"
    case .file(let path): path
    case .tool(let name): name
    case .option(let name): name
    case .derived(let text): text
    }
  }
}

/// Why a fact is not known, and what would make it known.
public struct Unknown: Error, Sendable, Hashable {
  public enum Cause: String, Sendable, CaseIterable {
    /// The kernel refused to show it to this user.
    case permission
    /// The kernel or the device does not offer the place where it would stand.
    case interfaceMissing = "interface-missing"
    /// The hypervisor owns it and shows this domain nothing, or something else.
    case hiddenByHypervisor = "hidden-by-hypervisor"
    /// What was read ends before it.
    case truncated
    /// What was read contradicts its own format.
    case malformed
    /// It was taken out of a report on purpose.
    case redacted
    /// The capture that stands for the machine does not hold it.
    case notCaptured = "not-captured"
    /// The software that was asked about is not the software that ran.
    case otherSoftware = "other-software"
  }

  public var cause: Cause
  /// What would decide it, in words that complete "needs …": `root`, `--xl-info FILE`, `dom0
  /// command line`.
  public var needs: String

  public init(_ cause: Cause, needs: String) {
    self.cause = cause
    self.needs = needs
  }
}
