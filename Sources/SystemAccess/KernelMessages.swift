internal import SystemPackage

/// The records of the running kernel's log, as /dev/kmsg gives them: `6,339,5140900,-;text`.
///
/// Throws: `permission` where only root may read it (kernel.dmesg_restrict).
public func kernelMessages() throws(FileProblem) -> [String] {
  let path = "/dev/kmsg"
  do {
    let file = try FileDescriptor.open(
      FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
    defer { try? file.close() }
    return try records(of: file)
  } catch let error as Errno {
    throw FileProblem(error, path: path)
  } catch {
    throw FileProblem(.io, path: path, message: "\(error)")
  }
}

/// One read gives one record; EAGAIN is the end, EPIPE says that records were overwritten
/// meanwhile.
private func records(of file: FileDescriptor) throws -> [String] {
  // Longer than any record (CONSOLE_EXT_LOG_MAX).
  var buffer = [UInt8](repeating: 0, count: 8192)
  var records: [String] = []
  while true {
    do {
      let count = try unsafe buffer.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
      if count == 0 { return records }
      records.append(String(decoding: buffer[..<count], as: UTF8.self))
    } catch Errno.resourceTemporarilyUnavailable {
      return records
    } catch Errno.brokenPipe {
      continue
    }
  }
}
