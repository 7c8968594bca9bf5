internal import Glibc
internal import SystemPackage

/// A file that a person named, open for reading; `-` is standard input.
///
/// It is read, never mapped: a mapped file that is cut short meanwhile, as a log that rotates, would end
/// the program.
public struct NamedFile: ~Copyable {
  /// A file above this is not taken for what the person meant.
  public static let limit = 1 << 30

  private let path: String
  private let file: FileDescriptor
  private let isOurs: Bool

  /// Throws: the problem with the path as given.
  public init(path: String) throws(FileProblem) {
    self.path = path
    isOurs = path != "-"
    guard isOurs else {
      file = .standardInput
      return
    }
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    } catch let error as Errno {
      throw FileProblem(error, path: path)
    } catch {
      throw FileProblem(.io, path: path, message: "\(error)")
    }
  }

  deinit { if isOurs { try? file.close() } }

  /// For calls of C that read on from where it stands; it stays open no longer than this value.
  public var descriptor: Int32 { file.rawValue }

  /// The problem that an errno of such a call stands for.
  public func problem(_ error: Int32) -> FileProblem {
    FileProblem(Errno(rawValue: error), path: path)
  }

  private var tooLarge: FileProblem {
    FileProblem(.tooLarge, path: path, message: "more than \(Self.limit >> 20) MiB")
  }

  /// All of it.
  ///
  /// Throws: the problem with reading, for a file over 1 GiB too.
  public func bytes() throws(FileProblem) -> [UInt8] {
    do {
      guard let bytes = try readAll(file, expecting: size, limit: Self.limit) else {
        throw tooLarge
      }
      return bytes
    } catch let error as Errno {
      throw FileProblem(error, path: path)
    } catch let problem as FileProblem {
      throw problem
    } catch {
      throw FileProblem(.io, path: path, message: "\(error)")
    }
  }

  /// What a regular file says of its length; 0 for what has none.
  private var size: Int {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return 0
    }
    return min(Self.limit, Int(status.st_size))
  }
}

/// All bytes of a file that a person named; `-` is standard input.
///
/// Throws: the problem with the path as given, for a file over 1 GiB too.
public func readNamedFile(_ path: String) throws(FileProblem) -> [UInt8] {
  let file = try NamedFile(path: path)
  return try file.bytes()
}
