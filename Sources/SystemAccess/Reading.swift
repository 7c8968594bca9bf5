internal import SystemPackage

/// All bytes of an open file up to its end; nil when there are more than `limit`.
///
/// Works for files that state no size (proc, sysfs, pipes); `expecting` is what others state. EINTR is
/// retried.
func readAll(_ file: FileDescriptor, expecting: Int = 0, limit: Int) throws -> [UInt8]? {
  var bytes: [UInt8] = []
  // One more than is there, so that the second read finds the end.
  var chunk = max(4096, expecting + 1)
  while bytes.count <= limit {
    let room = min(chunk, limit + 1 - bytes.count)
    let piece = try unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    if piece.isEmpty { return bytes }
    if bytes.isEmpty { bytes = piece } else { bytes += piece }
    chunk = expecting > 0 ? 4096 : min(chunk * 2, 1 << 20)
  }
  return nil
}
