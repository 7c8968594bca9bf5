internal import SystemPackage

/// The steps of replacing or making one file; a step that fails becomes the problem to tell.
struct FileWork {
  /// As the person named it.
  let path: String
  /// Where the file itself stands, free of links.
  let realPath: String
  let operations: FileOperations

  var folder: String {
    let slash = realPath.lastIndex(of: "/") ?? realPath.startIndex
    return slash == realPath.startIndex ? "/" : String(realPath[..<slash])
  }

  func reading<Result>(
    to step: String, _ call: @autoclosure () throws(Errno) -> Result
  ) throws(ReplacementProblem) -> Result {
    do throws(Errno) {
      return try call()
    } catch {
      throw ReplacementProblem(error, reading: path, to: step)
    }
  }

  func writing<Result>(
    to step: String, _ call: @autoclosure () throws(Errno) -> Result
  ) throws(ReplacementProblem) -> Result {
    do throws(Errno) {
      return try call()
    } catch {
      throw problem(error, writingTo: step)
    }
  }

  func problem(_ error: Errno, writingTo step: String) -> ReplacementProblem {
    ReplacementProblem(error, writing: realPath, as: path, in: folder, to: step)
  }

  func refusal(_ message: String) -> ReplacementProblem {
    ReplacementProblem(.refused, path: path, message: message)
  }

  /// The file and its bytes; nil where it changed between the first look and the last.
  func look(limit: Int) throws(ReplacementProblem) -> (status: FileStatus, bytes: [UInt8])? {
    // Before it is opened: to open a device may do something.
    let found = try reading(to: "look at it", try operations.statusOfPath(realPath))
    guard found.isRegular else {
      throw refusal("it is \(found.typeName), not a regular file; name the file itself")
    }
    return try withOpenFile { file throws(ReplacementProblem) in
      guard try reading(to: "look at it", try operations.status(file)) == found else { return nil }
      let bytes = try contents(of: file, limit: limit)
      let end = try reading(to: "look at it", try operations.status(file))
      return end == found ? (found, bytes) : nil
    }
  }

  /// Calls the body with the file, open for reading.
  private func withOpenFile<Result>(
    _ body: (FileDescriptor) throws(ReplacementProblem) -> Result
  ) throws(ReplacementProblem) -> Result {
    let file = try reading(to: "open it", try operations.openToRead(realPath))
    defer { try? operations.close(file) }
    return try body(file)
  }

  private func contents(
    of file: FileDescriptor, limit: Int
  ) throws(ReplacementProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let room = min(1 << 16, limit + 1 - bytes.count)
      let piece = try reading(to: "read it", try operations.read(file, room))
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= limit else {
        throw refusal("it is longer than \(limit) bytes, too long for a boot loader's file")
      }
    }
  }

  /// What a copy of the file has to carry beside its bytes.
  func features(of status: FileStatus) throws(ReplacementProblem) -> FileFeatures {
    try withOpenFile { file throws(ReplacementProblem) in
      FileFeatures(
        mode: status.permissions, owner: status.owner, group: status.group,
        attributes: try attributes(of: file))
    }
  }

  /// None where the file system has no such thing.
  private func attributes(
    of file: FileDescriptor
  ) throws(ReplacementProblem) -> [(name: String, value: [UInt8])] {
    let names: [String]
    do throws(Errno) {
      names = try operations.attributeNames(file)
    } catch {
      if error.saysNoSuchThing { return [] }
      throw ReplacementProblem(error, reading: path, to: "list its extended attributes")
    }
    var attributes: [(name: String, value: [UInt8])] = []
    for name in names where !FileFeatures.kernelsOwn.contains(name) {
      let step = "read its extended attribute \(name)"
      attributes.append((name, try reading(to: step, try operations.attribute(file, name))))
    }
    return attributes
  }
}

extension Errno {
  /// Whether the file system has no such thing at all: ENOTSUP, ENOSYS.
  var saysNoSuchThing: Bool { self == .notSupported || self == .noFunction }
}
