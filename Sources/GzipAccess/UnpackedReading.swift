internal import CZlib
internal import Glibc

/// Why a file can't be read to its end, packed or not.
public enum UnpackingProblem: Error, Equatable, Sendable {
  case gzip(GzipProblem)
  /// The system's reason, an errno.
  case system(Int32)
}

/// Reads an open file piece by piece, unpacked where gzip packed it; what was read before a problem has been
/// handed out.
///
/// A file that grows or is cut short meanwhile is read up to where it then ends. The corresponding C function
/// is `gzread` of zlib. The descriptor stays open.
public func readUnpacked(
  _ descriptor: Int32, limit: Int, _ take: (Span<UInt8>) -> Void
) throws(UnpackingProblem) {
  let own = dup(descriptor)
  guard own >= 0 else { throw .system(errno) }
  guard let file = unsafe gzdopen(own, "rb") else {
    close(own)
    throw .gzip(.damaged)
  }
  defer { unsafe gzclose(file) }
  var piece = [UInt8](repeating: 0, count: 64 << 10)
  var total = 0
  while true {
    errno = 0
    let count = unsafe piece.withUnsafeMutableBytes { room in
      unsafe Int(gzread(file, room.baseAddress, UInt32(room.count)))
    }
    if count > 0 {
      total += count
      take(piece.span.extracting(0..<count))
      if total > limit { throw .gzip(.tooLarge) }
      if count == piece.count { continue }
    }
    var status: Int32 = 0
    _ = unsafe gzerror(file, &status)
    switch status {
    // Less than the room is the end, or the end of what has come: then nothing comes next.
    case Z_OK, Z_STREAM_END:
      if count <= 0 { return }
    case Z_ERRNO where errno == EINTR: unsafe gzclearerr(file)
    case Z_ERRNO: throw .system(errno)
    case Z_BUF_ERROR: throw .gzip(.truncated)
    default: throw .gzip(.damaged)
    }
  }
}
