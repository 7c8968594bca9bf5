internal import HostProbes
internal import QuirkData
internal import QuirkEngine
internal import QuirkSyntax
internal import SystemAccess

/// The built-in database, with the person's own files beside it.
///
/// A bad entry is skipped and said; the others work.
func loadDatabase(
  _ knowledge: KnowledgeOptions, notice: (String) -> Void
) throws -> QuirkDatabase {
  let builtIn = QuirkData.database()
  for reason in builtIn.skipped { notice(reason) }
  guard let folder = knowledge.quirks else { return builtIn }
  let root = SystemRoot(path: folder)
  var files: [QuirkSources.File] = []
  do {
    for name in try root.list("") where name.hasSuffix(".toml") {
      files.append(QuirkSources.File(path: name, bytes: try root.read(name)))
    }
  } catch {
    throw Failure(error, path: folder)
  }
  let reading = QuirkSources(files: files).read(catalogue: builtIn.options)
  let skipped = reading.problems.map { "\(folder)/\($0)" }
  for problem in skipped { notice("\(problem) (the entry is skipped)") }
  let own = QuirkDatabase(reading.knowledge, digest: "own", skipped: skipped)
  return builtIn.merged(with: own)
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
