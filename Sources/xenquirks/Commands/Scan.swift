internal import ArgumentParser
internal import HostSnapshot
internal import ReportRendering

/// `xenquirks scan`: findings, advice and the two lines.
struct Scan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: "Say what this machine has, what to do, and the two boot lines.")

  @Option(
    help: ArgumentHelp(
      "Keep the advice in a file too, for 'verify --advice' after the boot.", valueName: "file"))
  var save: String?

  @Option(help: "none; standard, strict: as 'report' leaves out what tells whose machine it is.")
  var redact: Redaction.Level = .none

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func validate() throws {
    if save != nil, source.planXen != nil || source.planLinux != nil {
      throw ValidationError(
        "--save keeps advice for the next boot; --plan-xen and --plan-linux ask about an upgrade")
    }
  }

  mutating func run() throws {
    let run = try Run(source: source, knowledge: knowledge, output: output)
    if let (upgrade, title) = try run.upgrade(policy: policy) {
      let page = UpgradePage(upgrade, title: title, style: output.style)
      return try write(output.format == .json ? page.json : page.text, to: output.output)
    }
    if let save { try write(try run.savedAdvice(policy: policy).text, to: save) }
    let report = try run.report(policy: policy).redacted(redact, isPlain: run.isPlain)
    try write(report.rendered(as: output.format, style: output.style), to: output.output)
  }
}
