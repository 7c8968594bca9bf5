internal import HostProbes
internal import QuirkData
internal import QuirkEngine
internal import QuirkSyntax
internal import SystemAccess

/// Folders whose entries stand beside the built-in ones, the last one winning.
private let usualFolders = ["/usr/share/xenquirks/quirks.d", "/etc/xenquirks/quirks.d"]

/// The built-in database, with the system's and the person's own files beside it.
///
/// A file takes the place of one of the same name in an earlier folder; an empty one, or a link to
/// /dev/null, only takes it away. A bad entry is skipped and said; the others work.
///
/// Throws: the folder that the person named can't be read.
func loadDatabase(
  _ knowledge: KnowledgeOptions, notice: (String) -> Void
) throws -> QuirkDatabase {
  let builtIn = QuirkData.database()
  for reason in builtIn.skipped { notice(reason) }
  var files: [String: (folder: String, bytes: [UInt8])] = [:]
  for folder in usualFolders {
    for (name, bytes) in (try? quirkFiles(in: folder)) ?? [] { files[name] = (folder, bytes) }
  }
  if let folder = knowledge.quirks {
    for (name, bytes) in try quirkFiles(in: folder) { files[name] = (folder, bytes) }
  }
  guard !files.isEmpty else { return builtIn }
  let sources = files.map { QuirkSources.File(path: $0.key, bytes: $0.value.bytes) }
  let reading = QuirkSources(files: sources).read(
    beside: Knowledge(options: builtIn.options, families: builtIn.families))
  let skipped = reading.problems.map { "\(files[$0.file]?.folder ?? "")/\($0)" }
  for problem in skipped { notice("\(problem) (the entry is skipped)") }
  let own = QuirkDatabase(reading.knowledge, digest: "own", skipped: skipped)
  return builtIn.merged(with: own)
}

/// The quirk files of a folder, by their path in it.
private func quirkFiles(in folder: String) throws -> [(name: String, bytes: [UInt8])] {
  do {
    return try SystemRoot.live.filesBelow(folder).filter { $0.hasSuffix(".toml") }
      .map { (String($0.dropFirst(folder.count + 1)), try SystemRoot.live.read($0)) }
  } catch let problem as FileProblem {
    throw Failure(problem, path: folder)
  }
}

extension Failure {
  /// A file that could not be read.
  init(_ problem: FileProblem, path: String) {
    let status: ExitStatus =
      switch problem.kind {
      case .notFound, .notADirectory: .inputMissing
      case .permission: .noPermission
      default: .badInput
      }
    self.init(status, "\(path): \(problem.message)")
  }

  /// A machine that could not be looked at.
  init(_ error: ProbeError) {
    let status: ExitStatus =
      switch error.kind {
      case .usage: .usage
      case .badInput, .cannotRead: .badInput
      case .inputMissing: .inputMissing
      case .noPermission: .noPermission
      }
    self.init(status, error.description)
  }
}
