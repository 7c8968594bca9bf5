extension Condition {
  func write(to writer: inout FlatWriter) {
    switch self {
    case .all(let parts):
      writer.write("all")
      writer.write(parts) { $1.write(to: &$0) }
    case .any(let parts):
      writer.write("any")
      writer.write(parts) { $1.write(to: &$0) }
    case .not(let part):
      writer.write("not")
      part.write(to: &writer)
    case .related(let relation, let part):
      writer.write("related")
      writer.write(relation.rawValue)
      part.write(to: &writer)
    case .term(let term):
      writer.write("term")
      writer.write(term.key.rawValue)
      writer.write(term.values)
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let parts = { (reader: inout FlatReader) throws(FlatError) -> [Condition] in
      try reader.values { reader throws(FlatError) in try Condition(from: &reader) }
    }
    switch try reader.string() {
    case "all": self = .all(try parts(&reader))
    case "any": self = .any(try parts(&reader))
    case "not": self = .not(try Condition(from: &reader))
    case "related":
      let relation = try reader.name(Relation.self)
      self = .related(relation, try Condition(from: &reader))
    default:
      let key = try reader.name(Term.Key.self)
      let values = try reader.strings()
      do {
        self = .term(try Term(builtIn: key, values: values))
      } catch {
        throw FlatError(description: error.message)
      }
    }
  }
}

extension Condition? {
  func write(to writer: inout FlatWriter) {
    writer.write(self.map { [$0] } ?? []) { $1.write(to: &$0) }
  }
}

extension Quirk: FlatRecord {
  var recordName: String { id }

  func write(to writer: inout FlatWriter) {
    // The head stands first: most entries are asked for nothing more.
    writer.write(subject.rawValue)
    when.write(to: &writer)
    for text in [
      id, title, category.rawValue, severity.rawValue, evidence.rawValue, why, cost, origin.file,
      String(origin.line),
    ] { writer.write(text) }
    writer.write(tags)
    armed.write(to: &writer)
    writer.write(unless) { $1.write(to: &$0) }
    writer.write(confirmedBy) { $1.write(to: &$0) }
    writer.write(handledBy) { writer, handler in
      handler.condition.write(to: &writer)
      writer.write([handler.by, handler.lost, handler.regain, handler.disarms ? "disarms" : ""])
    }
    writer.write(actions) { writer, action in
      writer.write(action.target.rawValue)
      writer.write(action.operation.rawValue)
      writer.write([action.text, action.undo, action.keepsTrigger ? "keeps" : ""])
      writer.write(action.run)
      writer.write(action.undoRun)
      action.condition.write(to: &writer)
      action.verify.write(to: &writer)
    }
    writer.write(folk) { $0.write([$1.target.rawValue, $1.option, $1.verdict]) }
    writer.write(references) { writer, reference in
      writer.write([reference.kind.rawValue, reference.url, reference.note, reference.seen])
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let condition = { (reader: inout FlatReader) throws(FlatError) in
      try Condition(from: &reader)
    }
    let head = try QuirkHead(from: &reader)
    (subject, when) = (head.subject, head.when)
    id = try reader.string()
    title = try reader.string()
    category = try reader.name(Category.self)
    severity = try reader.name(Severity.self)
    evidence = try reader.name(Evidence.self)
    why = try reader.string()
    cost = try reader.string()
    origin = Origin(file: try reader.string(), line: try reader.count())
    tags = try reader.strings()
    armed = try reader.optional(condition)
    unless = try reader.values(condition)
    confirmedBy = try reader.values(condition)
    handledBy = try reader.values { reader throws(FlatError) in
      let condition = try Condition(from: &reader)
      let texts = try reader.fields(4)
      return Handler(
        condition: condition, by: texts[0], lost: texts[1], regain: texts[2],
        disarms: texts[3] == "disarms")
    }
    actions = try reader.values { reader throws(FlatError) in
      let target = try reader.name(Action.Target.self)
      let operation = try reader.name(Action.Operation.self)
      let texts = try reader.fields(3)
      let run = try reader.strings()
      let undoRun = try reader.strings()
      let wanted = try reader.optional(condition)
      var action = Action(
        target: target, operation: operation, text: texts[0], condition: wanted,
        verify: try reader.optional(condition), undo: texts[1], keepsTrigger: texts[2] == "keeps")
      (action.run, action.undoRun) = (run, undoRun)
      return action
    }
    folk = try reader.values { reader throws(FlatError) in
      _ = try reader.count()
      let target = try reader.name(Action.Target.self)
      return FolkRemedy(target: target, option: try reader.string(), verdict: try reader.string())
    }
    references = try reader.values { reader throws(FlatError) in
      _ = try reader.count()
      let kind = try reader.name(Reference.Kind.self)
      return Reference(
        kind: kind, url: try reader.string(), note: try reader.string(),
        seen: try reader.string())
    }
  }
}

/// What must be known of an entry to ask whether it could concern a machine.
struct QuirkHead {
  var subject: SubjectKind
  var when: Condition

  init(subject: SubjectKind, when: Condition) {
    self.subject = subject
    self.when = when
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    subject = try reader.name(SubjectKind.self)
    when = try Condition(from: &reader)
  }
}

extension FlatReader {
  /// A list of exactly so many strings.
  mutating func fields(_ count: Int) throws(FlatError) -> [String] {
    let values = try strings()
    guard values.count == count else {
      throw FlatError(description: "the built-in database has \(values.count) fields for \(count)")
    }
    return values
  }
}
