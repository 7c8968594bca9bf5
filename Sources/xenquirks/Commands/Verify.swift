internal import ArgumentParser
internal import BootAdvice
internal import HostSnapshot
internal import ReportRendering

/// `xenquirks verify`: whether what was advised is in force.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "After the boot: say of each advised option whether it is in force, with the proof.",
    discussion: """
      With --advice, what 'scan --save' kept is held against this boot. Without, it is each remedy on the running lines, \
      each word there of which the machine can show an effect, and what is missing. Ends with status 2 when something \
      is not done or has no effect.
      """)

  @Option(
    help: ArgumentHelp("What 'scan --save' wrote before the boot.", valueName: "file"))
  var advice: String?

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func validate() throws {
    if source.planXen != nil || source.planLinux != nil {
      throw ValidationError(
        "--plan-xen and --plan-linux ask about what is to come; verify looks at what runs")
    }
  }

  mutating func run() throws {
    let saved = try advice.map(savedAdvice)
    let run = try Run(source: source, knowledge: knowledge, output: output)
    let page = VerifyPage(
      try run.verifications(of: saved, path: advice ?? "", policy: policy), style: output.style)
    try write(output.format == .json ? page.json : page.text, to: output.output)
    if page.asksForChange { leave(.somethingToDo) }
  }
}
