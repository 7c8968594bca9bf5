internal import ArgumentParser
internal import QuirkEngine
internal import ReportRendering

extension Quirks {
  /// `xenquirks quirks list`: one line for each quirk.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the quirks, one line each: id, category, severity, evidence, title.")

    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
    @Option(help: "Only the quirks with this tag.") var tag: String?
    @Option(help: "Only a category, such as aspm.") var category: QuirkEngine.Category?
    @Option(help: ArgumentHelp("Only ids with this in them.", valueName: "text")) var id: String?
    @Option(
      help: ArgumentHelp("Only quirks that ask for a device.", valueName: "vendor:device"))
    var device: String?
    @Option(help: ArgumentHelp("Only evidence of this letter.", valueName: "letter"))
    var evidence: Evidence?
    @Option(help: ArgumentHelp("Only quirks that name an option.", valueName: "name"))
    var option: String?
    @Option(help: "text or json.") var format: ReportFormat = .text

    mutating func run() throws {
      let database = try loadDatabase(knowledge, notice: { complain("xenquirks: \($0)") })
      let tables = KnowledgeTables(quirks: database.quirks.filter(isWanted), options: [])
      try write(format == .json ? tables.quirkJSON : tables.quirkLines)
    }

    private func isWanted(_ quirk: Quirk) -> Bool {
      let device = device?.lowercased()
      return (tag.map(quirk.tags.contains) ?? true)
        && (category.map { $0 == quirk.category } ?? true)
        && (id.map(quirk.id.contains) ?? true) && (evidence.map { $0 == quirk.evidence } ?? true)
        && (option.map(quirk.optionNames.contains) ?? true)
        && (device.map { device in quirk.devices.contains { Self.fits($0, device) } } ?? true)
    }

    /// Whether a device with these ids could be meant by a pattern.
    private static func fits(_ pattern: String, _ device: String) -> Bool {
      let pairs = zip(pattern.split(separator: ":"), device.split(separator: ":"))
      return pairs.allSatisfy { $0 == "*" || $0 == $1 }
    }
  }

  /// `xenquirks quirks show`: a whole entry.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show a whole entry: what, where, why, what to do, who says so.")

    @Argument(help: "The id of a quirk.") var id: String
    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions

    mutating func run() throws {
      let database = try loadDatabase(knowledge, notice: { complain("xenquirks: \($0)") })
      guard let quirk = database.quirks.first(where: { $0.id == id }) else {
        let near = database.quirks.map(\.id).filter { $0.contains(id) }
        let hint =
          near.isEmpty
          ? "'xenquirks quirks list' names them"
          : "did you mean \(near.prefix(8).joined(separator: ", "))?"
        throw Failure(.usage, "no quirk is called '\(id)'; \(hint)")
      }
      try write(QuirkPage(style: TextStyle(width: 80)).text(of: quirk))
    }
  }

  /// `xenquirks quirks stats`: how much there is.
  struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stats", abstract: "Count entries, ids, categories, evidence and options.")

    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions

    mutating func run() throws {
      let database = try loadDatabase(knowledge, notice: { complain("xenquirks: \($0)") })
      try write(
        KnowledgeTables(quirks: database.quirks, options: database.options).statistics)
    }
  }
}
