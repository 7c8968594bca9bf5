internal import ArgumentParser
internal import QuirkEngine
internal import QuirkProof
internal import QuirkSyntax

extension Quirks {
  /// `xenquirks quirks test`: every entry on the machines that it names.
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test", abstract: "Hold every entry against the machines that it names.")

    @OptionGroup var folder: FolderArgument
    @Option(help: ArgumentHelp("Only the quirk with this id.", valueName: "id"))
    var only: String?
    @Flag(help: "Change each id, version and condition, one at a time: the tests must notice.")
    var mutate = false

    mutating func run() throws {
      let quirks = try QuirkFolder(path: folder.folder)
      let entries = quirks.reading.knowledge.quirks.filter { only == nil || $0.id == only }
      if let only, entries.isEmpty {
        throw Failure(.usage, "no quirk without a problem is called '\(only)' in \(folder.folder)")
      }
      var problems = quirks.reading.problems
      var count = 0
      var mutation = MutationCount()
      for quirk in entries {
        let (cases, unread) = quirks.proof.prepare(quirk.id, quirks.reading.tests[quirk.id] ?? [])
        count += cases.reduce(0) { $0 + $1.hosts.count }
        let failures = unread + QuirkProof.failures(of: quirk, in: cases)
        problems += failures.map(\.problem)
        if mutate, failures.isEmpty { mutation.count(quirk, cases) }
      }
      try write(problems.map { quirks.text($0) + "\n" }.joined())
      if mutate { try write(mutation.text) }
      try write("\(count - problems.count) passed, \(problems.count) failed\n")
      if !problems.isEmpty || mutation.isTooMany { leave(.somethingToDo) }
    }
  }
}

/// How many changed entries their own tests let pass.
private struct MutationCount {
  /// The share of changed entries that may pass, in percent.
  private static let limit = 2.0

  private var total = 0
  private var survivors: [String] = []

  var isTooMany: Bool { Double(survivors.count) * 100 > Double(total) * Self.limit }

  mutating func count(_ quirk: Quirk, _ cases: [QuirkProof.Prepared]) {
    for mutant in quirk.mutants {
      total += 1
      if QuirkProof.failures(of: mutant.quirk, in: cases, onlyFirst: true).isEmpty {
        survivors.append("\(quirk.origin): \(quirk.id) passes with \(mutant.change)")
      }
    }
  }

  var text: String {
    let tenths = total == 0 ? 0 : (survivors.count * 1000 + total / 2) / total
    return survivors.map { $0 + "\n" }.joined()
      + "\(total) changed entries, \(survivors.count) not noticed (\(tenths / 10).\(tenths % 10) %)\n"
  }
}
