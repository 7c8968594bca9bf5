/// What differs between two reports.
public struct Comparison: Sendable, Hashable {
  /// A value of a report.
  public enum Value: Sendable, Hashable {
    case absent
    case unknown(cause: String, needs: String)
    case bool(Bool)
    case number(String)
    case text(String)
    case list([String])
    /// More than one value can say.
    case structure(members: Int)
  }

  /// A fact that is not the same.
  public struct Change: Sendable, Hashable {
    /// Where it stands, from the thing that it is a fact of: `dmi.biosVersion`.
    public var path: String
    public var before: Value
    public var after: Value

    public init(path: String, before: Value, after: Value) {
      self.path = path
      self.before = before
      self.after = after
    }
  }

  /// The words of a boot line that are not the same.
  public struct LineChange: Sendable, Hashable {
    /// `xen` or `dom0`.
    public var side: String
    public var added: [String] = []
    public var removed: [String] = []
    /// The same words stand there in another order.
    public var isReordered = false
    /// Nil where both lines are known.
    public var change: Change?
  }

  /// A function that is there once.
  public struct Function: Sendable, Hashable {
    public var address: String
    /// Its ids, as `8086:10d3`.
    public var ids: String
    public var name: String?
  }

  /// Facts of a function or a link that are not the same.
  public struct Part: Sendable, Hashable {
    /// The address of a function, or both ends of a link.
    public var name: String
    public var changes: [Change]
  }

  /// A defect that came, went, or is in another state.
  public struct Finding: Sendable, Hashable {
    public var quirk: String
    public var title: String
    public var severity: String
    public var subjects: [String]
    /// `undecided` too; nil where it was not there.
    public var before: String?
    public var after: String?
  }

  /// Advice that came, went, or stands otherwise.
  public struct Advice: Sendable, Hashable {
    public var target: String
    public var operation: String
    public var text: String
    public var before: String?
    public var after: String?
  }

  public var host: [Change] = []
  public var presentLines: [LineChange] = []
  public var advisedLines: [LineChange] = []
  public var gone: [Function] = []
  public var new: [Function] = []
  public var functions: [Part] = []
  public var links: [Part] = []
  public var findings: [Finding] = []
  public var advice: [Advice] = []
  /// What makes the reports less comparable; no difference of the machine.
  public var notes: [String] = []

  public init() {}

  /// Whether both tell the same.
  public var isSame: Bool {
    host.isEmpty && presentLines.isEmpty && advisedLines.isEmpty && gone.isEmpty && new.isEmpty
      && functions.isEmpty && links.isEmpty && findings.isEmpty && advice.isEmpty
  }
}
