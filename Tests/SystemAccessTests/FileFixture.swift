import Glibc
import SystemAccess
import TestSupport

/// A folder with a menu.lst, and what a test asks about it.
final class FileFixture {
  static let old = Array("title Xen\n\tkernel /boot/xen.gz\n".utf8)
  static let new = Array("title Xen\n\tkernel /boot/xen.gz max_cstate=1\n".utf8)
  static let suffix = ".xenquirks-2026-11-23"
  static let isRoot = geteuid() == 0

  private let folder = TemporaryFolder()
  var path: String { "\(folder.path)/menu.lst" }
  var backup: String { path + Self.suffix }
  var folderPath: String { folder.path }

  init(mode: mode_t = 0o644) {
    folder.write("menu.lst", Self.old)
    _ = unsafe chmod(path, mode)
  }

  func at(_ name: String) -> String { "\(folder.path)/\(name)" }
  func write(_ name: String, _ bytes: [UInt8]) { folder.write(name, bytes) }
  func link(_ name: String, to target: String) { folder.link(name, to: target) }
  func makeFolder(_ name: String) { folder.makeFolder(name) }

  /// Nil where there is no such file.
  func bytes(_ name: String = "menu.lst") -> [UInt8]? {
    try? SystemRoot(path: folder.path).read("/" + name)
  }

  func status(_ name: String = "menu.lst") throws -> FileStatus {
    try FileOperations.system.statusOfPath(at(name))
  }

  var names: [String] { (try? SystemRoot(path: folder.path).list("/")) ?? [] }
  var temporaryNames: [String] { names.filter { $0.hasPrefix(".") } }

  func read() throws -> OriginalFile { try OriginalFile(reading: path) }

  func replace(_ operations: FileOperations = .system) throws(ReplacementProblem) -> Replacement {
    try OriginalFile(reading: path, operations: operations)
      .replace(with: Self.new, backupSuffix: Self.suffix, operations: operations)
  }

  /// The problem that replacing ends in; nil where it succeeds.
  func problem(_ operations: FileOperations = .system) -> ReplacementProblem? {
    do throws(ReplacementProblem) {
      _ = try replace(operations)
      return nil
    } catch {
      return error
    }
  }

  /// Whether the file and its folder are as they were.
  var isUntouched: Bool { bytes() == Self.old && names == ["menu.lst"] }
}
