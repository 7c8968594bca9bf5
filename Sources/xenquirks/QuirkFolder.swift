internal import HostModel
internal import HostProbes
internal import QuirkData
internal import QuirkEngine
internal import QuirkProof
internal import QuirkSyntax
internal import ReportRendering
internal import SystemAccess

/// A folder of quirk files, as its author works on it.
struct QuirkFolder {
  let path: String
  let reading: QuirkReading
  let proof: QuirkProof
  /// Options that everybody has, beside those in the folder.
  private let catalogue: [BootOption]

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
    let builtIn = QuirkData.database()
    let known =
      isWhole ? Knowledge() : Knowledge(options: builtIn.options, families: builtIn.families)
    catalogue = known.options
    reading = QuirkSources(files: files).read(beside: known)
    proof = QuirkProof(machines: machines)
  }

  /// All that is wrong or to be looked at, by file and line.
  ///
  /// Throws: the pci.ids that was named can't be read.
  func problems(pciIDs: String?, today: String) throws -> [QuirkProblem] {
    let review = QuirkReview(reading: reading, proof: proof, catalogue: catalogue)
    return (reading.problems + review.problems(today: today) + (try unnamed(pciIDs)))
      .sorted { ($0.file, $0.line, $0.message) < ($1.file, $1.line, $1.message) }
  }

  /// Ids that pci.ids does not name: new, or mistyped.
  private func unnamed(_ file: String?) throws -> [QuirkProblem] {
    var problems: [QuirkProblem] = []
    for quirk in reading.knowledge.quirks {
      let ids = quirk.devices.compactMap { text -> (vendor: UInt16, device: UInt16)? in
        let parts = text.split(separator: ":").map { UInt16($0, radix: 16) }
        guard parts.count >= 2, let vendor = parts[0], let device = parts[1] else { return nil }
        return (vendor, device)
      }
      do {
        guard let strangers = try unnamedDevices(ids, in: file), !strangers.isEmpty else {
          continue
        }
        let names = strangers.map { "\(hex($0.vendor, width: 4)):\(hex($0.device, width: 4))" }
        problems.append(
          QuirkProblem(
            quirk.origin,
            "'\(quirk.id)': pci.ids does not name \(names.unique.joined(separator: " "))",
            isWarning: true))
      } catch {
        throw Failure(error)
      }
    }
    return problems
  }

  /// A problem with the path that leads to its file from here.
  func text(_ problem: QuirkProblem) -> String { "\(path)/\(problem)" }
}
