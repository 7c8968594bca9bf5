internal import SystemPackage

/// A new file while it gets its bytes and all else that the file it replaces has.
struct FileFilling {
  let file: FileDescriptor
  let features: FileFeatures
  let work: FileWork

  private var operations: FileOperations { work.operations }

  /// Everything that must be on the disk before the file is given its name.
  ///
  /// Mode 0600 holds until all else is there.
  func fill(with bytes: [UInt8]) throws(ReplacementProblem) -> FileStatus {
    try write(bytes)
    try own()
    try describe()
    if try look().permissions != features.mode {
      let step = "give the new file its mode"
      try work.writing(to: step, try operations.setMode(file, features.mode))
    }
    let status = try look()
    guard status.size == Int64(bytes.count), status.permissions == features.mode,
      status.owner == features.owner ?? status.owner,
      status.group == features.group ?? status.group
    else {
      throw work.refusal("the file system does not keep size, owner and mode of a new file")
    }
    try work.writing(to: "bring the new text to the disk", try operations.synchronize(file))
    return status
  }

  private func look() throws(ReplacementProblem) -> FileStatus {
    try work.writing(to: "look at the new file", try operations.status(file))
  }

  private func write(_ bytes: [UInt8]) throws(ReplacementProblem) {
    let step = "write the new text"
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try work.writing(to: step, try operations.write(file, rest))
      guard count > 0 else { throw work.problem(.ioError, writingTo: step) }
      rest = rest.dropFirst(count)
    }
  }

  /// A file system without owners, such as vfat, gives the same one to every file.
  private func own() throws(ReplacementProblem) {
    let status = try look()
    let owner = features.owner ?? status.owner
    let group = features.group ?? status.group
    if (owner, group) == (status.owner, status.group) { return }
    let step = "give the new file the owner and group \(owner):\(group)"
    try work.writing(to: step, try operations.setOwner(file, owner, group))
  }

  /// Gives the file its extended attributes: the label of SELinux, the access list.
  private func describe() throws(ReplacementProblem) {
    if !features.inherits, !features.attributes.contains(where: { $0.name == Self.accessList }),
      try hasAccessList()
    {
      let step = "take the folder's access list from the new file"
      try work.writing(to: step, try operations.removeAttribute(file, Self.accessList))
    }
    for (name, value) in features.attributes {
      // The label of a whole mount can't be set, and is there already.
      if (try? operations.attribute(file, name)) == value { continue }
      let step = "give the new file its extended attribute \(name)"
      try work.writing(to: step, try operations.setAttribute(file, name, value))
    }
  }

  /// What a new file may inherit from its folder, though the old one has none.
  private static let accessList = "system.posix_acl_access"

  private func hasAccessList() throws(ReplacementProblem) -> Bool {
    do throws(Errno) {
      _ = try operations.attribute(file, Self.accessList)
      return true
    } catch {
      if error == .noData || error.saysNoSuchThing { return false }
      throw work.problem(error, writingTo: "look for an access list on the new file")
    }
  }
}

/// What a file has beside its bytes.
struct FileFeatures {
  var mode: UInt32
  /// Nil: as the system makes it.
  var owner: UInt32?
  var group: UInt32?
  /// Whether it keeps the access list that its folder gives to new files.
  var inherits = false
  var attributes: [(name: String, value: [UInt8])] = []

  /// Attributes that the kernel computes from the bytes: the old ones would be wrong.
  static let kernelsOwn: Set<String> = ["security.ima", "security.evm"]
}
