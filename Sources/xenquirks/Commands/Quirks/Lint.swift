internal import ArgumentParser
internal import QuirkSyntax

extension Quirks {
  /// `xenquirks quirks lint`: all that is wrong with a folder of quirk files.
  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lint",
      abstract: "Say all that is wrong with a folder of quirk files, by file and line.")

    @OptionGroup var folder: FolderArgument
    @Option(
      help: ArgumentHelp("A pci.ids for the names, in place of the system's.", valueName: "file"))
    var pciIds: String?
    @Option(
      help: ArgumentHelp("The day that reviews are held against, if not today.", valueName: "date"))
    var today: String?

    mutating func run() throws {
      let quirks = try QuirkFolder(path: folder.folder)
      let problems = try quirks.problems(pciIDs: pciIds, today: today ?? currentDay())
      let errors = problems.count { !$0.isWarning }
      try write(problems.map { quirks.text($0) + "\n" }.joined())
      try write("\(errors) errors, \(problems.count - errors) warnings\n")
      if errors > 0 { leave(.somethingToDo) }
    }
  }
}
