internal import ArgumentParser
internal import BootAdvice
internal import BootConfig
internal import ReportRendering

/// `xenquirks bootline`: the advised entry for a boot loader, or the change to one of its files.
struct Bootline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bootline",
    abstract: "Print the advised boot entry, or edit a boot loader's file.",
    discussion: """
      Without --edit an entry is printed and nothing is written. With --edit the change is printed as a unified diff; \
      --write makes it, whole or not at all, with a dated backup beside the file. The styles script and systemd print \
      commands for the running machine, each with what takes it back.
      """)

  @Option(help: "menu.lst, grub, grub.d, grub.cfg, xen.cfg, xcp-ng or raw; script or systemd.")
  var style: PrintedStyle?

  @Option(help: ArgumentHelp("The boot loader's file to change.", valueName: "file"))
  var edit: String?

  @Option(
    help: ArgumentHelp(
      "The entry to change, by its number from 1 or its title; else the default one.",
      valueName: "number|title"))
  var entry: String?

  @Flag(help: "Change every entry that boots Xen.")
  var allEntries = false

  @Flag(help: "Add a changed copy of the entry; the old one stays and becomes the fallback.")
  var asNewEntry = false

  @Flag(help: "Take back what earlier edits have changed.")
  var undo = false

  @Flag(help: "Write the file; without it the change is only printed.")
  var write = false

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func validate() throws {
    if output.format != .text { throw ValidationError("bootline prints a boot entry; see --style") }
    if edit == nil, entry != nil || allEntries || asNewEntry || undo || write {
      throw ValidationError(
        "--entry, --all-entries, --as-new-entry, --undo and --write need --edit FILE")
    }
    if edit != nil, style?.isOfRuntime == true {
      throw ValidationError(
        "--style script and systemd are printed; --edit changes a boot loader's file")
    }
    if [entry != nil, allEntries, undo].count(where: { $0 }) > 1 || (undo && asNewEntry)
      || (allEntries && asNewEntry)
    {
      throw ValidationError(
        "--entry, --all-entries and --undo exclude each other; --as-new-entry copies one entry")
    }
  }

  mutating func run() throws {
    if let edit {
      try BootEdit(
        path: edit, style: style?.bootStyle, choice: choice, isNew: asNewEntry, undoes: undo
      )
      .run(
        with: { try Run(source: source, knowledge: knowledge, output: output) }, policy: policy,
        writes: write, output: output)
      return
    }
    let run = try Run(source: source, knowledge: knowledge, output: output)
    if let style, style.isOfRuntime {
      let script = RuntimeScript(try run.runtimeRemedies(policy: policy))
      try xenquirks.write(style == .script ? script.shell : script.systemdUnit, to: output.output)
      return
    }
    let plan = try run.report(policy: policy).plan
    for (name, line) in [("Xen's", plan.xen), ("dom0's", plan.dom0)] where !line.isComplete {
      run.notice(
        "\(name) present line is not known: only the additions stand below; add what you have there"
      )
    }
    try xenquirks.write(
      NewEntry(host: run.host, plan: plan).text(for: style?.bootStyle ?? .menuList),
      to: output.output)
  }

  private var choice: BootEdit.Choice {
    if allEntries { return .all }
    return entry.map(BootEdit.Choice.named) ?? .standard
  }
}

/// What `bootline` prints: an entry for a boot loader, or commands for the running machine.
enum PrintedStyle: Equatable, ExpressibleByArgument {
  case entry(BootStyle)
  case script, systemd

  init?(argument: String) {
    switch argument {
    case "script": self = .script
    case "systemd": self = .systemd
    default:
      guard let style = BootStyle(rawValue: argument) else { return nil }
      self = .entry(style)
    }
  }

  static var allValueStrings: [String] {
    BootStyle.allCases.map(\.rawValue) + ["script", "systemd"]
  }

  var bootStyle: BootStyle? {
    if case .entry(let style) = self { style } else { nil }
  }

  var isOfRuntime: Bool { bootStyle == nil }
}
