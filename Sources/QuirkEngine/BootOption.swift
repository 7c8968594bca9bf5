/// One option of a boot line, from the catalogue.
public struct BootOption: Sendable, Hashable {
  public enum Side: String, Sendable, CaseIterable {
    case xen
    case linux
  }
  /// How values for the same option come together.
  public enum Form: String, Sendable, CaseIterable {
    /// A bare word.
    case flag
    /// The last value wins.
    case value
    /// One word with members behind commas.
    case list
    /// Every occurrence counts.
    case repeated
  }

  public var side: Side
  public var name: String
  public var form: Form
  public var syntax: String
  /// The releases that know it; nil for all.
  public var versions: VersionBound?
  public var effect: String
  public var cost: String
  /// Words that it can't stand beside, `name` or `name=value`.
  public var conflicts: [String]
  /// Values, or the bare name, that weaken isolation between domains.
  public var insecure: [String]
  /// Values that a function here may not survive, as `value: id id …: what happens`.
  public var vetoes: [Veto]
  /// Whether its value is a C-state, by Xen's own count, beyond which none is used.
  public var limitsCStates: Bool
  /// Whether its value is memory taken from the machine for dom0, as `dom0_mem=` does.
  public var reservesMemory: Bool
  public var origin: Origin

  /// A device that a value of the option takes away.
  public struct Veto: Sendable, Hashable {
    /// The value; empty for the bare option.
    public var value: String
    public var condition: Condition
    public var reason: String

    public init(value: String, condition: Condition, reason: String) {
      self.value = value
      self.condition = condition
      self.reason = reason
    }
  }

  public init(
    side: Side, name: String, form: Form, syntax: String, versions: VersionBound?, effect: String,
    cost: String, conflicts: [String], insecure: [String], vetoes: [Veto],
    limitsCStates: Bool = false,
    reservesMemory: Bool = false, origin: Origin
  ) {
    self.side = side
    self.name = name
    self.form = form
    self.syntax = syntax
    self.versions = versions
    self.effect = effect
    self.cost = cost
    self.conflicts = conflicts
    self.insecure = insecure
    self.vetoes = vetoes
    self.limitsCStates = limitsCStates
    self.reservesMemory = reservesMemory
    self.origin = origin
  }
}
