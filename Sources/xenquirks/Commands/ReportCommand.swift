internal import ArgumentParser
internal import BootAdvice
internal import HostModel
internal import QuirkEngine
internal import ReportRendering

/// `xenquirks report`: what goes on a bug ticket.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Print a report for a bug ticket, safe to publish.",
    discussion: """
      Markdown for a tracker, plain text for a mailing list, HTML as one file, or JSON. Serial numbers, UUIDs, MAC \
      addresses, host and user names are never read; --redact says what else is left out.
      """)

  @Option(help: "markdown, text, html or json.")
  var format: TicketFormat = .markdown

  @Option(help: "standard; strict: no excerpts of logs either; none.")
  var redact: Redaction.Level = .standard

  @Flag(help: "Print to standard output, whatever -o says: the exact bytes.")
  var preview = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "No notices on standard error.")
  var quiet = false

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions

  mutating func run() throws {
    var options = OutputOptions()
    options.quiet = quiet
    let run = try Run(source: source, knowledge: knowledge, output: options)
    let report = try run.report(policy: policy).redacted(redact, isPlain: run.isPlain)
    try write(report.ticket(as: format), to: preview ? nil : output)
  }
}
