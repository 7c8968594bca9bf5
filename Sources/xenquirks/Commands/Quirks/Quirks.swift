internal import ArgumentParser

/// `xenquirks quirks`: the database itself.
struct Quirks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quirks", abstract: "Look into the database of quirks, or work on it.",
    subcommands: [
      List.self, Show.self, Stats.self, Lint.self, Test.self, New.self, Reference.self,
    ],
    defaultSubcommand: List.self)

  /// The folder that an author works on.
  struct FolderArgument: ParsableArguments {
    @Argument(
      help: ArgumentHelp(
        "The folder with the quirk files, and machines/ for their tests.", valueName: "dir"))
    var folder = "quirks"
  }
}
