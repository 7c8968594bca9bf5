internal import CZlib

/// Why a gzip file can't be unpacked.
public enum GzipProblem: Error, Sendable, CustomStringConvertible {
  /// It ends too early.
  case truncated
  /// It is no gzip, or damaged.
  case damaged
  /// It would be longer than the reader allows.
  case tooLarge

  public var description: String {
    switch self {
    case .truncated: "the gzip data end too early"
    case .damaged: "the gzip data are damaged"
    case .tooLarge: "unpacked it is longer than a file of its kind"
    }
  }
}

/// Whether bytes begin as a gzip file does (RFC 1952, section 2.3.1).
public func isGzip(_ bytes: some Collection<UInt8>) -> Bool {
  bytes.prefix(2).elementsEqual([0x1f, 0x8b])
}

/// Unpacks a gzip file of one or more members, of at most `limit` bytes.
///
/// The corresponding C function is `inflate` of zlib.
public func gunzip(_ bytes: [UInt8], limit: Int) throws(GzipProblem) -> [UInt8] {
  var result: [UInt8] = []
  try gunzip(bytes.span, limit: limit) { result += $0 }
  return result
}

/// Unpacks a gzip file piece by piece: what was unpacked before a problem has been handed out.
public func gunzip(
  _ bytes: Span<UInt8>, limit: Int, _ take: (ArraySlice<UInt8>) -> Void
) throws(GzipProblem) {
  var rest = bytes
  var total = 0
  while !rest.isEmpty {
    // What stands behind the last member without being one is padding.
    guard total == 0 || rest.count > 1 && rest[0] == 0x1f && rest[1] == 0x8b else { break }
    let used = try unpack(rest, limit: limit - total) { piece in
      total += piece.count
      take(piece)
    }
    rest = rest.extracting(droppingFirst: used)
  }
}

/// Unpacks one member; returns how many bytes it took.
private func unpack(
  _ bytes: Span<UInt8>, limit: Int, _ take: (ArraySlice<UInt8>) -> Void
) throws(GzipProblem) -> Int {
  var stream = unsafe z_stream()
  guard unsafe xq_inflate_init_gzip(&stream) == Z_OK else { throw .damaged }
  defer { unsafe inflateEnd(&stream) }
  var output = [UInt8](repeating: 0, count: 64 << 10)
  var total = 0
  let outcome: Result<Int, GzipProblem> = unsafe bytes.withUnsafeBufferPointer { input in
    // zlib reads the input alone, whatever its type says.
    unsafe stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.avail_in = uInt(input.count)
    while true {
      let (status, produced) = unsafe output.withUnsafeMutableBufferPointer { output in
        unsafe stream.next_out = output.baseAddress
        unsafe stream.avail_out = uInt(output.count)
        let status = unsafe inflate(&stream, Z_NO_FLUSH)
        return unsafe (status, output.count - Int(stream.avail_out))
      }
      total += produced
      if total > limit { return .failure(.tooLarge) }
      take(output[..<produced])
      switch status {
      case Z_STREAM_END: return unsafe .success(input.count - Int(stream.avail_in))
      case Z_OK where unsafe stream.avail_in > 0 || produced > 0: continue
      case Z_OK, Z_BUF_ERROR: return .failure(.truncated)
      default: return .failure(.damaged)
      }
    }
  }
  return try outcome.get()
}
