/// Commands that take a trigger away on a running machine, until the next boot.
///
/// They are printed for people to read and run; the program runs none of them.
public struct Remedy: Sendable, Hashable {
  /// For which functions a step is made.
  public enum End: String, Sendable, CaseIterable {
    case subject
    /// The function that stands for the link.
    case link
    /// Every function at the lower end of the link.
    case downstream
    /// The port at the upper end of the link.
    case upstream
  }

  /// One command, and what takes it back.
  public struct Step: Sendable, Hashable {
    public var end: End
    /// The state of the link that it is about, `l0s` or `l1`; empty for all.
    public var state: String
    public var run: String
    public var undo: String

    public init(end: End, state: String, run: String, undo: String) {
      self.end = end
      self.state = state
      self.run = run
      self.undo = undo
    }
  }

  public var id: String
  public var title: String
  /// The term of `armed` that it makes false.
  public var clears: Term.Key
  /// Where it works; nil for everywhere.
  ///
  /// Of two that work the first is taken.
  public var condition: Condition?
  /// What somebody must know before running it.
  public var note: String
  public var steps: [Step]

  public init(
    id: String, title: String, clears: Term.Key, condition: Condition?, note: String,
    steps: [Step]
  ) {
    self.id = id
    self.title = title
    self.clears = clears
    self.condition = condition
    self.note = note
    self.steps = steps
  }
}

extension Remedy: FlatRecord {
  var recordName: String { id }

  func write(to writer: inout FlatWriter) {
    writer.write(clears.rawValue)
    writer.write([id, title, note])
    condition.write(to: &writer)
    writer.write(steps) { writer, step in
      writer.write(step.end.rawValue)
      writer.write([step.state, step.run, step.undo])
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let clears = try reader.name(Term.Key.self)
    let texts = try reader.fields(3)
    let condition = try reader.optional { reader throws(FlatError) in
      try Condition(from: &reader)
    }
    let steps = try reader.values { reader throws(FlatError) in
      let end = try reader.name(End.self)
      let texts = try reader.fields(3)
      return Step(end: end, state: texts[0], run: texts[1], undo: texts[2])
    }
    self.init(
      id: texts[0], title: texts[1], clears: clears, condition: condition, note: texts[2],
      steps: steps)
  }
}
