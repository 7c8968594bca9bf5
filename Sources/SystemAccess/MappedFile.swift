internal import Glibc
internal import SystemPackage

/// The bytes of a whole file, mapped read-only; what can't be mapped (pipes, proc files) is read.
@safe
public struct MappedFile: ~Copyable {
  /// A file above this is not taken for what the person meant.
  private static let limit = 1 << 30

  private let mapping: UnsafeRawBufferPointer?
  private let copy: [UInt8]

  /// Opens a file of this machine; `-` is standard input.
  ///
  /// Throws: the problem with the path as given, for a file over 1 GiB too.
  public init(path: String) throws(FileProblem) {
    do {
      let opens = path != "-"
      let file =
        opens
        ? try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec) : .standardInput
      defer { if opens { try? file.close() } }
      let map = try unsafe Self.map(file)
      if let map = unsafe map {
        copy = []
        unsafe mapping = map
        return
      }
      guard let bytes = try readAll(file, limit: Self.limit) else {
        throw FileProblem(.tooLarge, path: path, message: "more than \(Self.limit >> 20) MiB")
      }
      copy = bytes
      unsafe mapping = nil
    } catch let error as Errno {
      throw FileProblem(error, path: path)
    } catch let problem as FileProblem {
      throw problem
    } catch {
      throw FileProblem(.io, path: path, message: "\(error)")
    }
  }

  /// The mapping of a regular file that is not empty; nil for what has to be read.
  private static func map(_ file: FileDescriptor) throws -> UnsafeRawBufferPointer? {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    // proc and sysfs state a size of 0 or of a page, whatever is in the file.
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0, status.st_size <= limit,
      status.st_blocks > 0,
      // Standard input may stand in the middle of a file.
      lseek(file.rawValue, 0, SEEK_CUR) == 0
    else { return nil }
    let size = Int(status.st_size)
    let start = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
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
