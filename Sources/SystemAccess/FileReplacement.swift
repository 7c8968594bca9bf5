internal import SystemPackage

/// What was done to a file.
public struct Replacement: Sendable, Hashable {
  /// Where the new text stands, all links resolved.
  public var path: String
  /// The copy of the old text; nil when there was nothing to write, or no old text.
  public var backup: String?
  /// What a person should know beside that.
  public var notices: [String]

  public init(path: String, backup: String? = nil, notices: [String] = []) {
    self.path = path
    self.backup = backup
    self.notices = notices
  }
}

extension OriginalFile {
  private static let backups = 1000

  /// Puts the bytes in the file's place: a reader finds the whole old text or the whole new one.
  ///
  /// A copy of the old text is left beside it first. What somebody writes in the microseconds
  /// between the last check and `rename` is lost: the kernel has no call that does both.
  ///
  /// Throws: a problem, and the old text is in place; but after `unsynchronized` the new one is.
  public func replace(
    with newBytes: [UInt8], backupSuffix: String, operations: FileOperations = .system
  ) throws(ReplacementProblem) -> Replacement {
    let work = FileWork(path: path, realPath: realPath, operations: operations.retrying)
    try checkUnchanged(work)
    guard newBytes != bytes else {
      return Replacement(path: realPath, notices: ["\(path) has this text already"])
    }
    try checkReplaceable(work, backupSuffix)
    let features = try work.features(of: status)
    let new = try TemporaryFile(holding: newBytes, with: features, for: work)
    var result = Replacement(path: realPath, notices: linkNotices)
    do throws(ReplacementProblem) {
      let backup = try backUp(features, suffix: backupSuffix, work, &result.notices)
      result.backup = backup
      do throws(ReplacementProblem) {
        try work.synchronizeFolder()
        try checkUnchanged(work)
        try new.replace(realPath, work)
      } catch {
        throw removed(backup: backup, after: error, work)
      }
    } catch {
      throw new.removed(after: error, work)
    }
    try work.finish(backup: result.backup)
    return result
  }

  private var linkNotices: [String] {
    isLink
      ? ["\(path) is a symbolic link and stays one; the file behind it was replaced: \(realPath)"]
      : []
  }

  private func checkReplaceable(_ work: FileWork, _ suffix: String) throws(ReplacementProblem) {
    guard !suffix.isEmpty, !suffix.contains("/") else {
      throw work.refusal("a backup can't be named by adding '\(suffix)'")
    }
    guard status.linkCount == 1 else {
      throw work.refusal(
        """
        it has \(status.linkCount) names (hard links), and the others would keep the old text; \
        find them with `find MOUNT-POINT -xdev -samefile \(realPath)`, make symbolic links of \
        them, and run this again
        """)
    }
  }

  /// Writes the old text to the first name that is free: with the suffix, then also with a number.
  private func backUp(
    _ features: FileFeatures, suffix: String, _ work: FileWork, _ notices: inout [String]
  ) throws(ReplacementProblem) -> String {
    let copy = try TemporaryFile(holding: bytes, with: features, for: work)
    do throws(ReplacementProblem) {
      for number in 0..<Self.backups {
        let name = realPath + suffix + (number == 0 ? "" : ".\(number)")
        let (isPlaced, notice) = try copy.place(as: name, work)
        guard isPlaced else { continue }
        if let notice { notices.append(notice) }
        return name
      }
      throw work.refusal(
        "\(Self.backups) backups of it are there: \(realPath)\(suffix).*; remove some")
    } catch {
      throw copy.removed(after: error, work)
    }
  }

  /// Removes the backup of a file that kept its text, but not when that is in doubt.
  private func removed(
    backup: String, after problem: ReplacementProblem, _ work: FileWork
  ) -> ReplacementProblem {
    var problem = problem
    let now = try? work.operations.statusOfPath(realPath)
    if problem.kind == .changedMeanwhile || now?.isSameFile(as: status) == true,
      (try? work.operations.unlink(backup)) != nil
    {
      return problem
    }
    problem.backup = backup
    problem.message += "; the old text is also in \(backup)"
    return problem
  }
}

/// Makes a file of mode 0644, and never overwrites one, even if it appears meanwhile.
///
/// Throws: `exists` when there is something of that name, a symbolic link that leads nowhere too.
public func createFile(
  _ path: String, with bytes: [UInt8], operations: FileOperations = .system
) throws(ReplacementProblem) -> Replacement {
  let name = path.lastIndex(of: "/").map { path[$0...].dropFirst() } ?? path[...]
  let operations = operations.retrying
  guard !name.isEmpty, name != ".", name != ".." else {
    throw ReplacementProblem(.refused, path: path, message: "this names a folder, not a file")
  }
  let parent = String(path[..<name.startIndex])
  let named = FileWork(path: path, realPath: path, operations: operations)
  let folder = try named.writing(
    to: "find its folder", try named.operations.resolve(parent.isEmpty ? "." : parent))
  let realPath = (folder == "/" ? "" : folder) + "/" + name
  let work = FileWork(path: path, realPath: realPath, operations: operations)
  let exists = ReplacementProblem(
    .exists, path: path, message: "it is there already and was left as it is")
  if (try? operations.statusOfPath(realPath)) != nil { throw exists }
  let new = try TemporaryFile(
    holding: bytes, with: FileFeatures(mode: 0o644, inherits: true), for: work)
  let notice: String?
  do throws(ReplacementProblem) {
    let placed = try new.place(as: realPath, work)
    guard placed.isPlaced else { throw exists }
    notice = placed.notice
  } catch {
    throw new.removed(after: error, work)
  }
  try work.finish(backup: nil)
  return Replacement(path: realPath, notices: notice.map { [$0] } ?? [])
}

extension TemporaryFile {
  /// Gives it the name of the file that it replaces.
  fileprivate func replace(_ name: String, _ work: FileWork) throws(ReplacementProblem) {
    do throws(ReplacementProblem) {
      try work.writing(to: "put the new text in its place", try work.operations.rename(path, name))
    } catch {
      // A network file system may do it and lose the answer.
      if !isAt(name, work) { throw error }
    }
  }
}

extension FileWork {
  /// Brings the names in the folder to the disk, where the file system can do that.
  fileprivate func synchronizeFolder() throws(ReplacementProblem) {
    let step = "bring the folder to the disk"
    let file = try writing(to: step, try operations.openToRead(folder))
    defer { try? operations.close(file) }
    do throws(Errno) {
      try operations.synchronize(file)
    } catch {
      if error.saysNoSuchThing || error == .invalidArgument { return }
      throw problem(error, writingTo: step)
    }
  }

  /// The last step, after which a loss of power can't bring back the old text.
  fileprivate func finish(backup: String?) throws(ReplacementProblem) {
    do throws(ReplacementProblem) {
      try synchronizeFolder()
    } catch {
      let message = """
        the new text is in place, but may be lost with the power: \(error.message); \
        run `sync -f \(folder)` and look at the file
        """
      throw ReplacementProblem(.unsynchronized, path: path, message: message, backup: backup)
    }
  }
}
