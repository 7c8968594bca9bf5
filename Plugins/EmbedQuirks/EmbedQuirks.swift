import Foundation
import PackagePlugin

/// Compiles the quirk files of a target into one Swift file of that target.
///
/// The folder of quirks is part of the target (through a link), so that a file that is added, removed or edited is
/// noticed by the next build.
@main
struct EmbedQuirks: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target.sourceModule else { return [] }
    let files = module.sourceFiles.map(\.url).filter { $0.pathExtension == "toml" }
      .sorted { $0.path < $1.path }
    let folder = target.directoryURL.appending(path: "quirks")
    let output = context.pluginWorkDirectoryURL.appending(path: "BuiltInText.swift")
    return [
      .buildCommand(
        displayName: "Compiling \(files.count) quirk files",
        executable: try context.tool(named: "compile-quirks").url,
        arguments: [output.path, folder.path] + files.map(\.path),
        inputFiles: files, outputFiles: [output])
    ]
  }
}
