import Glibc
import SystemAccess
import SystemPackage
import Testing

/// Every call by which a file is replaced fails once, in turn.
@Suite struct FileFaultTests {
  /// A file of which everything has to be carried over.
  private static func fixture() throws -> FileFixture {
    let fixture = FileFixture(mode: 0o640)
    if FileFixture.isRoot { #expect(unsafe chown(fixture.path, 1234, 5678) == 0) }
    let file = try FileOperations.system.openToRead(fixture.path)
    try? FileOperations.system.setAttribute(file, "user.xenquirks", [1, 2, 3])
    try FileOperations.system.close(file)
    return fixture
  }

  /// Nothing is brought to the disk, which is slow; short writes.
  private static var quick: FileOperations {
    var operations = FileOperations.system
    let write = operations.write
    operations.synchronize = { (_) throws(Errno) in }
    operations.write = { file, bytes throws(Errno) in try write(file, bytes.prefix(13)) }
    return operations
  }

  /// The promises that hold whatever fails.
  private static func check(
    _ fixture: FileFixture, _ problem: ReplacementProblem?, _ faults: Faults, _ what: String
  ) throws {
    let bytes = fixture.bytes()
    let isNew = bytes == FileFixture.new
    #expect(isNew || bytes == FileFixture.old, "\(what): \(bytes.debugDescription)")
    #expect(isNew == (problem?.isInPlace ?? true), "\(what): \(problem.debugDescription)")
    #expect(faults.open == 0, "\(what): \(faults.open) files are left open")
    let status = try fixture.status()
    #expect(status.permissions == 0o640, "\(what)")
    if FileFixture.isRoot { #expect((status.owner, status.group) == (1234, 5678), "\(what)") }
    if faults.failed.contains("unlink") { return }
    #expect(fixture.temporaryNames.isEmpty, "\(what): \(fixture.names)")
    let hasBackup = isNew || problem?.backup != nil
    #expect(
      fixture.bytes("menu.lst" + FileFixture.suffix) == (hasBackup ? FileFixture.old : nil),
      "\(what): \(problem.debugDescription)")
    #expect(fixture.names.count == (hasBackup ? 2 : 1), "\(what): \(fixture.names)")
  }

  /// How many calls a replacement makes when none fails.
  private static func calls(_ base: FileOperations = quick) throws -> [String] {
    let faults = Faults()
    let fixture = try fixture()
    #expect(fixture.problem(faults.operations(over: base)) == nil)
    try check(fixture, nil, faults, "no fault")
    return faults.names
  }

  @Test func `a replacement makes every kind of call`() throws {
    let expected: Set<String> = [
      "resolve", "statusOfPath", "openToRead", "openNew", "status", "read", "write", "setMode",
      "attributeNames", "attribute", "synchronize", "close", "rename", "renameToNew",
    ]
    #expect(expected.isSubset(of: Set(try Self.calls())))
    if FileFixture.isRoot { #expect(try Self.calls().contains("setOwner")) }
  }

  @Test(
    arguments: [
      Errno.ioError, .noSpace, .readOnlyFileSystem, .notPermitted, .permissionDenied,
      .diskQuotaExceeded, .tooManyOpenFiles, .fileTooLarge, .resourceBusy,
    ])
  func `whichever call fails, the file is whole and nothing is left`(error: Errno) throws {
    let calls = try Self.calls()
    var thrown = 0
    for number in 1...calls.count {
      let fixture = try Self.fixture()
      let faults = Faults(at: number, with: error)
      let problem = fixture.problem(faults.operations(over: Self.quick))
      if problem != nil { thrown += 1 }
      try Self.check(fixture, problem, faults, "\(error) at \(number), \(calls[number - 1])")
    }
    #expect(thrown > calls.count / 2)
  }

  @Test func `whichever call is interrupted, it is made again`() throws {
    let calls = try Self.calls()
    for number in 1...calls.count {
      let fixture = try Self.fixture()
      let faults = Faults(at: number, with: .interrupted)
      let problem = fixture.problem(faults.operations(over: Self.quick))
      #expect(problem == nil, "\(number), \(calls[number - 1])")
      try Self.check(fixture, problem, faults, "\(number), \(calls[number - 1])")
    }
  }

  @Test func `every second call is interrupted and the file is replaced`() throws {
    let faults = Faults { number, _ in number.isMultiple(of: 2) ? .interrupted : nil }
    let fixture = try Self.fixture()
    #expect(fixture.problem(faults.operations(over: Self.quick)) == nil)
    try Self.check(fixture, nil, faults, "every second")
  }

  @Test func `whichever call fails, and all after it, the file is whole`() throws {
    for number in 1...(try Self.calls().count) {
      let fixture = try Self.fixture()
      let faults = Faults { now, _ in now >= number ? .ioError : nil }
      let problem = fixture.problem(faults.operations(over: Self.quick))
      try Self.check(fixture, problem, faults, "EIO from \(number)")
      let left = fixture.temporaryNames
      for name in left { #expect(problem?.message.contains(name) == true, "\(problem as Any)") }
    }
  }

  @Test func `whichever two calls fail, the file is whole and nothing is left`() throws {
    let count = try Self.calls().count
    for first in 1...count {
      for second in stride(from: first + 1, through: count + 4, by: 1) {
        let fixture = try Self.fixture()
        let faults = Faults { now, _ in now == first || now == second ? .ioError : nil }
        let problem = fixture.problem(faults.operations(over: Self.quick))
        try Self.check(fixture, problem, faults, "EIO at \(first) and \(second)")
      }
    }
  }

  @Test(arguments: ["rename", "renameToNew", "unlink", "link"])
  func `a call that did its work and says that it failed is looked after`(name: String) throws {
    let fixture = try Self.fixture()
    let faults = Faults(name, with: .ioError, afterwards: [name])
    var base = Self.quick
    if name.hasSuffix("link") { base.renameToNew = { (_, _) throws(Errno) in throw .noFunction } }
    let problem = fixture.problem(faults.operations(over: base))
    #expect(problem == nil)
    #expect(faults.failed == [name])
    #expect(fixture.temporaryNames.isEmpty)
    try Self.check(fixture, problem, faults, name)
  }

  @Test(arguments: [Errno.invalidArgument, .noFunction, .notSupported])
  func `where renaming to a new name is not known, whichever call fails`(unknown: Errno) throws {
    var base = Self.quick
    base.renameToNew = { (_, _) throws(Errno) in throw unknown }
    let calls = try Self.calls(base)
    #expect(calls.contains("link") && calls.contains("unlink"))
    for number in 1...calls.count {
      let fixture = try Self.fixture()
      let faults = Faults(at: number, with: .ioError)
      let problem = fixture.problem(faults.operations(over: base))
      try Self.check(fixture, problem, faults, "EIO at \(number), \(calls[number - 1])")
    }
  }

  @Test
  func `a folder that can't be brought to the disk after all is said, with the new text in place`()
    throws
  {
    let names = try Self.calls()
    let last = try #require(names.lastIndex(of: "synchronize")) + 1
    let fixture = try Self.fixture()
    let faults = Faults(at: last, with: .ioError)
    let problem = try #require(fixture.problem(faults.operations(over: Self.quick)))
    #expect(problem.kind == .unsynchronized)
    #expect(problem.isInPlace)
    #expect(problem.backup == fixture.backup)
    #expect(problem.message.hasPrefix("the new text is in place"))
    #expect(fixture.bytes() == FileFixture.new)
  }

  @Test(arguments: [Errno.ioError, .noSpace, .readOnlyFileSystem, .fileExists])
  func `whichever call fails, a new file is whole or not there`(error: Errno) throws {
    let all = Faults()
    let first = FileFixture()
    _ = try createFile(
      first.at("new.cfg"), with: FileFixture.new, operations: all.operations(over: Self.quick))
    #expect(first.bytes("new.cfg") == FileFixture.new)
    for number in 1...all.names.count {
      let fixture = FileFixture()
      let faults = Faults(at: number, with: error)
      var problem: ReplacementProblem?
      do throws(ReplacementProblem) {
        _ = try createFile(
          fixture.at("new.cfg"), with: FileFixture.new,
          operations: faults.operations(over: Self.quick))
      } catch {
        problem = error
      }
      let what: Comment = "\(error) at \(number), \(all.names[number - 1])"
      let isNew = problem?.isInPlace ?? true
      #expect(fixture.bytes("new.cfg") == (isNew ? FileFixture.new : nil), what)
      #expect(faults.open == 0, what)
      #expect(fixture.temporaryNames.isEmpty, what)
    }
  }
}
