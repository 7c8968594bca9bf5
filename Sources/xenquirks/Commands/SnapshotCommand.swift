internal import ArgumentParser
internal import HostSnapshot
internal import QuirkEngine
internal import ReportRendering

/// `xenquirks snapshot`: the facts of a machine, to replay anywhere.
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write down what is known of this machine, to be looked at anywhere with --from.",
    discussion: """
      Serial numbers of devices and vital product data are zeroed in it; the snapshot says where. Of the boot lines \
      secrets, UUIDs, addresses and names are left out, and marked.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"))
  var output: String?

  @Option(help: "standard; strict: no logs and no names of disks and interfaces either; none.")
  var redact: Redaction.Level = .standard

  @Flag(name: .shortAndLong, help: "No notices on standard error.")
  var quiet = false

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions

  mutating func validate() throws {
    if source.planXen != nil || source.planLinux != nil {
      throw ValidationError(
        "--plan-xen and --plan-linux ask about what is to come; a snapshot holds what is")
    }
  }

  mutating func run() throws {
    let quiet = quiet
    let database = try loadDatabase(knowledge) { if !quiet { complain("xenquirks: \($0)") } }
    let host = try machine(of: source, models: database.idleModels)
      .redacted(redact) { isPlainWord($0, target: $1, database) }
    let tool = Snapshot.Tool(name: "xenquirks", version: toolVersion)
    try write(Snapshot(tool: tool, host: host).text, to: output)
  }
}
