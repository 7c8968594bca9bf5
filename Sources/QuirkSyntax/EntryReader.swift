internal import QuirkEngine
internal import TOMLKit

/// What an entry says of itself that only its authors need.
struct EntryProof {
  var list: [QuirkCase]
  /// The day from which it is to be looked at again.
  var review: String?
  /// Entries whose remedies contradict its own.
  var rivals: [String]
}

/// Reads the entries of one file.
struct EntryReader {
  let conditions: ConditionReader

  /// A quirk, and the machines that it is held against; nil when a part without which it means nothing is
  /// wrong.
  func quirk(_ table: TableReader) -> (quirk: Quirk, proof: EntryProof)? {
    var table = table
    let before = table.log.problems.count
    let id = table.text("id")
    checkID(id, table)
    let quirk = Quirk(
      id: id, title: table.text("title"),
      category: table.name("category") ?? .firmware, severity: table.name("severity") ?? .noise,
      evidence: table.name("evidence") ?? .d, tags: table.texts("tags"),
      subject: table.name("subject", default: SubjectKind.function) ?? .function,
      when: condition("when", &table) ?? .all([]), armed: optional("armed", &table),
      unless: list("unless", &table), confirmedBy: list("confirmed-by", &table),
      handledBy: table.tables("handled-by").compactMap(handler),
      why: table.text("why"), cost: table.text("cost"),
      actions: table.tables("action").compactMap(action),
      folk: table.tables("folk").compactMap(folk),
      references: table.tables("reference").compactMap(reference),
      origin: Origin(file: table.log.file, line: table.log.line(of: table.path)))
    let proof = EntryProof(
      list: table.tables("test").flatMap(CaseReader.cases),
      review: table.date("review", required: false), rivals: table.texts("rivals"))
    let (matches, near) = (table.texts("confirmed-match"), table.texts("confirmed-near"))
    table.finish()
    QuirkLint.check(quirk, proof.list, table)
    let patterns = quirk.confirmingPatterns
    if !patterns.isEmpty {
      table.checkSamples(
        of: patterns, matches: matches, near: near, names: ("confirmed-match", "confirmed-near")
      ) {
        quirk.confirmingPatterns(in: $0)
      }
    }
    return table.log.problems.count == before ? (quirk, proof) : nil
  }

  // MARK: Conditions

  private func condition(_ key: String, _ table: inout TableReader) -> Condition? {
    guard let value = table.value(key) else {
      table.complain("'\(key)' is missing")
      return nil
    }
    return conditions.condition(value, path: table.place(key), log: table.log)
  }

  private func optional(_ key: String, _ table: inout TableReader) -> Condition? {
    guard let value = table.value(key) else { return nil }
    return conditions.condition(value, path: table.place(key), log: table.log)
  }

  private func list(_ key: String, _ table: inout TableReader) -> [Condition] {
    guard let value = table.value(key) else { return [] }
    guard let array = value.array else {
      table.complain("'\(key)' is a list of tables", at: key)
      return []
    }
    return array.enumerated().compactMap { index, element in
      conditions.condition(element, path: "\(table.place(key))[\(index)]", log: table.log)
    }
  }

  // MARK: Parts of a quirk

  private static let handlerKeys: Set = ["by", "lost", "regain", "disarms"]

  private func handler(_ table: TableReader) -> Handler? {
    var table = table
    let own = Self.handlerKeys
    guard
      let condition = conditions.all(
        table.wholeTable, except: own, path: table.path, log: table.log)
    else { return nil }
    return Handler(
      condition: condition, by: table.text("by"), lost: table.text("lost", required: false),
      regain: table.text("regain", required: false), disarms: table.flag("disarms"))
  }

  private func action(_ table: TableReader) -> Action? {
    var table = table
    guard let target: Action.Target = table.name("target") else { return nil }
    let isForLine = target == .xen || target == .dom0
    let operation: Action.Operation? = table.name("op", default: isForLine ? nil : .add)
    let text = table.text(isForLine ? "option" : "text")
    var action = Action(
      target: target, operation: operation ?? .add, text: text,
      condition: optional("if", &table), verify: optional("verify", &table),
      undo: table.text("undo", required: isForLine), keepsTrigger: table.flag("keeps-trigger"))
    (action.run, action.undoRun) = (table.texts("run"), table.texts("undo-run"))
    if !action.run.isEmpty || !action.undoRun.isEmpty {
      if target != .runtime { table.complain("only target 'runtime' has commands", at: "run") }
      if action.run.count != action.undoRun.count {
        table.complain("each command of 'run' has one in 'undo-run'", at: "run")
      }
      QuirkLint.checkCommands(
        action.run + action.undoRun, names: ["address", "interface"], table)
    }
    table.finish()
    QuirkLint.checkPlaceholders(of: action, table)
    return action
  }

  private func folk(_ table: TableReader) -> FolkRemedy? {
    var table = table
    let target: Action.Target? = table.name("target", default: .dom0)
    let folk = FolkRemedy(
      target: target ?? .dom0, option: table.text("option"), verdict: table.text("verdict"))
    table.finish()
    return folk
  }

  private func reference(_ table: TableReader) -> Reference? {
    var table = table
    let kind: Reference.Kind? = table.name("kind")
    let url = table.text("url")
    if !url.hasPrefix("https://"), !url.hasPrefix("http://") {
      table.complain("'\(url)' is no address; it begins with https://", at: "url")
    }
    let note = table.text("note")
    let seen = table.date("seen", required: true)
    table.finish()
    guard let kind, let seen else { return nil }
    return Reference(kind: kind, url: url, note: note, seen: seen)
  }

  private func checkID(_ id: String, _ table: TableReader) {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    let isGood =
      parts.count >= 2
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
      }
    if !isGood, !id.isEmpty {
      table.complain(
        "'\(id)' is no id: lower-case words and digits joined by '-', as vendor-part-symptom",
        at: "id")
    }
  }
}
