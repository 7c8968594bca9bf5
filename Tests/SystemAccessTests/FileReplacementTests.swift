import Glibc
import SystemAccess
import SystemPackage
import Testing

@Suite struct FileReplacementTests {
  private let fixture = FileFixture()

  @Test func `the file has the new text, and a backup the old one`() throws {
    let result = try fixture.replace()
    #expect(result == Replacement(path: fixture.path, backup: fixture.backup, notices: []))
    #expect(fixture.bytes() == FileFixture.new)
    #expect(fixture.bytes("menu.lst" + FileFixture.suffix) == FileFixture.old)
    #expect(fixture.names.count == 2)
  }

  @Test func `text and backup are on the disk before the old text goes`() {
    let faults = Faults()
    #expect(fixture.problem(faults.operations()) == nil)
    let steps: Set<String> = ["openNew", "synchronize", "renameToNew", "rename"]
    #expect(
      faults.names.filter(steps.contains) == [
        "openNew", "synchronize",  // the new text
        "openNew", "synchronize", "renameToNew", "synchronize",  // the backup, and its name
        "rename", "synchronize",
      ])
    // The last look at the old text comes right before.
    let rename = faults.names.firstIndex(of: "rename") ?? 0
    #expect(faults.names[..<rename].suffix(4) == ["read", "read", "status", "close"])
  }

  @Test func `the same bytes are not written, and no backup is made`() throws {
    let before = try fixture.status()
    let result = try fixture.read().replace(with: FileFixture.old, backupSuffix: ".b")
    #expect(result.backup == nil)
    #expect(result.notices == ["\(fixture.path) has this text already"])
    #expect(try fixture.status() == before)
    #expect(fixture.isUntouched)
  }

  @Test func `a backup is never overwritten`() throws {
    let name = "menu.lst" + FileFixture.suffix
    fixture.write(name, [1])
    fixture.write(name + ".1", [2])
    fixture.link(name + ".2", to: "nowhere")
    let result = try fixture.replace()
    #expect(result.backup == fixture.backup + ".3")
    #expect(fixture.bytes(name) == [1])
    #expect(fixture.bytes(name + ".1") == [2])
    #expect(fixture.bytes(name + ".3") == FileFixture.old)
    #expect(fixture.bytes("nowhere") == nil)
  }

  @Test(arguments: [0o640, 0o600, 0o444, 0o755, 0o777, 0o400, 0o2754, 0o4711] as [UInt32])
  func `file and backup keep the mode`(mode: UInt32) throws {
    let fixture = FileFixture(mode: mode)
    _ = try fixture.replace()
    #expect(try fixture.status().permissions == mode)
    #expect(try fixture.status("menu.lst" + FileFixture.suffix).permissions == mode)
  }

  @Test func `nobody may read the new text before it has its mode`() throws {
    let path = fixture.folderPath
    var operations = FileOperations.system
    let write = operations.write
    operations.write = { file, bytes throws(Errno) in
      let names = (try? SystemRoot(path: path).list("/")) ?? []
      for name in names where name.hasPrefix(".") {
        let status = try FileOperations.system.statusOfPath("\(path)/\(name)")
        if status.permissions == 0o600 || status.permissions == 0o644 && status.size > 40 {
          continue
        }
        throw .permissionDenied
      }
      return try write(file, bytes)
    }
    #expect(fixture.problem(operations) == nil)
  }

  @Test(arguments: [0, 1, 3_000_000])
  func `empty, short and long texts are replaced`(size: Int) throws {
    let bytes = [UInt8](repeating: 0xFF, count: size)
    _ = try fixture.read().replace(with: bytes, backupSuffix: ".1st")
    #expect(try fixture.status().size == Int64(bytes.count))
    let again = try fixture.read()
    #expect(again.bytes == bytes)
    _ = try again.replace(with: FileFixture.new, backupSuffix: ".2nd")
    #expect(fixture.bytes() == FileFixture.new)
    #expect(try fixture.status("menu.lst.2nd").size == Int64(bytes.count))
  }

  @Test(arguments: ["with space", "Müller.lst", ".hidden", "-x", "a\nb", "*"])
  func `a file of any name is replaced`(name: String) throws {
    fixture.write(name, FileFixture.old)
    let file = try OriginalFile(reading: fixture.at(name))
    let result = try file.replace(with: FileFixture.new, backupSuffix: ".bak")
    #expect(fixture.bytes(name) == FileFixture.new)
    #expect(result.backup == fixture.at(name + ".bak"))
  }

  @Test(arguments: ["", "/x", "/../x"])
  func `a suffix that names no file beside it is refused`(suffix: String) throws {
    let file = try fixture.read()
    let problem = #expect(throws: ReplacementProblem.self) {
      try file.replace(with: FileFixture.new, backupSuffix: suffix)
    }
    #expect(problem?.kind == .refused)
    #expect(fixture.isUntouched)
  }
}

