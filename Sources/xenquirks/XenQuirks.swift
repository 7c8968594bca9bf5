internal import ArgumentParser

/// The version of the tool, in reports and behind `--version`.
let toolVersion = "0.1.0"

@main
struct XenQuirks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xenquirks",
    abstract: "Finds documented hardware defects and advises Xen and dom0 boot options.",
    version: toolVersion,
    subcommands: [
      Scan.self, Bootline.self, Check.self, Verify.self, Observe.self, ReportCommand.self,
      SnapshotCommand.self, Diff.self, Explain.self, Quirks.self, Options.self,
    ],
    defaultSubcommand: Scan.self)

  /// A scan is asked for most: read for itself, it need not wait for all other commands to be set up.
  ///
  /// Nil where it is something else, or is wrong in some way that the whole parser can say better.
  private static func scanAlone() -> Scan? {
    let arguments = CommandLine.arguments.dropFirst()
    let name = Scan.configuration.commandName
    let isScan = arguments.first.map { $0 == name || $0.hasPrefix("-") } ?? true
    return isScan
      ? try? Scan.parse(Array(arguments.first == name ? arguments.dropFirst() : arguments)) : nil
  }

  static func main() {
    ignoreBrokenPipes()
    // Swift reads them from /proc/self/cmdline: without it every option would be lost in silence.
    if CommandLine.arguments.isEmpty {
      complain(
        "xenquirks: /proc is not mounted, so options can't be read: mount -t proc proc /proc")
      leave(.inputMissing)
    }
    // A question that needs no parser is answered without one: it is asked by scripts, often.
    if CommandLine.arguments.dropFirst().elementsEqual(["--version"]) {
      finish(writing: toolVersion + "\n")
    }
    do {
      if var scan = scanAlone() { return try scan.run() }
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as Failure {
      complain("xenquirks: \(failure.message)")
      leave(failure.status)
    } catch {
      exit(withError: error)
    }
  }
}
