internal import QuirkEngine
internal import TOMLKit

/// Reads the options of one side's catalogue.
struct OptionReader {
  let conditions: ConditionReader

  /// The parts of the system that an option may be about.
  static let groups: Set = [
    "acpi", "apic", "aspm", "boot", "console", "cpu", "debug", "dom0", "driver", "efi", "guests",
    "idle",
    "interrupts", "iommu", "memory", "pci", "scheduling", "security", "time", "xen",
  ]

  /// An option; nil when a part of it is wrong.
  func option(_ table: TableReader, side: BootOption.Side) -> BootOption? {
    var table = table
    let before = table.log.problems.count
    let name = table.text("name")
    let form: BootOption.Form? = table.name("form")
    var option = BootOption(
      side: side, name: name, form: form ?? .value, syntax: table.text("syntax"),
      effect: table.text("effect"), cost: table.text("cost", required: false),
      origin: Origin(file: table.log.file, line: table.log.line(of: table.path)))
    option.takes = shapes(&table)
    option.standard = table.text("default", required: false)
    option.versions = versions(&table)
    option.group = table.text("group", required: false)
    if !option.group.isEmpty, !Self.groups.contains(option.group) {
      table.complain(
        "'\(option.group)' is no group: one of \(Self.groups.sorted().joined(separator: ", "))",
        at: "group")
    }
    option.deprecated = table.text("deprecated", required: false)
    option.replaces = table.texts("replaces")
    option.aliasOf = table.text("alias-of", required: false)
    option.implies = table.texts("implies")
    option.conflicts = table.texts("conflicts")
    option.insecure = table.texts("insecure")
    option.dom0 = side == .linux ? table.text("dom0", required: false) : ""
    option.build = table.text("build", required: false)
    option.architecture = table.text("architecture", required: false)
    option.source = table.text("source", required: false)
    option.members = table.tables("member").map(member)
    option.traps = table.tables("trap").compactMap(trap)
    option.vetoes = table.tables("veto").compactMap(veto)
    option.proofs = table.tables("proof").compactMap(proof)
    option.limitsCStates = table.flag("limits-cstates")
    option.reservesMemory = table.flag("reserves-memory")
    option.isPersonal = table.flag("personal")
    table.finish()
    return table.log.problems.count == before ? option : nil
  }

  private func versions(_ table: inout TableReader) -> VersionBound? {
    guard let value = table.value("versions") else { return nil }
    guard let members = value.table else {
      table.complain("'versions' is a table such as { since = \"4.3\" }", at: "versions")
      return nil
    }
    do {
      return try VersionBound(parsing: ConditionReader.pairs(members) ?? [])
    } catch {
      table.complain(error.message, at: "versions")
      return nil
    }
  }

  private func shapes(_ table: inout TableReader) -> [ValueShape] {
    table.texts("takes").compactMap { text in
      do throws(TermError) {
        return try ValueShape(parsing: text)
      } catch {
        table.complain(error.message, at: "takes")
        return nil
      }
    }
  }

  /// One value or several; without any the bare word.
  private func values(_ table: inout TableReader) -> [String] {
    let values = table.texts("value")
    return values.isEmpty ? [""] : values
  }

  private func condition(_ table: inout TableReader) -> Condition? {
    table.value("if").flatMap {
      conditions.condition($0, path: table.place("if"), log: table.log)
    }
  }

  private func member(_ table: TableReader) -> BootOption.Member {
    var table = table
    let member = BootOption.Member(
      name: table.text("name"), takes: shapes(&table),
      standard: table.text("default", required: false), versions: versions(&table),
      effect: table.text("effect"), insecure: table.texts("insecure"))
    table.finish()
    return member
  }

  private func trap(_ table: TableReader) -> BootOption.Trap? {
    var table = table
    let verdict: BootOption.Trap.Verdict? = table.name("verdict")
    let trap = BootOption.Trap(
      values: values(&table), versions: versions(&table),
      condition: condition(&table), verdict: verdict ?? .ignored, text: table.text("text"),
      better: table.text("better", required: false))
    table.finish()
    return verdict.map { _ in trap }
  }

  private func veto(_ table: TableReader) -> BootOption.Veto? {
    var table = table
    let values = values(&table)
    let condition = condition(&table)
    if condition == nil, !table.keys.contains("if") { table.complain("'if' is missing") }
    let reason = table.text("reason")
    table.finish()
    return condition.map { BootOption.Veto(values: values, condition: $0, reason: reason) }
  }

  private func proof(_ table: TableReader) -> BootOption.Proof? {
    var table = table
    let values = values(&table)
    let condition = table.value("shows").flatMap {
      conditions.condition($0, path: table.place("shows"), log: table.log)
    }
    if condition == nil, !table.keys.contains("shows") { table.complain("'shows' is missing") }
    let text = table.text("says", required: false)
    table.finish()
    return condition.map { BootOption.Proof(values: values, condition: $0, text: text) }
  }
}
