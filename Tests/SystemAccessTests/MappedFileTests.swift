import Glibc
import SystemAccess
import TestSupport
import Testing

@Suite struct MappedFileTests {
  private let folder = TemporaryFolder()

  private func bytes(of path: String) throws(FileProblem) -> [UInt8] {
    try MappedFile(path: path).withBytes { span in span.indices.map { span[$0] } }
  }

  @Test func `a file is mapped whole`() throws {
    let content = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
    folder.write("file", content)
    #expect(try bytes(of: "\(folder.path)/file") == content)
  }

  @Test func `an empty file has no bytes`() throws {
    folder.write("file", "")
    let file = try MappedFile(path: "\(folder.path)/file")
    #expect(file.count == 0)
    #expect(file.withBytes { $0.isEmpty })
  }

  @Test func `a proc file, which states no size, is read`() throws {
    let text = String(decoding: try bytes(of: "/proc/version"), as: UTF8.self)
    #expect(text.hasPrefix("Linux version "))
  }

  @Test func `a pipe is read to its end`() throws {
    var ends: [CInt] = [0, 0]
    let made = unsafe pipe(&ends)
    #expect(made == 0)
    let written = unsafe Glibc.write(ends[1], "abc", 3)
    #expect(written == 3)
    close(ends[1])
    defer { close(ends[0]) }
    #expect(try bytes(of: "/dev/fd/\(ends[0])") == Array("abc".utf8))
  }

  @Test func `a missing file and a folder are problems with their path`() {
    let missing = #expect(throws: FileProblem.self) { try bytes(of: "\(folder.path)/none") }
    #expect(missing?.kind == .notFound)
    #expect(missing?.path == "\(folder.path)/none")
    let directory = #expect(throws: FileProblem.self) { try bytes(of: folder.path) }
    #expect(directory?.kind == .isADirectory)
  }

  @Test func `an error of the body comes out`() throws {
    struct Mine: Error {}
    folder.write("file", "x")
    let file = try MappedFile(path: "\(folder.path)/file")
    var caught = false
    do {
      try file.withBytes { _ throws(Mine) in throw Mine() }
    } catch {
      caught = true
    }
    #expect(caught)
  }
}
