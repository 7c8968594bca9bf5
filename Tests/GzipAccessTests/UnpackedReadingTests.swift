import Glibc
import GzipAccess
import TestSupport
import Testing

/// Files read piece by piece, by descriptor.
@Suite struct UnpackedReadingTests {
  private let folder = TemporaryFolder()
  /// Longer than several pieces of the reader.
  private static let long = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

  /// What is read of a file, and how that ended; nil for the end of the file.
  private func read(
    _ path: String, limit: Int = 1 << 30, each: (Int) -> Void = { _ in }
  ) -> (bytes: [UInt8], problem: UnpackingProblem?) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var bytes: [UInt8] = []
    var pieces = 0
    do throws(UnpackingProblem) {
      try readUnpacked(file, limit: limit) { piece in
        for place in piece.indices { bytes.append(piece[place]) }
        pieces += 1
        each(pieces)
      }
      return (bytes, nil)
    } catch {
      return (bytes, error)
    }
  }

  private func read(_ bytes: [UInt8]) -> (bytes: [UInt8], problem: UnpackingProblem?) {
    folder.write("file", bytes)
    return read("\(folder.path)/file")
  }

  @Test(arguments: [0, 1, 2, 100, 65_535, 65_536, 65_537, 300_000])
  func `a plain file comes as it is`(length: Int) {
    let bytes = Array(Self.long.prefix(length))
    let outcome = read(bytes)
    #expect(outcome.problem == nil)
    #expect(outcome.bytes == bytes)
  }

  @Test func `a packed file comes unpacked, and its members behind each other`() {
    #expect(read(GunzipTests.packed).bytes == GunzipTests.text)
    #expect(
      read(GunzipTests.packed + GunzipTests.packed).bytes == GunzipTests.text + GunzipTests.text)
    #expect(read(GunzipTests.packed + [0, 0]).problem == nil)
  }

  @Test func `a packed file cut short anywhere says so`() {
    for length in 3..<GunzipTests.packed.count {
      let outcome = read(Array(GunzipTests.packed.prefix(length)))
      #expect(outcome.problem == .gzip(.truncated), "\(length) bytes")
    }
  }

  @Test func `a damaged packed file says so`() {
    var bytes = GunzipTests.packed
    bytes[bytes.count - 6] ^= 0x10
    #expect(read(bytes).problem == .gzip(.damaged))
  }

  @Test func `more than the limit is too much`() {
    folder.write("file", Self.long)
    #expect(read("\(folder.path)/file", limit: 200_000).problem == .gzip(.tooLarge))
  }

  @Test func `a file emptied while it is read ends there`() {
    folder.write("file", Self.long)
    let path = "\(folder.path)/file"
    let outcome = read(path) { if $0 == 1 { _ = unsafe truncate(path, 0) } }
    #expect(outcome.problem == nil)
    #expect(outcome.bytes.count >= 65_536)
    #expect(outcome.bytes.count < Self.long.count)
    #expect(outcome.bytes.elementsEqual(Self.long.prefix(outcome.bytes.count)))
  }

  @Test func `a file that grows while it is read is read to its new end`() {
    folder.write("file", Self.long)
    let path = "\(folder.path)/file"
    let outcome = read(path) { number in
      guard number == 2 else { return }
      let file = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
      _ = unsafe Glibc.write(file, "the end\n", 8)
      close(file)
    }
    #expect(outcome.problem == nil)
    #expect(outcome.bytes == Self.long + Array("the end\n".utf8))
  }

  @Test func `a file that is renamed and replaced while it is read is read to its own end`() {
    folder.write("file", Self.long)
    folder.write("next", "another log\n")
    let path = "\(folder.path)/file"
    let outcome = read(path) { if $0 == 1 { _ = unsafe rename("\(folder.path)/next", path) } }
    #expect(outcome.problem == nil)
    #expect(outcome.bytes == Self.long)
  }

  @Test func `a pipe that brings its text in bits is read to its end`() throws {
    let opened = unsafe popen("printf 'one '; sleep 0.05; printf two", "r")
    let stream = try unsafe #require(opened)
    defer { unsafe pclose(stream) }
    var text = ""
    let file = unsafe fileno(stream)
    try readUnpacked(file, limit: 100) { piece in
      text += String(decoding: piece.indices.map { piece[$0] }, as: UTF8.self)
    }
    #expect(text == "one two")
  }

  @Test func `a folder and a closed descriptor are the system's problems`() {
    #expect(read(folder.path).problem == .system(EISDIR))
    #expect(read("\(folder.path)/none").problem == .system(EBADF))
  }
}
