internal import Glibc

/// The bytes of a whole file, mapped read-only; what can't be mapped (pipes, proc files) is read.
@safe
public struct MappedFile: ~Copyable {
  private let mapping: UnsafeRawBufferPointer?
  private let copy: [UInt8]

  /// Opens a file of this machine that nobody cuts short; `-` is standard input.
  ///
  /// Throws: the problem with the path as given, for a file over 1 GiB too.
  public init(path: String) throws(FileProblem) {
    let file = try NamedFile(path: path)
    if let map = unsafe Self.map(file.descriptor) {
      copy = []
      unsafe mapping = map
    } else {
      copy = try file.bytes()
      unsafe mapping = nil
    }
  }

  /// The mapping of a regular file that is not empty; nil for what has to be read.
  private static func map(_ file: Int32) -> UnsafeRawBufferPointer? {
    var status = stat()
    // proc and sysfs state a size of 0 or of a page, whatever is in the file.
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size > 0, status.st_size <= NamedFile.limit, status.st_blocks > 0,
      // Standard input may stand in the middle of a file.
      lseek(file, 0, SEEK_CUR) == 0
    else { return nil }
    let size = Int(status.st_size)
    let start = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    return unsafe UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let mapping = unsafe mapping {
      unsafe munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count)
    }
  }

  public var count: Int { unsafe mapping?.count ?? copy.count }

  /// Calls the body with the bytes.
  public func withBytes<Result, Failure: Error>(
    _ body: (borrowing Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let mapping = unsafe mapping else { return try body(copy.span) }
    return try body(unsafe mapping.assumingMemoryBound(to: UInt8.self).span)
  }
}
