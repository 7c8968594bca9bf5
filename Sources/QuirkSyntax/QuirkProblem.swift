public import QuirkEngine

/// Something wrong in a quirk file, where it stands, and what to do.
public struct QuirkProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public var file: String
  /// Counted from 1.
  public var line: Int
  public var message: String

  public init(file: String, line: Int, message: String) {
    self.file = file
    self.line = line
    self.message = message
  }

  public var description: String { "\(file):\(line): error: \(message)" }
}

/// The fixtures that an entry names for each state that it can have.
public struct QuirkTest: Sendable, Hashable {
  /// Fixture names by state: `missing`, `needed` …, `undecided`, `near-miss`.
  public var fixtures: [String: [String]] = [:]

  public static let states = [
    "missing", "needed", "ineffective", "applied", "latent", "handled", "undecided", "near-miss",
  ]
}

/// What was read from a set of files: the good, and what is wrong with the rest.
public struct QuirkReading: Sendable {
  public var knowledge = Knowledge()
  /// By the id of the quirk.
  public var tests: [String: QuirkTest] = [:]
  public var problems: [QuirkProblem] = []
  /// The newest Xen that the catalogue was held against; nil where the files do not say.
  public var newestXen: String?
}
