internal import ArgumentParser
internal import QuirkEngine
internal import QuirkProof
internal import QuirkSyntax

extension Quirks {
  /// `xenquirks quirks test`: every entry on the machines that it names.
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hold every entry against the machines that it names.")

    @OptionGroup var folder: FolderArgument
    @Option(help: "Only the quirk with this id.") var only: String?

    mutating func run() throws {
      let quirks = try QuirkFolder(path: folder.folder)
      var problems = quirks.reading.problems
      var count = 0
      for quirk in quirks.reading.knowledge.quirks where only == nil || quirk.id == only {
        let (cases, failures) = quirks.proof.prepare(
          quirk.id, quirks.reading.tests[quirk.id] ?? [])
        count += cases.reduce(0) { $0 + $1.hosts.count }
        problems += (failures + QuirkProof.failures(of: quirk, in: cases)).map(\.problem)
      }
      if let only, count == 0 {
        throw Failure(.usage, "no quirk with machines is called '\(only)' in \(folder.folder)")
      }
      try write(problems.map { quirks.text($0) + "\n" }.joined())
      try write("\(count - problems.count) passed, \(problems.count) failed\n")
      if !problems.isEmpty { leave(.somethingToDo) }
    }
  }
}
