internal import Glibc
internal import SystemPackage

/// Finds the place that a path names when `root` is taken for `/`, following links as chroot(2)
/// does.
///
/// An absolute link starts again at the root and `..` stops there, so nothing outside the root is
/// reached. The tree is not expected to change meanwhile.
struct PathResolution {
  private static let longestChain = 40

  var root: String

  /// The path on this machine, free of links; the last component may be missing.
  ///
  /// Throws: ELOOP for a chain of more than 40 links.
  func resolve(_ path: String, followLast: Bool = true) throws(Errno) -> String {
    var done: [Substring] = []
    var open = Array(path.split(separator: "/").reversed())
    var links = 0
    while let component = open.popLast() {
      switch component {
      case ".": continue
      case "..":
        done.removeLast(min(1, done.count))
        continue
      default: break
      }
      done.append(component)
      guard followLast || !open.isEmpty, let target = readLink(joined(done)) else { continue }
      links += 1
      guard links <= Self.longestChain else { throw .tooManySymbolicLinkLevels }
      if target.hasPrefix("/") { done.removeAll() } else { done.removeLast() }
      open += target.split(separator: "/").reversed()
    }
    return joined(done)
  }

  private func joined(_ components: [Substring]) -> String {
    root + "/" + components.joined(separator: "/")
  }
}

/// Where a symbolic link points to; nil for everything else.
func readLink(_ path: String) -> String? {
  try? readLinkOrFail(path)
}

/// Where a symbolic link points to.
///
/// Throws: EINVAL for a file that is no link. The corresponding C function is `readlink`.
func readLinkOrFail(_ path: String) throws(Errno) -> String {
  var code: CInt = 0
  let target = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) {
    buffer -> String? in
    guard let start = buffer.baseAddress else { return nil }
    let length = unsafe readlink(path, start, buffer.count)
    guard length >= 0 else {
      code = errno
      return nil
    }
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }
  guard let target else { throw Errno(rawValue: code) }
  return target
}
