internal import HostProbes
internal import QuirkData
internal import QuirkEngine

/// The built-in database, with the person's own files beside it.
func loadDatabase(
  _ knowledge: KnowledgeOptions, notice: (String) -> Void
) throws -> QuirkDatabase {
  let database = QuirkData.database()
  for reason in database.skipped { notice(reason) }
  return database
}

extension Failure {
  init(_ error: ProbeError) {
    let place = error.line.map { ":\($0)" } ?? ""
    self.init(.badInput, "\(error.path)\(place): \(error.message)")
  }
}
