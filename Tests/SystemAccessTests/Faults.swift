import SystemAccess
import SystemPackage

/// Lets chosen calls fail, and counts what is open.
final class Faults: @unchecked Sendable {
  /// The numbers of the calls that fail, from 1.
  private let failing: @Sendable (_ number: Int, _ name: String) -> Errno?
  /// Calls that do their work and fail nevertheless, as a network file system may.
  private let afterwards: Set<String>
  private(set) var names: [String] = []
  private(set) var failed: [String] = []
  private(set) var open = 0

  init(
    afterwards: Set<String> = [],
    _ failing: @escaping @Sendable (_ number: Int, _ name: String) -> Errno? = { _, _ in nil }
  ) {
    self.failing = failing
    // Linux closes a file even when it says that this failed.
    self.afterwards = afterwards.union(["close"])
  }

  /// The one call with this number fails.
  convenience init(at number: Int, with error: Errno, afterwards: Set<String> = []) {
    self.init(afterwards: afterwards) { now, _ in now == number ? error : nil }
  }

  /// Every call of this name fails.
  convenience init(_ name: String, with error: Errno, afterwards: Set<String> = []) {
    self.init(afterwards: afterwards) { _, now in now == name ? error : nil }
  }

  func operations(over base: FileOperations = .system) -> FileOperations {
    var counted = base
    counted.openToRead = { path throws(Errno) in
      let file = try base.openToRead(path)
      self.open += 1
      return file
    }
    counted.openNew = { path throws(Errno) in
      let file = try base.openNew(path)
      self.open += 1
      return file
    }
    counted.close = { file throws(Errno) in
      self.open -= 1
      try base.close(file)
    }
    counted.resolve = gate("resolve", counted.resolve)
    counted.statusOfPath = gate("statusOfPath", counted.statusOfPath)
    counted.openToRead = gate("openToRead", counted.openToRead)
    counted.openNew = gate("openNew", counted.openNew)
    counted.status = gate("status", counted.status)
    counted.read = gate("read", counted.read)
    counted.write = gate("write", counted.write)
    counted.setMode = gate("setMode", counted.setMode)
    counted.setOwner = gate("setOwner", counted.setOwner)
    counted.attributeNames = gate("attributeNames", counted.attributeNames)
    counted.attribute = gate("attribute", counted.attribute)
    counted.setAttribute = gate("setAttribute", counted.setAttribute)
    counted.removeAttribute = gate("removeAttribute", counted.removeAttribute)
    counted.synchronize = gate("synchronize", counted.synchronize)
    counted.close = gate("close", counted.close)
    counted.rename = gate("rename", counted.rename)
    counted.renameToNew = gate("renameToNew", counted.renameToNew)
    counted.link = gate("link", counted.link)
    counted.unlink = gate("unlink", counted.unlink)
    return counted
  }

  private func gate<each Argument, Result>(
    _ name: String, _ call: @escaping @Sendable (repeat each Argument) throws(Errno) -> Result
  ) -> @Sendable (repeat each Argument) throws(Errno) -> Result {
    { (argument: repeat each Argument) throws(Errno) -> Result in
      self.names.append(name)
      guard let error = self.failing(self.names.count, name) else {
        return try call(repeat each argument)
      }
      self.failed.append(name)
      if self.afterwards.contains(name) { _ = try? call(repeat each argument) }
      throw error
    }
  }
}
