internal import SystemPackage

/// Reads the records of the running kernel's log one by one, as /dev/kmsg gives them:
/// `6,339,5140900,-;text`.
///
/// Returns whether records were overwritten before they were read. Throws: `permission` where only
/// root may read it (kernel.dmesg_restrict).
public func readKernelMessages(_ take: (Span<UInt8>) -> Void) throws(FileProblem) -> Bool {
  let messages = try KernelMessages()
  return try messages.readNew(take)
}

/// The running kernel's log, from its oldest record on; each record is given once.
public struct KernelMessages: ~Copyable {
  private static let path = "/dev/kmsg"
  private let file: FileDescriptor

  public init() throws(FileProblem) {
    do {
      file = try FileDescriptor.open(
        FilePath(Self.path), .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch let error as Errno {
      throw FileProblem(error, path: Self.path)
    } catch {
      throw FileProblem(.io, path: Self.path, message: "\(error)")
    }
  }

  deinit { try? file.close() }

  /// Gives the records that have not been read yet; says whether some were lost before them.
  ///
  /// One read gives one record; EAGAIN is the end, EPIPE says that records were overwritten
  /// meanwhile.
  public borrowing func readNew(_ take: (Span<UInt8>) -> Void) throws(FileProblem) -> Bool {
    // Longer than any record (CONSOLE_EXT_LOG_MAX).
    var buffer = [UInt8](repeating: 0, count: 8192)
    var hasLost = false
    while true {
      do {
        let file = file
        let count = try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
        if count == 0 { return hasLost }
        take(buffer.span.extracting(0..<count))
      } catch Errno.resourceTemporarilyUnavailable {
        return hasLost
      } catch Errno.brokenPipe {
        hasLost = true
      } catch let error as Errno {
        throw FileProblem(error, path: Self.path)
      } catch {
        throw FileProblem(.io, path: Self.path, message: "\(error)")
      }
    }
  }
}
