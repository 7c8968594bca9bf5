internal import ArgumentParser
internal import QuirkSyntax

extension Quirks {
  /// `xenquirks quirks lint`: all that is wrong with a folder of quirk files.
  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say all that is wrong with a folder of quirk files, by file and line.")

    @OptionGroup var folder: FolderArgument

    mutating func run() throws {
      let quirks = try QuirkFolder(path: folder.folder)
      let problems = quirks.reading.problems
      try write(problems.map { quirks.text($0) + "\n" }.joined())
      if !problems.isEmpty { leave(.somethingToDo) }
    }
  }
}
