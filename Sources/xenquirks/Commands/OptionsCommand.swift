internal import ArgumentParser
internal import BootAdvice
internal import HostModel
internal import QuirkEngine
internal import ReportRendering

/// `xenquirks options`: the catalogue of boot options.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "options", abstract: "Look into the catalogue of boot options of Xen and Linux.",
    subcommands: [List.self, Show.self], defaultSubcommand: List.self)

  /// `xenquirks options list`: one line for each option.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List the options, one line each: side, name, syntax.")

    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
    @Option(help: "xen or linux.") var side: BootOption.Side?
    @Option(help: ArgumentHelp("Only one part of the system, such as iommu.", valueName: "name"))
    var group: String?
    @Option(
      help: ArgumentHelp(
        "Xen's options alone, and whether this Xen knows each.", valueName: "version"))
    var xenVersion: String?
    @Option(
      help: ArgumentHelp(
        "Linux's options alone, and whether this Linux knows each.", valueName: "version"))
    var linuxVersion: String?
    @Option(help: "text or json.") var format: ReportFormat = .text

    mutating func validate() throws {
      if xenVersion != nil, linuxVersion != nil {
        throw ValidationError("--xen-version and --linux-version ask for two lists; give one")
      }
    }

    mutating func run() throws {
      let database = try loadDatabase(knowledge) { complain("xenquirks: \($0)") }
      let wanted: BootOption.Side? = xenVersion != nil ? .xen : linuxVersion != nil ? .linux : side
      let options = database.options.filter { option in
        (wanted == nil || option.side == wanted) && (group == nil || option.group == group)
      }
      let build = try (xenVersion ?? linuxVersion).map(Self.build)
      let tables = KnowledgeTables(quirks: [], options: options)
      try write(
        format == .json
          ? tables.optionJSON(for: build, side: wanted)
          : tables.optionLines(for: build, side: wanted))
    }

    private static func build(_ text: String) throws(Failure) -> SoftwareBuild {
      guard let version = Version(text) else {
        throw Failure(.usage, "'\(text)' is no version such as 4.17.2")
      }
      return SoftwareBuild(version: version)
    }
  }

  /// `xenquirks options show`: all that the catalogue says of one.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show all that is known of an option.")

    @Argument(help: "Its name, as on the line; xen:NAME or linux:NAME where both have it.")
    var name: String
    @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions

    mutating func run() throws {
      let database = try loadDatabase(knowledge) { complain("xenquirks: \($0)") }
      let options = database.options(named: name)
      guard !options.isEmpty else {
        throw Failure(.usage, "no option is called '\(name)'; \(database.optionHint(name))")
      }
      let page = OptionPage(style: TextStyle(width: 80, usesColor: false))
      let texts = options.map { option in
        let quirks = database.quirks.filter { $0.optionNames.contains(option.name) }
        return page.text(of: option, quirks: quirks.map(\.id))
      }
      try write(texts.joined(separator: "\n"))
    }
  }
}

extension QuirkDatabase {
  /// The options of a name, or of a word with its value; `xen:` or `linux:` in front picks a side.
  func options(named text: String) -> [BootOption] {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let side = parts.count == 2 ? BootOption.Side(rawValue: parts[0]) : nil
    let name = OptionCatalogue.name(of: side == nil ? text : parts[1])
    return BootOption.Side.allCases.filter { side == nil || $0 == side }
      .compactMap { option($0, name) }
  }

  /// What a person may have meant.
  func optionHint(_ text: String) -> String {
    let name = OptionCatalogue.name(of: text)
    let near = options.map(\.name).filter { $0.contains(name) || name.contains($0) }.unique
    return near.isEmpty
      ? "'xenquirks options list' names them"
      : "did you mean \(near.prefix(8).joined(separator: ", "))?"
  }
}
