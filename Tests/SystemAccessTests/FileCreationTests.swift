import Glibc
import SystemAccess
import SystemPackage
import TestSupport
import Testing

@Suite struct FileCreationTests {
  private let folder = TemporaryFolder()
  private var path: String { "\(folder.path)/grub.d/xenquirks.cfg" }
  private let text = Array("GRUB_CMDLINE_XEN=\"max_cstate=1\"\n".utf8)

  init() { folder.makeFolder("grub.d") }

  private func bytes(_ path: String) throws -> [UInt8] {
    try SystemRoot(path: folder.path).read(path)
  }

  private func problem(
    _ path: String, _ operations: FileOperations = .system
  ) -> ReplacementProblem? {
    #expect(throws: ReplacementProblem.self) {
      try createFile(path, with: text, operations: operations)
    }
  }

  @Test func `a new file has its text and mode 0644`() throws {
    let result = try createFile(path, with: text)
    #expect(result == Replacement(path: path))
    #expect(try bytes("grub.d/xenquirks.cfg") == text)
    #expect(try FileOperations.system.statusOfPath(path).permissions == 0o644)
    #expect(try SystemRoot(path: folder.path).list("grub.d") == ["xenquirks.cfg"])
  }

  @Test func `a file that is there is left as it is`() throws {
    folder.write("grub.d/xenquirks.cfg", "mine")
    #expect(problem(path)?.kind == .exists)
    #expect(try bytes("grub.d/xenquirks.cfg") == Array("mine".utf8))
  }

  @Test(arguments: [nil, Errno.invalidArgument])
  func `a file that appears meanwhile is left as it is`(renaming: Errno?) throws {
    let folder = folder
    let path = folder.path
    let faults = Faults { _, name in
      if name == "setMode",
        let file = try? FileDescriptor.open(
          FilePath("\(path)/grub.d/xenquirks.cfg"), .writeOnly, options: .create,
          permissions: .ownerReadWrite)
      {
        _ = try? file.writeAll("mine".utf8)
        try? file.close()
      }
      return name == "renameToNew" ? renaming : nil
    }
    #expect(problem(self.path, faults.operations())?.kind == .exists)
    #expect(try bytes("grub.d/xenquirks.cfg") == Array("mine".utf8))
    #expect(try SystemRoot(path: path).list("grub.d") == ["xenquirks.cfg"])
  }

  @Test func `a symbolic link that leads nowhere is not followed`() throws {
    folder.link("grub.d/xenquirks.cfg", to: "elsewhere")
    #expect(problem(path)?.kind == .exists)
    #expect(!SystemRoot(path: folder.path).exists("grub.d/elsewhere"))
  }

  @Test func `a link among the folders is followed`() throws {
    folder.link("etc", to: "grub.d")
    #expect(try createFile("\(folder.path)/etc/xenquirks.cfg", with: text).path == path)
  }

  @Test func `a missing folder is not made`() {
    let missing = "\(folder.path)/none"
    let problem = problem("\(missing)/xenquirks.cfg")
    #expect(problem?.kind == .cannotWrite)
    #expect(
      problem?.message
        == "cannot find its folder: No such file or directory; "
        + "make the folder \(missing) and run this again")
  }

  @Test(arguments: ["", "/", "/.", "/.."])
  func `a path that names a folder is refused`(end: String) {
    #expect(problem(folder.path + "/grub.d" + end)?.kind == (end.isEmpty ? .exists : .refused))
  }

  @Test func `an empty path is refused`() {
    #expect(problem("")?.kind == .refused)
  }
}
