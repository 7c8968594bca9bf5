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
  /// What may stand behind `=`; of a list, what its members may be beside the named ones.
  public var takes: [ValueShape] = []
  /// What holds without the option, in words or as its value.
  public var standard = ""
  /// The releases that know it; nil for all.
  public var versions: VersionBound?
  public var effect: String
  public var cost: String
  /// The part of the system that it is about, such as `idle` or `iommu`.
  public var group = ""
  /// Since when it is on its way out, and for what; empty where it is not.
  public var deprecated = ""
  /// Older names of it.
  public var replaces: [String] = []
  /// The word that this one is only another writing of.
  public var aliasOf = ""
  /// Words that it brings along.
  public var implies: [String] = []
  /// Words that it can't stand beside, `name` or `name=value`.
  public var conflicts: [String] = []
  /// Values, or the bare name, that weaken isolation between domains.
  public var insecure: [String] = []
  /// Linux only: what it does in a dom0.
  public var dom0 = ""
  /// What of Xen's or Linux's configuration must be built in; empty where it always is.
  public var build = ""
  /// The one architecture that knows it; empty for all.
  public var architecture = ""
  /// Whether its value may tell whose machine it is, as `root=` does.
  public var isPersonal = false
  /// The file that reads it, at its newest version.
  public var source = ""
  /// Members of a list that have a name.
  public var members: [Member] = []
  /// Values that are accepted and do not do what people think.
  public var traps: [Trap] = []
  /// Values that a function here may not survive.
  public var vetoes: [Veto] = []
  /// What a machine shows while a value is in force.
  public var proofs: [Proof] = []
  /// Whether its value is a C-state, by Xen's own count, beyond which none is used.
  public var limitsCStates = false
  /// Whether its value is memory taken from the machine for dom0, as `dom0_mem=` does.
  public var reservesMemory = false
  public var origin: Origin

  public init(
    side: Side, name: String, form: Form, syntax: String, effect: String, cost: String,
    origin: Origin
  ) {
    self.side = side
    self.name = name
    self.form = form
    self.syntax = syntax
    self.effect = effect
    self.cost = cost
    self.origin = origin
  }
}

extension BootOption {
  /// A named member of a list-valued option.
  public struct Member: Sendable, Hashable {
    public var name: String
    public var takes: [ValueShape]
    public var standard: String
    public var versions: VersionBound?
    public var effect: String
    public var insecure: [String]

    public init(
      name: String, takes: [ValueShape], standard: String, versions: VersionBound?, effect: String,
      insecure: [String]
    ) {
      self.name = name
      self.takes = takes
      self.standard = standard
      self.versions = versions
      self.effect = effect
      self.insecure = insecure
    }
  }

  /// A value that is accepted and does not do what people think.
  public struct Trap: Sendable, Hashable {
    public enum Verdict: String, Sendable, CaseIterable {
      case noEffect = "no-effect"
      case ignored, misread, cancels, insecure, costly
      case otherSide = "other-side"
    }

    /// The values or members, as `BootOption.fits` reads them.
    public var values: [String]
    public var versions: VersionBound?
    /// On which machines; nil for all.
    public var condition: Condition?
    public var verdict: Verdict
    public var text: String
    /// The better word; empty where there is none.
    public var better: String

    public init(
      values: [String], versions: VersionBound?, condition: Condition?, verdict: Verdict,
      text: String,
      better: String
    ) {
      self.values = values
      self.versions = versions
      self.condition = condition
      self.verdict = verdict
      self.text = text
      self.better = better
    }
  }

  /// What shows on a running machine that a value is in force.
  public struct Proof: Sendable, Hashable {
    /// The values, as `BootOption.fits` reads them.
    public var values: [String]
    /// Holds while the value is in force; `{value}` in a pattern stands for it.
    public var condition: Condition
    /// What then is so, in words; empty where the condition says it well enough.
    public var text: String

    public init(values: [String], condition: Condition, text: String) {
      self.values = values
      self.condition = condition
      self.text = text
    }
  }

  /// A device that a value of the option takes away.
  public struct Veto: Sendable, Hashable {
    /// The values, as `BootOption.fits` reads them.
    public var values: [String]
    public var condition: Condition
    public var reason: String

    public init(values: [String], condition: Condition, reason: String) {
      self.values = values
      self.condition = condition
      self.reason = reason
    }
  }
}
