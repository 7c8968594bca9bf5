internal import CLinuxFiles
internal import Glibc
public import SystemPackage

/// The calls by which a file is replaced, so that a test can let any of them fail.
public struct FileOperations: Sendable {
  /// The absolute path without any link; the corresponding C function is `realpath`.
  public var resolve: @Sendable (_ path: String) throws(Errno) -> String
  /// What is at a path, links not followed; the corresponding C function is `lstat`.
  public var statusOfPath: @Sendable (_ path: String) throws(Errno) -> FileStatus
  /// Opens a file or a folder for reading only; the corresponding C function is `open`.
  public var openToRead: @Sendable (_ path: String) throws(Errno) -> FileDescriptor
  /// Makes a file with mode 0600 that was not there; `open` with `O_CREAT` and `O_EXCL`.
  public var openNew: @Sendable (_ path: String) throws(Errno) -> FileDescriptor
  /// The corresponding C function is `fstat`.
  public var status: @Sendable (_ file: FileDescriptor) throws(Errno) -> FileStatus
  /// The next bytes, none at the end; the corresponding C function is `read`.
  public var read: @Sendable (_ file: FileDescriptor, _ count: Int) throws(Errno) -> [UInt8]
  /// How many of the bytes were written; the corresponding C function is `write`.
  public var write:
    @Sendable (_ file: FileDescriptor, _ bytes: ArraySlice<UInt8>) throws(Errno) -> Int
  /// The corresponding C function is `fchmod`.
  public var setMode: @Sendable (_ file: FileDescriptor, _ mode: UInt32) throws(Errno) -> Void
  /// The corresponding C function is `fchown`.
  public var setOwner:
    @Sendable (_ file: FileDescriptor, _ owner: UInt32, _ group: UInt32) throws(Errno) -> Void
  /// The names of the extended attributes; the corresponding C function is `flistxattr`.
  public var attributeNames: @Sendable (_ file: FileDescriptor) throws(Errno) -> [String]
  /// The corresponding C function is `fgetxattr`.
  public var attribute: @Sendable (_ file: FileDescriptor, _ name: String) throws(Errno) -> [UInt8]
  /// The corresponding C function is `fsetxattr`.
  public var setAttribute:
    @Sendable (_ file: FileDescriptor, _ name: String, _ value: [UInt8]) throws(Errno) -> Void
  /// The corresponding C function is `fremovexattr`.
  public var removeAttribute:
    @Sendable (_ file: FileDescriptor, _ name: String) throws(Errno) -> Void
  /// The corresponding C function is `fsync`.
  public var synchronize: @Sendable (_ file: FileDescriptor) throws(Errno) -> Void
  /// The corresponding C function is `close`.
  public var close: @Sendable (_ file: FileDescriptor) throws(Errno) -> Void
  /// Replaces what has the new name; the corresponding C function is `rename`.
  public var rename: @Sendable (_ from: String, _ to: String) throws(Errno) -> Void
  /// Never replaces anything; the corresponding C function is `renameat2`, with `RENAME_NOREPLACE`.
  public var renameToNew: @Sendable (_ from: String, _ to: String) throws(Errno) -> Void
  /// The corresponding C function is `link`.
  public var link: @Sendable (_ from: String, _ to: String) throws(Errno) -> Void
  /// The corresponding C function is `unlink`.
  public var unlink: @Sendable (_ path: String) throws(Errno) -> Void

  /// What the system does.
  public static let system = FileOperations(
    resolve: realPathOrFail,
    statusOfPath: { path throws(Errno) in
      FileStatus(try Stat(FilePath(path), followTargetSymlink: false, retryOnInterrupt: false))
    },
    openToRead: { path throws(Errno) in
      try systemCall {
        try FileDescriptor.open(
          FilePath(path), .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking],
          retryOnInterrupt: false)
      }
    },
    openNew: { path throws(Errno) in
      try systemCall {
        try FileDescriptor.open(
          FilePath(path), .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
          permissions: .ownerReadWrite, retryOnInterrupt: false)
      }
    },
    status: { file throws(Errno) in FileStatus(try Stat(file, retryOnInterrupt: false)) },
    read: readSome,
    write: { file, bytes throws(Errno) in
      try systemCall {
        try unsafe bytes.withUnsafeBytes {
          unsafe try file.write($0, retryOnInterrupt: false)
        }
      }
    },
    setMode: { file, mode throws(Errno) in try check(fchmod(file.rawValue, mode)) },
    setOwner: { file, owner, group throws(Errno) in
      try check(fchown(file.rawValue, owner, group))
    },
    attributeNames: listAttributes,
    attribute: { file, name throws(Errno) in
      try unsafe sizedBytes { start, size in unsafe fgetxattr(file.rawValue, name, start, size) }
    },
    setAttribute: { file, name, value throws(Errno) in
      try check(unsafe fsetxattr(file.rawValue, name, value, value.count, 0))
    },
    removeAttribute: { file, name throws(Errno) in
      try check(unsafe fremovexattr(file.rawValue, name))
    },
    synchronize: { file throws(Errno) in try check(fsync(file.rawValue)) },
    close: { file throws(Errno) in try systemCall { try file.close() } },
    rename: { from, to throws(Errno) in try check(unsafe Glibc.rename(from, to)) },
    renameToNew: { from, to throws(Errno) in try check(CInt(unsafe rename_noreplace(from, to))) },
    link: { from, to throws(Errno) in try check(unsafe Glibc.link(from, to)) },
    unlink: { path throws(Errno) in try check(unsafe Glibc.unlink(path)) })
}

/// Throws: what errno says, for a result below 0.
private func check(_ result: CInt) throws(Errno) {
  guard result >= 0 else { throw Errno(rawValue: errno) }
}

/// The call of swift-system, which throws nothing but `Errno`.
private func systemCall<Result>(_ call: () throws -> Result) throws(Errno) -> Result {
  do {
    return try call()
  } catch let error as Errno {
    throw error
  } catch {
    throw .ioError
  }
}

/// Throws: EILSEQ for a path that is no UTF-8, since another file would be opened by its repair.
private func realPathOrFail(_ path: String) throws(Errno) -> String {
  guard let real = unsafe realpath(path, nil) else { throw Errno(rawValue: errno) }
  defer { unsafe free(real) }
  guard let text = unsafe String(validatingCString: real) else { throw .illegalByteSequence }
  return text
}

private func readSome(_ file: FileDescriptor, _ count: Int) throws(Errno) -> [UInt8] {
  try systemCall {
    try unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = unsafe try file.read(
        into: UnsafeMutableRawBufferPointer(buffer), retryOnInterrupt: false)
    }
  }
}

private func listAttributes(_ file: FileDescriptor) throws(Errno) -> [String] {
  let list = try unsafe sizedBytes { start, size in
    unsafe flistxattr(
      file.rawValue, start?.assumingMemoryBound(to: CChar.self), size)
  }
  return list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
}

/// What a call writes that tells the size it needs when it is given none.
private func sizedBytes(
  _ call: (_ start: UnsafeMutableRawPointer?, _ size: Int) -> Int
) throws(Errno) -> [UInt8] {
  while true {
    let needed = call(nil, 0)
    guard needed >= 0 else { throw Errno(rawValue: errno) }
    if needed == 0 { return [] }
    var code: CInt = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: needed) { buffer, filled in
      let size = unsafe call(buffer.baseAddress, needed)
      if size < 0 { code = errno }
      filled = max(0, size)
    }
    if code == 0 { return bytes }
    // It grew between the two calls.
    guard code == ERANGE else { throw Errno(rawValue: code) }
  }
}
