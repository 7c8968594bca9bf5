internal import SystemPackage

/// A file that is complete and on the disk, under a name that nobody else uses.
struct TemporaryFile {
  private static let attempts = 100

  let path: String
  let status: FileStatus

  /// Writes the bytes to a new file in the folder of `work`; when that fails, nothing is left.
  init(
    holding bytes: [UInt8], with features: FileFeatures, for work: FileWork
  ) throws(ReplacementProblem) {
    let (path, file) = try Self.open(work)
    self.path = path
    do throws(ReplacementProblem) {
      do throws(ReplacementProblem) {
        status = try FileFilling(file: file, features: features, work: work).fill(with: bytes)
      } catch {
        try? work.operations.close(file)
        throw error
      }
      // A network file system may say only now that there is no room.
      try work.writing(to: "complete the temporary file", try work.operations.close(file))
    } catch {
      throw Self.remove(path, after: error, work)
    }
  }

  /// Removes it; the problem also says when that can't be done.
  func removed(after problem: ReplacementProblem, _ work: FileWork) -> ReplacementProblem {
    Self.remove(path, after: problem, work)
  }

  private static func remove(
    _ path: String, after problem: ReplacementProblem, _ work: FileWork
  ) -> ReplacementProblem {
    do throws(Errno) {
      try work.operations.unlink(path)
    } catch {
      guard error != .noSuchFileOrDirectory else { return problem }
      var problem = problem
      problem.message += "; the temporary file \(path) is left (\(error)): remove it"
      return problem
    }
    return problem
  }

  private static func open(
    _ work: FileWork
  ) throws(ReplacementProblem) -> (String, FileDescriptor) {
    let folder = work.folder == "/" ? "" : work.folder
    for _ in 1..<attempts {
      // The system's generator can't be predicted. `*` and `*.cfg` do not match such a name.
      let random = String(UInt64.random(in: .min ... .max), radix: 36)
      let path = "\(folder)/.xenquirks-\(random)"
      do throws(Errno) {
        return (path, try work.operations.openNew(path))
      } catch {
        if error == .fileExists { continue }
        throw work.problem(error, writingTo: "make a new file in \(work.folder)")
      }
    }
    throw work.refusal("\(attempts) names for a temporary file are taken in \(work.folder)")
  }
}

extension TemporaryFile {
  /// Gives it its name, which must be free; false when there is such a file already.
  ///
  /// A notice says what is left behind.
  func place(
    as name: String, _ work: FileWork
  ) throws(ReplacementProblem) -> (isPlaced: Bool, notice: String?) {
    do throws(Errno) {
      do throws(Errno) {
        try work.operations.renameToNew(path, name)
        return (true, nil)
      } catch {
        // A network file system may not know this kind of renaming.
        guard error.saysNoSuchThing || error == .invalidArgument else { throw error }
        try work.operations.link(path, name)
      }
    } catch {
      if isAt(name, work) {
        // Done, whatever the call said.
      } else if error == .fileExists {
        return (false, nil)
      } else {
        throw work.problem(error, writingTo: "make \(name)")
      }
    }
    do throws(Errno) {
      try work.operations.unlink(path)
    } catch {
      guard error != .noSuchFileOrDirectory else { return (true, nil) }
      return (true, "the temporary file \(path) is left (\(error)): remove it")
    }
    return (true, nil)
  }

  /// Whether the name leads to this very file.
  func isAt(_ name: String, _ work: FileWork) -> Bool {
    (try? work.operations.statusOfPath(name))?.isSameFile(as: status) ?? false
  }
}
