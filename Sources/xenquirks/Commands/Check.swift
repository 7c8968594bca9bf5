internal import ArgumentParser
internal import BootAdvice
internal import BootConfig
internal import QuirkEngine
internal import ReportRendering

/// `xenquirks check`: judges what stands on the lines.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge every word of the boot lines, for this machine and its software.",
    discussion: """
      Judged are the lines of the running system, those of a boot loader's file (--config), or those of --xen-line and \
      --dom0-line. Ends with status 2 when something is to be changed.
      """)

  @Option(
    help: ArgumentHelp("A boot loader's file, in place of the running lines.", valueName: "file"))
  var config: String?

  @Option(
    help: "menu.lst, grub, grub.d, grub.cfg, xen.cfg, xcp-ng or raw, where the name does not tell.")
  var style: BootStyle?

  @Option(
    help: ArgumentHelp(
      "The entry of the file, by its number from 1 or its title; else the default one.",
      valueName: "number|title"))
  var entry: String?

  @Flag(help: "Judge the words alone; no machine is looked at.")
  var noMachine = false

  @Option(
    help: ArgumentHelp(
      "Judge a kernel's configuration instead: a file, or 'running'.", valueName: "file"))
  var kconfig: String?

  @Option(help: "Whether that kernel is fit to be this: dom0, domU-pv, domU-pvh or domU-hvm.")
  var role: [KernelOption.Role] = []

  @Option(
    help: ArgumentHelp(
      "Status 3 where a defect of this severity or worse is undecided.", valueName: "severity"))
  var failOn: Severity?

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func validate() throws {
    if entry != nil, config == nil { throw ValidationError("--entry needs --config FILE") }
    if !role.isEmpty, kconfig == nil { throw ValidationError("--role needs --kconfig FILE") }
    if config != nil, source.xenLine != nil || source.dom0Line != nil {
      throw ValidationError("--config and --xen-line or --dom0-line name two lines; give one")
    }
  }

  mutating func run() throws {
    if let kconfig {
      if kconfig == "running", source.from != nil {
        throw Failure(
          .usage, "a snapshot holds no kernel's configuration; name a file with --kconfig")
      }
      let database = try loadDatabase(knowledge) { complain("xenquirks: \($0)") }
      let isFit = try KernelCheck(path: kconfig, root: source.root, roles: role)
        .run(database.kernelOptions, output: output)
      if !isFit { leave(.somethingToDo) }
      return
    }
    let run = try Run(
      source: source, knowledge: knowledge, output: output, withoutMachine: noMachine)
    let chosen = try config.map { path in
      try BootEdit(
        path: path, style: style, choice: self.entry.map(BootEdit.Choice.named) ?? .standard,
        isNew: false, undoes: false
      ).chosenEntry(run.notice)
    }
    var lines = try run.check(chosen, path: config ?? "", policy: policy)
    if noMachine { lines.undecided = [] }
    let page = CheckPage(lines, style: output.style)
    try write(output.format == .json ? page.json : page.text, to: output.output)
    if lines.asksForChange { leave(.somethingToDo) }
    if let failOn {
      let open = Set(lines.undecided)
      let worst = run.database.quirks.contains {
        open.contains($0.id) && $0.severity.rank <= failOn.rank
      }
      if worst { leave(.undecided) }
    }
  }
}
