internal import Glibc
internal import SystemPackage

/// What the file system says of a file; equal only while nobody has changed the file.
public struct FileStatus: Sendable, Hashable {
  public var device: UInt64
  public var inode: UInt64
  /// Type and permissions, as `st_mode` has them.
  public var mode: UInt32
  public var linkCount: UInt64
  public var owner: UInt32
  public var group: UInt32
  public var size: Int64
  /// In nanoseconds since 1970.
  public var modified: Int64
  /// When text, owner, permissions or names last changed; nobody can set it back.
  public var changed: Int64

  /// The bits that chmod(2) can set.
  public var permissions: UInt32 { mode & 0o7777 }

  var isRegular: Bool { mode & S_IFMT == S_IFREG }
  var isLink: Bool { mode & S_IFMT == S_IFLNK }

  /// What it is when it is no regular file, with its article.
  var typeName: String {
    switch mode & S_IFMT {
    case S_IFREG: "a regular file"
    case S_IFDIR: "a folder"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }

  func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }
}

extension FileStatus {
  init(_ status: Stat) {
    let raw = status.rawValue
    self.init(
      device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino), mode: raw.st_mode,
      linkCount: UInt64(raw.st_nlink), owner: raw.st_uid, group: raw.st_gid,
      size: Int64(raw.st_size), modified: Self.nanoseconds(raw.st_mtim),
      changed: Self.nanoseconds(raw.st_ctim))
  }

  /// Wraps around for a time that no clock shows, which a broken disk may have.
  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
