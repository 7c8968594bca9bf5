internal import ArgumentParser
internal import QuirkEngine

extension Quirks {
  /// `xenquirks quirks list`: one line for each quirk.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the quirks, one line each.")

    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
    @Option(help: "Only the quirks with this tag.") var tag: String?

    mutating func run() throws {
      let database = try loadDatabase(knowledge, notice: { complain("xenquirks: \($0)") })
      let lines = database.quirks
        .filter { quirk in tag.map { quirk.tags.contains($0) } ?? true }
        .map {
          "\($0.id)\t\($0.category.rawValue)\t\($0.severity.rawValue)\t\($0.evidence.rawValue)\t\($0.title)\n"
        }
      try write(lines.sorted().joined())
    }
  }
}
