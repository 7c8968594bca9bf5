public import QuirkEngine

/// Something wrong in a quirk file, where it stands, and what to do.
public struct QuirkProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public var file: String
  /// Counted from 1.
  public var line: Int
  public var message: String
  /// Something to look at, with which the entry works all the same.
  public var isWarning: Bool

  public init(file: String, line: Int, message: String, isWarning: Bool = false) {
    self.file = file
    self.line = line
    self.message = message
    self.isWarning = isWarning
  }

  public init(_ origin: Origin, _ message: String, isWarning: Bool = false) {
    self.init(file: origin.file, line: origin.line, message: message, isWarning: isWarning)
  }

  public var description: String {
    "\(file):\(line): \(isWarning ? "warning" : "error"): \(message)"
  }
}

/// One machine on which an entry must be in one state.
public struct QuirkCase: Sendable, Hashable {
  /// Where the machine stands.
  public enum Machine: Sendable, Hashable {
    /// A file of the folder `machines`.
    case file(String)
    /// Its lines, in the entry itself.
    case lines(String)
  }

  public var machine: Machine
  /// Lines that come after those of the machine, and so take their place.
  public var changes: [String]
  /// A state, `undecided`, or `near-miss` for nothing at all.
  public var state: String
  /// The first action that is proposed in that state; empty where the case does not say.
  public var action: String
  public var origin: Origin

  public init(
    machine: Machine, changes: [String] = [], state: String, action: String = "", origin: Origin
  ) {
    self.machine = machine
    self.changes = changes
    self.state = state
    self.action = action
    self.origin = origin
  }

  public static let nearMiss = "near-miss"
  public static let undecided = "undecided"
  public static let states = QuirkState.allCases.map(\.rawValue) + [undecided, nearMiss]
}

/// What was read from a set of files: the good, and what is wrong with the rest.
public struct QuirkReading: Sendable {
  public var knowledge = Knowledge()
  /// By the id of the quirk.
  public var tests: [String: [QuirkCase]] = [:]
  public var problems: [QuirkProblem] = []
  /// The newest Xen that the catalogue was held against; nil where the files do not say.
  public var newestXen: String?
  /// The releases that advice is held against, the oldest first.
  public var releases: [BootOption.Side: [String]] = [:]
  /// The day from which an entry is to be looked at again, as `2027-11-23`, by the quirk's id.
  public var reviews: [String: String] = [:]
  /// Entries whose remedies contradict another's, and say so, by the quirk's id.
  public var rivals: [String: [String]] = [:]
}
