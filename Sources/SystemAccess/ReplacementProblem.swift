internal import SystemPackage

/// Why a file was not replaced or not made, and what to do about it.
public struct ReplacementProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    case notFound
    /// The file that was to be made is there already.
    case exists
    /// The person may not read or write there.
    case noPermission
    case cannotRead
    /// A full disk, a read-only file system, a broken disk.
    case cannotWrite
    /// It is no longer the file that was read.
    case changedMeanwhile
    /// It can be done, but would do damage: hard links, what is no regular file, a lost owner.
    case refused
    /// The new text is in place, but a loss of power could still bring back the old one.
    case unsynchronized
  }

  public var kind: Kind
  /// The path as the person named it.
  public var path: String
  /// In words, without the path.
  public var message: String
  /// The copy of the old text, where one was made and left.
  public var backup: String?

  public init(_ kind: Kind, path: String, message: String, backup: String? = nil) {
    self.kind = kind
    self.path = path
    self.message = message
    self.backup = backup
  }

  public var description: String { "\(path): \(message)" }

  /// Whether the new text is what a reader finds.
  public var isInPlace: Bool { kind == .unsynchronized }
}

extension ReplacementProblem {
  /// The problem of a step that was to read.
  init(_ error: Errno, reading path: String, to step: String) {
    let kind: Kind =
      switch error {
      case .noSuchFileOrDirectory, .notDirectory: .notFound
      case .permissionDenied, .notPermitted: .noPermission
      case .tooManySymbolicLinkLevels: .refused
      default: .cannotRead
      }
    self.init(kind, path: path, message: Self.text(error, step, Self.readingRemedy(error)))
  }

  /// The problem of a step that was to write to `folder`.
  init(
    _ error: Errno, writing realPath: String, as path: String, in folder: String, to step: String
  ) {
    let kind: Kind =
      switch error {
      case .permissionDenied, .notPermitted: .noPermission
      default: .cannotWrite
      }
    let remedy = Self.writingRemedy(error, path: realPath, folder: folder)
    self.init(kind, path: path, message: Self.text(error, step, remedy))
  }

  private static func text(_ error: Errno, _ step: String, _ remedy: String?) -> String {
    "cannot \(step): \(error)" + (remedy.map { "; \($0)" } ?? "")
  }

  private static func readingRemedy(_ error: Errno) -> String? {
    switch error {
    case .permissionDenied, .notPermitted: "run this as root"
    case .tooManySymbolicLinkLevels: "its symbolic links lead in a circle; name the file itself"
    case .ioError: "look for the disk in the kernel's log (dmesg)"
    default: nil
    }
  }

  private static func writingRemedy(_ error: Errno, path: String, folder: String) -> String? {
    switch error {
    case .permissionDenied:
      "run this as root; if you did, SELinux or a network file system may forbid it"
    case .notPermitted:
      "run this as root; if you did, it may be immutable: lsattr -d \(folder) \(path)"
    case .readOnlyFileSystem:
      "make it writable (findmnt -T \(folder) names it; mount -o remount,rw) and run this again"
    case .noSpace: "make room (df -h \(folder)) and run this again"
    case .diskQuotaExceeded: "make room within the quota of \(folder) and run this again"
    case .ioError: "look for the disk in the kernel's log (dmesg)"
    case .resourceBusy: "it may be mounted by itself: findmnt \(path)"
    case .noSuchFileOrDirectory: "make the folder \(folder) and run this again"
    default: nil
    }
  }
}
