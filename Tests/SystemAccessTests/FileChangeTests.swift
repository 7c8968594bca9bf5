import Glibc
import SystemAccess
import SystemPackage
import TestSupport
import Testing

/// Somebody else is at the file while it is replaced.
@Suite struct FileChangeTests {
  private static let other = Array("somebody else's\n".utf8)

  private let fixture = FileFixture()

  /// What comes of a change between reading and replacing.
  private func problem(
    operations: FileOperations = .system, after change: (FileFixture) throws -> Void
  ) throws -> ReplacementProblem? {
    let file = try OriginalFile(reading: fixture.path, operations: operations)
    try change(fixture)
    return #expect(throws: ReplacementProblem.self) {
      try file.replace(
        with: FileFixture.new, backupSuffix: FileFixture.suffix, operations: operations)
    }
  }

  @Test func `other bytes are noticed and kept`() throws {
    let problem = try problem { $0.write("menu.lst", Self.other) }
    #expect(problem?.kind == .changedMeanwhile)
    #expect(
      problem?.message
        == "it was changed since it was read; nothing was written; run this again")
    #expect(fixture.bytes() == Self.other)
    #expect(fixture.names == ["menu.lst"])
  }

  @Test func `bytes of the same size with the old time are noticed`() throws {
    let problem = try problem { fixture in
      let before = try fixture.status()
      fixture.write("menu.lst", FileFixture.old.reversed())
      let time = timespec(
        tv_sec: Int(before.modified / 1_000_000_000), tv_nsec: Int(before.modified % 1_000_000_000))
      let times = [time, time]
      #expect(unsafe utimensat(AT_FDCWD, fixture.path, times, 0) == 0)
      let after = try fixture.status()
      #expect(after.modified == before.modified && after.size == before.size)
    }
    #expect(problem?.kind == .changedMeanwhile)
    #expect(fixture.bytes() == FileFixture.old.reversed())
  }

  @Test func `other bytes are noticed when all that the system says is as before`() throws {
    var blind = FileOperations.system
    let status = blind.status
    let statusOfPath = blind.statusOfPath
    blind.status = { file throws(Errno) in try status(file).withoutTimes }
    blind.statusOfPath = { path throws(Errno) in try statusOfPath(path).withoutTimes }
    let problem = try problem(operations: blind) {
      $0.write("menu.lst", FileFixture.old.reversed())
    }
    #expect(problem?.kind == .changedMeanwhile)
    #expect(fixture.bytes() == FileFixture.old.reversed())
  }

  @Test func `another file with the same bytes is noticed`() throws {
    let problem = try problem {
      $0.write("mine", FileFixture.old)
      try FileOperations.system.rename($0.at("mine"), $0.path)
    }
    #expect(problem?.kind == .changedMeanwhile)
    #expect(fixture.isUntouched)
  }

  @Test func `a new mode and a new name are noticed`() throws {
    let mode = try problem { #expect(unsafe chmod($0.path, 0o600) == 0) }
    #expect(mode?.kind == .changedMeanwhile)
    let linked = try problem { try FileOperations.system.link($0.path, $0.at("other")) }
    #expect(linked?.kind == .changedMeanwhile)
  }

  @Test func `a file that vanished is not made again`() throws {
    let problem = try problem { try FileOperations.system.unlink($0.path) }
    #expect(problem?.kind == .changedMeanwhile)
    #expect(problem?.message.hasPrefix("it vanished since") == true)
    #expect(fixture.names.isEmpty)
  }

  @Test func `a folder or a link in its place is noticed`() throws {
    let folder = try problem {
      try FileOperations.system.unlink($0.path)
      $0.makeFolder("menu.lst")
    }
    #expect(folder?.kind == .changedMeanwhile)
    #expect(unsafe rmdir(fixture.path) == 0)
    fixture.write("menu.lst", FileFixture.old)
    let link = try problem {
      try FileOperations.system.rename($0.path, $0.at("menu"))
      $0.link("menu.lst", to: "menu")
    }
    #expect(link?.kind == .changedMeanwhile)
    #expect(fixture.bytes() == FileFixture.old)
  }

  @Test func `a link that leads elsewhere now is noticed`() throws {
    fixture.write("second", FileFixture.old)
    fixture.link("grub.conf", to: "menu.lst")
    let file = try OriginalFile(reading: fixture.at("grub.conf"))
    try FileOperations.system.unlink(file.path)
    fixture.link("grub.conf", to: "second")
    let problem = #expect(throws: ReplacementProblem.self) {
      try file.replace(with: FileFixture.new, backupSuffix: ".b")
    }
    #expect(problem?.kind == .changedMeanwhile)
    #expect(fixture.bytes() == FileFixture.old && fixture.bytes("second") == FileFixture.old)
  }

  @Test(arguments: ["setMode", "synchronize", "renameToNew"])
  func `a change while the new file is written is noticed`(call: String) throws {
    let path = fixture.path
    let faults = Faults { _, name in
      guard name == call, let file = try? FileDescriptor.open(FilePath(path), .writeOnly) else {
        return nil
      }
      _ = try? file.writeAll(Self.other)
      try? file.close()
      return nil
    }
    let problem = fixture.problem(faults.operations())
    #expect(problem?.kind == .changedMeanwhile)
    #expect(problem?.backup == nil)
    #expect(fixture.bytes()?.starts(with: Self.other) == true)
    #expect(fixture.names == ["menu.lst"])
  }

  @Test func `a file that changes while it is read is said to`() {
    let path = fixture.path
    let faults = Faults { _, name in
      if name == "read" { _ = unsafe truncate(path, 5) }
      return nil
    }
    #expect(fixture.problem(faults.operations())?.kind == .changedMeanwhile)
  }
}

extension FileStatus {
  fileprivate var withoutTimes: FileStatus {
    var status = self
    status.modified = 0
    status.changed = 0
    return status
  }
}
