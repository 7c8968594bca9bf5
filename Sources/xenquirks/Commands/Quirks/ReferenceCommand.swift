internal import ArgumentParser
internal import QuirkEngine
internal import ReportRendering

extension Quirks {
  /// `xenquirks quirks reference`: everything as one page.
  struct Reference: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reference",
      abstract: "Print the reference page of all quirks and options, as Markdown.")

    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions

    mutating func run() throws {
      let database = try loadDatabase(knowledge, notice: { complain("xenquirks: \($0)") })
      try write(ReferencePage(quirks: database.quirks, options: database.options).markdown)
    }
  }
}
