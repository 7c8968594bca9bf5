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
        status = try Self.fill(file, bytes, features, work)
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
      // The generator of the system can't be predicted. GRUB and grub-mkconfig skip such a name.
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

  /// Mode 0600 holds until all else is there.
  private static func fill(
    _ file: FileDescriptor, _ bytes: [UInt8], _ features: FileFeatures, _ work: FileWork
  ) throws(ReplacementProblem) -> FileStatus {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try work.writing(to: "write the new text", try work.operations.write(file, rest))
      guard count > 0 else { throw work.problem(.ioError, writingTo: "write the new text") }
      rest = rest.dropFirst(count)
    }
    try own(file, features, work)
    try describe(file, features, work)
    let now = try work.writing(to: "look at the new file", try work.operations.status(file))
    if now.permissions != features.mode {
      try work.writing(
        to: "give the new file its mode", try work.operations.setMode(file, features.mode))
    }
    let status = try work.writing(to: "look at the new file", try work.operations.status(file))
    guard status.size == Int64(bytes.count), status.permissions == features.mode,
      status.owner == features.owner ?? status.owner,
      status.group == features.group ?? status.group
    else {
      throw work.refusal(
        "the file system does not keep size, owner and mode of a new file; nothing was changed")
    }
    try work.writing(to: "bring the new text to the disk", try work.operations.synchronize(file))
    return status
  }

  /// A file system without owners, such as vfat, gives the same one to every file.
  private static func own(
    _ file: FileDescriptor, _ features: FileFeatures, _ work: FileWork
  ) throws(ReplacementProblem) {
    let status = try work.writing(to: "look at the new file", try work.operations.status(file))
    let owner = features.owner ?? status.owner
    let group = features.group ?? status.group
    if (owner, group) == (status.owner, status.group) { return }
    try work.writing(
      to: "give the new file its owner \(owner):\(group)",
      try work.operations.setOwner(file, owner, group))
  }

  /// Gives the file its extended attributes: the label of SELinux, the access list.
  private static func describe(
    _ file: FileDescriptor, _ features: FileFeatures, _ work: FileWork
  ) throws(ReplacementProblem) {
    let list = FileFeatures.accessList
    // Nil features are those of a file that is new: it keeps what its folder gives.
    if features.owner != nil, !features.attributes.contains(where: { $0.name == list }),
      (try? work.operations.attribute(file, list)) != nil
    {
      let step = "take the folder's access list from the new file"
      try work.writing(to: step, try work.operations.removeAttribute(file, list))
    }
    for (name, value) in features.attributes {
      // Of a whole mount, a label can't be set, but is the same for all.
      if (try? work.operations.attribute(file, name)) == value { continue }
      try work.writing(
        to: "give the new file its extended attribute \(name)",
        try work.operations.setAttribute(file, name, value))
    }
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
