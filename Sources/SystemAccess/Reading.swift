internal import SystemPackage

/// All bytes of an open file up to its end; nil when there are more than `limit`.
///
/// Works for files that state no size (proc, sysfs, pipes). EINTR is retried.
func readAll(_ file: FileDescriptor, limit: Int) throws -> [UInt8]? {
  var bytes: [UInt8] = []
  var chunk = 4096
  while bytes.count <= limit {
    let room = min(chunk, limit + 1 - bytes.count)
    let piece = try unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    if piece.isEmpty { return bytes }
    if bytes.isEmpty { bytes = piece } else { bytes += piece }
    chunk = min(chunk * 2, 1 << 20)
  }
  return nil
}
