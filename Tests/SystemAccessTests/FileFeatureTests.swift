import Glibc
import SystemAccess
import SystemPackage
import Testing

/// What a file has beside its bytes: owner, access list, label.
@Suite struct FileFeatureTests {
  private static let backup = "menu.lst" + FileFixture.suffix

  private let fixture = FileFixture()

  private func set(_ attribute: String, _ value: [UInt8], on path: String) throws {
    let file = try FileOperations.system.openToRead(path)
    defer { try? file.close() }
    try FileOperations.system.setAttribute(file, attribute, value)
  }

  /// Nil where the file has no such attribute.
  private func attribute(_ name: String, of file: String) throws -> [UInt8]? {
    let file = try FileOperations.system.openToRead(fixture.at(file))
    defer { try? file.close() }
    return try? FileOperations.system.attribute(file, name)
  }

  /// The user 1234 may read, as `setfacl -m u:1234:r` writes it; mode 0640.
  private static let accessList: [UInt8] =
    [2, 0, 0, 0] + entry(1, 6) + entry(2, 4, id: 1234) + entry(4, 4) + entry(16, 4) + entry(32, 0)

  private static func entry(_ tag: UInt8, _ may: UInt8, id: UInt32 = .max) -> [UInt8] {
    [tag, 0, may, 0] + (0..<4).map { UInt8(truncatingIfNeeded: id >> (8 * $0)) }
  }

  @Test(.enabled(if: FileFixture.isRoot, "only root can give a file away"))
  func `file and backup keep owner and group`() throws {
    #expect(unsafe chown(fixture.path, 1234, 5678) == 0)
    #expect(unsafe chmod(fixture.path, 0o6755) == 0)
    _ = try fixture.replace()
    for name in ["menu.lst", Self.backup] {
      let status = try fixture.status(name)
      #expect((status.owner, status.group, status.permissions) == (1234, 5678, 0o6755))
    }
  }

  @Test(.enabled(if: FileFixture.isRoot, "only root can give a file away"))
  func `an owner that can't be given is refused`() throws {
    #expect(unsafe chown(fixture.path, 1234, 5678) == 0)
    let faults = Faults("setOwner", with: .notPermitted)
    let problem = try #require(fixture.problem(faults.operations()))
    #expect(problem.kind == .noPermission)
    #expect(
      problem.message.hasPrefix(
        "cannot give the new file the owner and group 1234:5678: Operation not permitted; run"))
    #expect(fixture.isUntouched)
  }

  @Test func `a file system without owners, attributes and modes is no obstacle`() throws {
    let none = Faults { _, name in
      switch name {
      case "setOwner", "setMode": .notPermitted
      case "attributeNames", "attribute", "setAttribute", "removeAttribute": .notSupported
      default: nil
      }
    }
    var vfat = none.operations()
    let status = vfat.status
    let statusOfPath = vfat.statusOfPath
    let owned = { @Sendable (status: FileStatus) in
      var status = status
      (status.owner, status.group, status.mode) = (0, 0, S_IFREG | 0o755)
      return status
    }
    vfat.status = { file throws(Errno) in owned(try status(file)) }
    vfat.statusOfPath = { path throws(Errno) in owned(try statusOfPath(path)) }
    #expect(fixture.problem(vfat) == nil)
    #expect(fixture.bytes() == FileFixture.new)
    #expect(none.failed.allSatisfy { $0.hasPrefix("attribute") })
  }

  @Test func `a file system that forgets the mode is refused`() throws {
    var operations = FileOperations.system
    operations.setMode = { (_, _) throws(Errno) in }
    #expect(fixture.problem(operations)?.kind == .refused)
    #expect(fixture.isUntouched)
  }

  @Test func `an access list is carried over`() throws {
    let name = "system.posix_acl_access"
    try set(name, Self.accessList, on: fixture.path)
    _ = try fixture.replace()
    for file in ["menu.lst", Self.backup] {
      #expect(try attribute(name, of: file) == Self.accessList)
      #expect(try fixture.status(file).permissions == 0o640)
    }
  }

  @Test func `a file without an access list gets none from its folder`() throws {
    try set("system.posix_acl_default", Self.accessList, on: fixture.folderPath)
    _ = try fixture.replace()
    for file in ["menu.lst", Self.backup] {
      #expect(try attribute("system.posix_acl_access", of: file) == nil)
      #expect(try fixture.status(file).permissions == 0o644)
    }
    _ = try createFile(fixture.at("new.cfg"), with: FileFixture.new)
    #expect(try attribute("system.posix_acl_access", of: "new.cfg") != nil)
  }

  @Test(.enabled(if: FileFixture.isRoot, "only root can label a file"))
  func `the label of SELinux and attributes of the user are carried over`() throws {
    let label = Array("system_u:object_r:boot_t:s0\0".utf8)
    try set("security.selinux", label, on: fixture.path)
    try set("user.empty", [], on: fixture.path)
    _ = try fixture.replace()
    for file in ["menu.lst", Self.backup] {
      #expect(try attribute("security.selinux", of: file) == label)
      #expect(try attribute("user.empty", of: file) == [])
    }
  }

  @Test func `a hash of the old bytes is not carried over`() {
    let faults = Faults("setAttribute", with: .notPermitted)
    var operations = faults.operations()
    operations.attributeNames = { (_) throws(Errno) in ["security.ima", "security.evm"] }
    #expect(fixture.problem(operations) == nil)
    #expect(faults.failed.isEmpty)
  }

  @Test(arguments: [Errno.notPermitted, .notSupported, .noSpace])
  func `a label that can't be carried over is a problem`(error: Errno) throws {
    try set("user.label", [1], on: fixture.path)
    let faults = Faults("setAttribute", with: error)
    let problem = try #require(fixture.problem(faults.operations()))
    #expect(problem.kind == (error == .notPermitted ? .noPermission : .cannotWrite))
    #expect(problem.message.hasPrefix("cannot give the new file its extended attribute user.label"))
    #expect(fixture.isUntouched)
  }

  @Test func `a label that is there already is not set`() throws {
    try set("user.label", [1], on: fixture.path)
    let faults = Faults("setAttribute", with: .notSupported)
    var operations = faults.operations()
    operations.attribute = { (_, _) throws(Errno) in [1] }
    #expect(fixture.problem(operations) == nil)
    #expect(faults.failed.isEmpty)
  }
}
