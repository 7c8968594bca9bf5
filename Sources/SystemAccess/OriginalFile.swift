internal import SystemPackage

/// A file as it was when it was read, so that a later writer notices a change.
public struct OriginalFile: Sendable {
  /// As the person named it.
  public let path: String
  /// The absolute path of the file itself, all links resolved.
  public let realPath: String
  /// Whether `path` names a symbolic link.
  public let isLink: Bool
  public let status: FileStatus
  public let bytes: [UInt8]

  /// Reads a regular file, also through symbolic links.
  ///
  /// Throws: `refused` for a folder, a device, or a file of more than `limit` bytes.
  public init(
    reading path: String, limit: Int = 16 << 20, operations: FileOperations = .system
  ) throws(ReplacementProblem) {
    let named = FileWork(path: path, realPath: path, operations: operations.retrying)
    let isLink = try named.reading(to: "read it", try named.operations.statusOfPath(path)).isLink
    let step = isLink ? "follow the symbolic link" : "read it"
    let realPath = try named.reading(to: step, try named.operations.resolve(path))
    let work = FileWork(path: path, realPath: realPath, operations: named.operations)
    guard let look = try work.look(limit: limit) else {
      throw ReplacementProblem(
        .changedMeanwhile, path: path, message: "it was changed while it was read; run this again")
    }
    self.path = path
    self.realPath = realPath
    self.isLink = isLink
    status = look.status
    bytes = look.bytes
  }

  /// Throws: `changedMeanwhile` when the path leads to another file, or the file is not as it was.
  func checkUnchanged(_ work: FileWork) throws(ReplacementProblem) {
    do throws(ReplacementProblem) {
      let now = try work.reading(to: "look at it again", try work.operations.resolve(path))
      guard now == realPath else { throw changed("it leads to another file since it was read") }
      let look = try work.look(limit: bytes.count)
      guard let look, look.status == status, look.bytes == bytes else {
        throw changed("it was changed since it was read")
      }
    } catch {
      switch error.kind {
      case .notFound: throw changed("it vanished since it was read")
      case .refused: throw changed("it was changed since it was read")
      default: throw error
      }
    }
  }

  private func changed(_ what: String) -> ReplacementProblem {
    ReplacementProblem(
      .changedMeanwhile, path: path, message: "\(what); nothing was written; run this again")
  }
}
