internal import QuirkData
internal import QuirkEngine
internal import QuirkProof
internal import QuirkSyntax
internal import SystemAccess

/// A folder of quirk files, as its author works on it.
struct QuirkFolder {
  let path: String
  let reading: QuirkReading
  let proof: QuirkProof

  /// Reads every `.toml` file under a folder, and the machines in its folder `machines`.
  ///
  /// Throws: the folder can't be read.
  init(path: String) throws {
    self.path = path
    let root = SystemRoot(path: path)
    var files: [QuirkSources.File] = []
    var machines: [String: String] = [:]
    do {
      for name in try root.filesBelow("") where name.hasSuffix(".toml") {
        files.append(QuirkSources.File(path: name, bytes: try root.read(name)))
      }
      if let names = try? root.list("machines") {
        for name in names { machines[name] = try root.readText("machines/\(name)") }
      }
    } catch {
      throw Failure(error, path: path)
    }
    guard !files.isEmpty else {
      throw Failure(.inputMissing, "\(path): no quirk files (*.toml) in it")
    }
    // A folder of one's own builds on the options that everybody has.
    let isWhole = files.contains { $0.path.hasPrefix("options/") }
    let known = isWhole ? [] : QuirkData.database().options
    reading = QuirkSources(files: files).read(catalogue: known)
    proof = QuirkProof(machines: machines)
  }

  /// A problem with the path that leads to its file from here.
  func text(_ problem: QuirkProblem) -> String { "\(path)/\(problem)" }
}
