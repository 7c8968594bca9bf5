import PackagePlugin

/// Compiles `quirks/` into one Swift file of the target QuirkData.
@main
struct EmbedQuirks: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] { [] }
}
