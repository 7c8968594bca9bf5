/// A set of words that a person may ask for beyond what the machine needs.
public struct Policy: Sendable, Hashable {
  public var name: String
  public var title: String
  public var why: String
  public var words: [Word]

  /// One thing that the policy puts on a line.
  public struct Word: Sendable, Hashable {
    /// Xen's line or dom0's.
    public var target: Action.Target
    public var option: String
    /// Where it makes sense at all; nil for everywhere.
    public var condition: Condition?
    /// What it is for.
    public var why: String
    /// What it costs.
    public var price: String
    /// Quirks that would need it, beside those whose own actions name the option.
    public var quirks: [String]

    public init(
      target: Action.Target, option: String, condition: Condition?, why: String, price: String,
      quirks: [String]
    ) {
      self.target = target
      self.option = option
      self.condition = condition
      self.why = why
      self.price = price
      self.quirks = quirks
    }
  }

  public init(name: String, title: String, why: String, words: [Word]) {
    self.name = name
    self.title = title
    self.why = why
    self.words = words
  }
}
