internal import GzipAccess
internal import SystemAccess

extension ProbeContext {
  /// How long a text that the person gave may get unpacked, in bytes.
  private static let longest = 1 << 30

  /// Reads what the person gave piece by piece, packed with gzip or not; false where packed data end too
  /// early.
  ///
  /// Throws: the file can't be read, or its packing is damaged.
  func readUnpacked(
    _ input: ProbeInput, option: String, _ take: (Span<UInt8>) -> Void
  ) throws(ProbeError) -> Bool {
    do {
      switch input {
      case .file(let path): try Self.read(path, take)
      case .bytes(let bytes) where isGzip(bytes):
        do {
          try gunzip(bytes.span, limit: Self.longest) { take($0.span) }
        } catch {
          throw UnpackingProblem.gzip(error)
        }
      case .bytes(let bytes): take(bytes.span)
      }
      return true
    } catch UnpackingProblem.gzip(.truncated) {
      return false
    } catch UnpackingProblem.gzip(let problem) {
      let path = if case .file(let path) = input { path } else { option }
      throw ProbeError(.badInput, path: path, message: problem.description)
    } catch let problem as FileProblem {
      throw ProbeError(problem, named: problem.path)
    } catch {
      throw ProbeError(.cannotRead, path: option, message: "\(error)")
    }
  }

  private static func read(_ path: String, _ take: (Span<UInt8>) -> Void) throws {
    let file = try NamedFile(path: path)
    do throws(UnpackingProblem) {
      try GzipAccess.readUnpacked(file.descriptor, limit: longest, take)
    } catch .system(let code) {
      throw file.problem(code)
    }
  }
}