/// Links, and what is no file.
@Suite struct FileLinkTests {
  private let fixture = FileFixture()

  private func problem(reading name: String) -> ReplacementProblem? {
    #expect(throws: ReplacementProblem.self) { try OriginalFile(reading: fixture.at(name)) }
  }

  @Test(arguments: ["../menu.lst", "absolute", "chain"])
  func `a symbolic link stays, and the file behind it is replaced`(target: String) throws {
    fixture.link("chain-end", to: "menu.lst")
    let target = ["absolute": fixture.path, "chain": "../chain-end"][target] ?? target
    fixture.link("etc/grub.conf", to: target)
    let file = try OriginalFile(reading: fixture.at("etc/grub.conf"))
    #expect(file.isLink)
    #expect(file.realPath == fixture.path)
    let result = try file.replace(with: FileFixture.new, backupSuffix: FileFixture.suffix)
    #expect(result.path == fixture.path)
    #expect(result.backup == fixture.backup)
    #expect(
      result.notices == [
        "\(file.path) is a symbolic link and stays one; the file behind it was replaced: "
          + fixture.path
      ])
    #expect(try SystemRoot(path: fixture.folderPath).link("/etc/grub.conf") == target)
    #expect(fixture.bytes() == FileFixture.new)
  }

  @Test func `a link among the folders needs no notice`() throws {
    fixture.link("boot", to: ".")
    let file = try OriginalFile(reading: fixture.at("boot/menu.lst"))
    let result = try file.replace(with: FileFixture.new, backupSuffix: FileFixture.suffix)
    #expect(result == Replacement(path: fixture.path, backup: fixture.backup, notices: []))
  }

  @Test func `a link that leads nowhere is said to`() {
    fixture.link("dangling", to: "none")
    let problem = problem(reading: "dangling")
    #expect(problem?.kind == .notFound)
    #expect(problem?.message == "cannot follow the symbolic link: No such file or directory")
  }

  @Test func `links in a circle are refused`() {
    fixture.link("a", to: "b")
    fixture.link("b", to: "a")
    #expect(problem(reading: "a")?.kind == .refused)
    #expect(problem(reading: "a")?.message.contains("in a circle") == true)
  }

  @Test func `a hard link is refused, since the other name would keep the old text`() throws {
    try FileOperations.system.link(fixture.path, fixture.at("other"))
    let problem = try #require(fixture.problem())
    #expect(problem.kind == .refused)
    #expect(problem.message.hasPrefix("it has 2 names (hard links)"))
    #expect(problem.message.contains("-samefile \(fixture.path)"))
    #expect(fixture.bytes() == FileFixture.old)
    #expect(fixture.names == ["menu.lst", "other"])
  }

  @Test func `a missing file is not found`() {
    let problem = problem(reading: "none")
    #expect(problem?.kind == .notFound)
    #expect(
      problem?.description == "\(fixture.at("none")): cannot read it: No such file or directory")
    #expect(self.problem(reading: "menu.lst/x")?.kind == .notFound)
  }

  @Test func `a folder, a pipe and a device are refused`() {
    fixture.makeFolder("grub")
    #expect(problem(reading: "grub")?.message.hasPrefix("it is a folder, not a reg") == true)
    #expect(unsafe mkfifo(fixture.at("pipe"), 0o600) == 0)
    #expect(problem(reading: "pipe")?.kind == .refused)
    fixture.link("device", to: "/dev/null")
    #expect(problem(reading: "device")?.message.hasPrefix("it is a device, not") == true)
  }

  @Test func `a file longer than the limit is refused`() throws {
    let count = FileFixture.old.count
    #expect(try OriginalFile(reading: fixture.path, limit: count).bytes == FileFixture.old)
    let problem = #expect(throws: ReplacementProblem.self) {
      try OriginalFile(reading: fixture.path, limit: count - 1)
    }
    #expect(problem?.kind == .refused)
  }
}
