internal import HostModel
internal import QuirkEngine
internal import TOMLKit

/// Reads the tables that are no quirks: policies, and what Xen knows of CPUs' idle states.
struct TableEntryReader {
  let conditions: ConditionReader

  /// A policy; nil when a part of it is wrong.
  func policy(_ table: TableReader) -> Policy? {
    var table = table
    let before = table.log.problems.count
    let policy = Policy(
      name: table.text("name"), title: table.text("title"), why: table.text("why"),
      words: table.tables("word").compactMap(word))
    table.finish()
    return table.log.problems.count == before ? policy : nil
  }

  private func word(_ table: TableReader) -> Policy.Word? {
    var table = table
    let target: Action.Target? = table.name("target")
    if let target, target != .xen, target != .dom0 {
      table.complain("a policy puts words on the lines of xen and dom0 alone", at: "target")
    }
    let condition = table.value("if").flatMap {
      conditions.condition($0, path: table.place("if"), log: table.log)
    }
    let word = Policy.Word(
      target: target ?? .xen, option: table.text("option"), condition: condition,
      why: table.text("why"), price: table.text("price"), quirks: table.texts("quirks"))
    table.finish()
    return word
  }

  /// One row for each CPU that uses an idle table.
  func idleModels(_ table: TableReader) -> [IdleModel] {
    var table = table
    let states = table.tables("states").compactMap(state)
    if states.isEmpty { table.complain("an idle table needs states") }
    let idle = IdleTable(name: table.text("name"), states: states)
    let models = table.tables("cpus").compactMap { cpu(of: idle, $0) }
    table.finish()
    return models
  }

  /// An option of the kernel's configuration; nil when a part of it is wrong.
  func kernelOption(_ table: TableReader) -> KernelOption? {
    var table = table
    let before = table.log.problems.count
    let need: KernelOption.Need? = table.name("need")
    let roles = table.texts("role").compactMap { text -> KernelOption.Role? in
      let role = KernelOption.Role(rawValue: text)
      if role == nil { table.complain("'\(text)' is no role of a kernel", at: "role") }
      return role
    }
    let wants = table.texts("wants")
    if wants.isEmpty || !Set(wants).isSubset(of: ["y", "m", "n"]) {
      table.complain("'wants' is a list of y, m and n", at: "wants")
    }
    var versions: VersionBound?
    if let value = table.value("linux") {
      do {
        versions = try VersionBound(parsing: value.table.flatMap(ConditionReader.pairs) ?? [])
      } catch {
        table.complain(error.message, at: "linux")
      }
    }
    var option = KernelOption(
      name: table.text("name"), roles: roles, need: need ?? .required, wants: wants,
      versions: versions, insteadOf: table.texts("instead-of"), why: table.text("why"),
      reference: table.text("reference"))
    option.isFloor = table.flag("floor")
    if roles.isEmpty { table.complain("an option serves some role", at: "role") }
    table.finish()
    return table.log.problems.count == before ? option : nil
  }

  /// Commands for a trigger; nil when a part of them is wrong.
  func remedy(_ table: TableReader) -> Remedy? {
    var table = table
    let before = table.log.problems.count
    let condition = table.value("if").flatMap {
      conditions.condition($0, path: table.place("if"), log: table.log)
    }
    let clears: Term.Key? = table.name("clears")
    let steps = table.tables("step").map { step in
      var step = step
      let end: Remedy.End? = step.name("on")
      let state = step.text("state", required: false)
      if !["", "l0s", "l1"].contains(state) {
        step.complain("'\(state)' is no state of a link; l0s or l1", at: "state")
      }
      let (run, undo) = (step.text("run"), step.text("undo"))
      QuirkLint.checkCommands([run, undo], names: ["address", "bits", "mask"], step)
      step.finish()
      return Remedy.Step(end: end ?? .subject, state: state, run: run, undo: undo)
    }
    if steps.isEmpty { table.complain("a remedy needs steps") }
    let remedy = Remedy(
      id: table.text("id"), title: table.text("title"), clears: clears ?? .linkASPM,
      condition: condition, note: table.text("note"), steps: steps)
    table.finish()
    return table.log.problems.count == before ? remedy : nil
  }

  private func state(_ table: TableReader) -> IdleTable.State? {
    var table = table
    let name = table.text("name")
    let hint = number("hint", &table).flatMap(UInt8.init(exactly:))
    let latency = number("latency", &table)
    let residency = number("residency", &table)
    table.finish()
    guard let hint, let latency, let residency else { return nil }
    return IdleTable.State(name: name, hint: hint, latency: latency, residency: residency)
  }

  private func cpu(of idle: IdleTable, _ table: TableReader) -> IdleModel? {
    var table = table
    let text = table.text("model")
    let model = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    if model == nil { table.complain("'\(text)' is no model such as \"0x2c\"", at: "model") }
    let since = Version(table.text("since"))
    if since == nil { table.complain("'since' is a release such as \"4.3\"", at: "since") }
    let before = Version(table.text("before", required: false))
    table.finish()
    guard let model, let since else { return nil }
    return IdleModel(model: model, since: since, before: before, table: idle)
  }

  private func number(_ key: String, _ table: inout TableReader) -> Int? {
    let texts = table.texts(key)
    if texts.count == 1, let number = Int(texts[0]), number >= 0 { return number }
    table.complain("'\(key)' is a number", at: key)
    return nil
  }
}
