import Glibc
import SystemAccess
import SystemPackage
import TestSupport
import Testing

/// A small file system of its own, in memory.
private final class SmallDisk {
  private let folder = TemporaryFolder()
  var path: String { folder.path + "/disk" }
  private(set) var isMounted: Bool

  init() {
    isMounted = false
    folder.makeFolder("disk")
    isMounted = unsafe mount("none", path, "tmpfs", 0, "size=64k") == 0
  }

  deinit { if isMounted { _ = unsafe umount(path) } }

  func makeReadOnly() -> Bool {
    unsafe mount("none", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
  }

  static let isPossible = SmallDisk().isMounted
}

/// Where nothing can be written: what is said, and that nothing happens.
@Suite struct FileObstacleTests {
  private let fixture = FileFixture()

  @Test(
    .enabled(if: SmallDisk.isPossible, "no file system can be mounted here"),
    arguments: [4096, 12 << 10, 28 << 10, 56 << 10])
  func `on a full disk the old text stays`(size: Int) throws {
    let disk = SmallDisk()
    let folder = disk.path
    let old = [UInt8](repeating: 1, count: size)
    func write(_ name: String, _ bytes: [UInt8]) throws {
      let file = try FileOperations.system.openNew("\(folder)/\(name)")
      defer { try? file.close() }
      _ = try file.writeAll(bytes)
    }
    try write("menu.lst", old)
    // Whatever is left is filled up, but for two pages.
    try write("rest", [UInt8](repeating: 2, count: max(0, (56 << 10) - size)))
    let problem = #expect(throws: ReplacementProblem.self) {
      try OriginalFile(reading: "\(folder)/menu.lst")
        .replace(with: [UInt8](repeating: 3, count: 9000), backupSuffix: ".b")
    }
    #expect(problem?.kind == .cannotWrite)
    #expect(
      problem?.message
        == "cannot write the new text: No space left on device; "
        + "make room (df -h \(folder)) and run this again")
    #expect(try OriginalFile(reading: "\(folder)/menu.lst").bytes == old)
    #expect(try SystemRoot(path: folder).list("/") == ["menu.lst", "rest"])
  }

  @Test(.enabled(if: SmallDisk.isPossible, "no file system can be mounted here"))
  func `on a read-only file system the way out is named`() throws {
    let disk = SmallDisk()
    _ = try createFile(disk.path + "/menu.lst", with: FileFixture.old)
    #expect(disk.makeReadOnly())
    let file = try OriginalFile(reading: disk.path + "/menu.lst")
    let problem = #expect(throws: ReplacementProblem.self) {
      try file.replace(with: FileFixture.new, backupSuffix: ".b")
    }
    #expect(problem?.kind == .cannotWrite)
    #expect(
      problem?.message
        == "cannot make a new file in \(disk.path): Read-only file system; make it writable "
        + "(findmnt -T \(disk.path) names it; mount -o remount,rw) and run this again")
    let new = #expect(throws: ReplacementProblem.self) {
      try createFile(disk.path + "/new", with: FileFixture.new)
    }
    #expect(new?.kind == .cannotWrite)
  }

  @Test(arguments: ["openNew", "rename"])
  func `an immutable folder or file is said to`(call: String) throws {
    let faults = Faults(call, with: .notPermitted)
    let problem = try #require(fixture.problem(faults.operations()))
    #expect(problem.kind == .noPermission)
    #expect(
      problem.message.hasSuffix(
        "it may be immutable: lsattr -d \(fixture.folderPath) \(fixture.path)"))
    #expect(fixture.isUntouched)
  }

  @Test(.enabled(if: FileFixture.isRoot, "only root can make a file immutable"))
  func `a file that is immutable stays as it is`() throws {
    let file = try FileOperations.system.openToRead(fixture.path)
    defer { try? file.close() }
    // FS_IOC_SETFLAGS with FS_IMMUTABLE_FL.
    var flags: CInt = 0x10
    try #require(unsafe ioctl(file.rawValue, 0x4008_6602, &flags) == 0, "no such flags here")
    defer {
      flags = 0
      _ = unsafe ioctl(file.rawValue, 0x4008_6602, &flags)
    }
    #expect(fixture.problem()?.kind == .noPermission)
    #expect(fixture.isUntouched)
  }

  @Test(.enabled(if: !FileFixture.isRoot, "root writes everywhere"))
  func `a folder that may not be written is a matter of permission`() throws {
    #expect(unsafe chmod(fixture.folderPath, 0o555) == 0)
    defer { _ = unsafe chmod(fixture.folderPath, 0o755) }
    #expect(fixture.problem()?.kind == .noPermission)
  }

  @Test(arguments: [
    ("openNew", Errno.permissionDenied, ReplacementProblem.Kind.noPermission),
    ("openToRead", .permissionDenied, .noPermission),
    ("openNew", .readOnlyFileSystem, .cannotWrite),
    ("openNew", .fileExists, .refused),
    ("synchronize", .noSpace, .cannotWrite),
    ("rename", .resourceBusy, .cannotWrite),
    ("read", .ioError, .cannotRead),
    ("renameToNew", .fileExists, .refused),
  ])
  func `a call that always fails has its kind`(
    call: String, error: Errno, kind: ReplacementProblem.Kind
  ) throws {
    let problem = try #require(fixture.problem(Faults(call, with: error).operations()))
    #expect(problem.kind == kind)
    #expect(problem.path == fixture.path)
    #expect(fixture.isUntouched, "\(fixture.names)")
  }

  @Test func `no room at the very end, when the file is closed, is a problem`() throws {
    let faults = Faults("close", with: .noSpace)
    let problem = try #require(fixture.problem(faults.operations()))
    #expect(
      problem.message.hasPrefix("cannot complete the temporary file: No space left on device"))
    #expect(fixture.isUntouched)
  }

  @Test(arguments: [Errno.invalidArgument, .noFunction, .notSupported])
  func `a folder that can't be brought to the disk by itself is no obstacle`(error: Errno) throws {
    let folder = fixture.folderPath
    var operations = FileOperations.system
    let synchronize = operations.synchronize
    operations.synchronize = { file throws(Errno) in
      if try FileOperations.system.status(file).inode
        == FileOperations.system.statusOfPath(folder).inode
      {
        throw error
      }
      try synchronize(file)
    }
    #expect(fixture.problem(operations) == nil)
  }
}
