internal import Glibc
internal import SystemPackage

/// A machine as a tree of files: `/` itself, or a captured tree with sys/, proc/, boot/ in it.
///
/// Every path is under the root; a link in a captured tree can't lead out of it.
public struct SystemRoot: Sendable {
  /// The machine that this program runs on.
  public static let live = SystemRoot(path: "/")

  /// Without a slash at the end; empty for `/`.
  private let prefix: String
  private let folders = FolderCache()
  private var manifest: CaptureManifest?

  /// A captured tree, with what its MANIFEST says where it has one.
  public static func capture(path: String) -> SystemRoot {
    var root = SystemRoot(path: path)
    if !root.isLive, let text = try? root.readText(CaptureManifest.path) {
      root.manifest = CaptureManifest(parsing: text)
    }
    return root
  }

  public init(path: String) {
    var prefix = path[...]
    while prefix.last == "/" { prefix.removeLast() }
    // An empty path names no folder; "/" does.
    self.prefix = prefix.isEmpty && !path.hasPrefix("/") ? "." : String(prefix)
  }

  public var isLive: Bool { prefix.isEmpty }

  /// Whether what is not at a path was not on the machine: it is the live one, or the capture says that it was looked for.
  public func tells(_ path: String) -> Bool { isLive || manifest?.tells(path) == true }

  /// Why a tool gave nothing for the file of a capture that its output would lie in.
  public func failure(_ path: String) -> String? { manifest?.failure(path) }

  private func checkRights(_ path: String) throws(FileProblem) {
    if let manifest, manifest.refuses(path) {
      throw FileProblem(.permission, path: path, message: "could not be read when it was captured")
    }
  }

  /// The path of a file on this machine, free of links where the root is a captured tree.
  ///
  /// Throws: a chain of links without an end.
  public func hostPath(_ path: String) throws(FileProblem) -> String {
    try hostPath(path, followLast: true)
  }

  private func hostPath(_ path: String, followLast: Bool) throws(FileProblem) -> String {
    if isLive { return path }
    let resolution = PathResolution(root: prefix)
    do {
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
        return try resolution.resolve(path, followLast: followLast)
      }
      let leaf = path[slash...].dropFirst()
      if leaf.isEmpty || leaf == "." || leaf == ".." {
        return try resolution.resolve(path, followLast: followLast)
      }
      let folder = path[..<slash]
      let host: String
      if let known = folders[folder] {
        host = known
      } else {
        host = try resolution.resolve(String(folder))
        folders[folder] = host
      }
      let file = "\(host)/\(leaf)"
      return followLast && readLink(file) != nil
        ? try resolution.resolve(path, followLast: true) : file
    } catch {
      throw FileProblem(error, path: path)
    }
  }

  /// The whole of a file, or the problem.
  ///
  /// Throws: `tooLarge` for a file of more than `limit` bytes.
  public func read(_ path: String, limit: Int = 1 << 20) throws(FileProblem) -> [UInt8] {
    try checkRights(path)
    let host = try hostPath(path)
    do {
      let file = try FileDescriptor.open(
        FilePath(host), .readOnly, options: [.closeOnExec, .nonBlocking])
      defer { try? file.close() }
      let bytes = try readAll(file, limit: limit)
      guard let bytes else {
        throw FileProblem(.tooLarge, path: path, message: "more than \(limit) bytes")
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

  /// The whole of a file as text; bytes that are no UTF-8 become U+FFFD.
  public func readText(_ path: String, limit: Int = 1 << 20) throws(FileProblem) -> String {
    String(decoding: try read(path, limit: limit), as: UTF8.self)
  }

  /// The text of a small file without the white space around it.
  public func readTrimmed(_ path: String) throws(FileProblem) -> String {
    var bytes = try read(path, limit: 1 << 16)[...]
    while let last = bytes.last, last <= UInt8(ascii: " ") { bytes.removeLast() }
    while let first = bytes.first, first <= UInt8(ascii: " ") { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The names in a folder, sorted, without `.` and `..`.
  public func list(_ path: String) throws(FileProblem) -> [String] {
    try checkRights(path)
    let host = try hostPath(path)
    do {
      return try directoryEntries(host).sorted()
    } catch {
      throw FileProblem(error, path: path)
    }
  }

  /// The paths of all files below a folder, sorted; what begins with a dot is left out.
  ///
  /// It looks `depth` folders deep, against links that lead in a circle.
  ///
  /// Throws: a folder can't be read.
  public func filesBelow(_ path: String, depth: Int = 8) throws(FileProblem) -> [String] {
    var files: [String] = []
    for name in try list(path) where !name.hasPrefix(".") {
      let full = path.isEmpty ? name : "\(path)/\(name)"
      do {
        files += depth > 0 ? try filesBelow(full, depth: depth - 1) : []
      } catch  where error.kind == .notADirectory {
        files.append(full)
      }
    }
    return files
  }

  /// The last component of what a symbolic link points to: the driver's name for `driver`.
  public func linkTarget(_ path: String) throws(FileProblem) -> String {
    let target = try link(path)
    return target.split(separator: "/").last.map(String.init) ?? target
  }

  /// What a symbolic link points to, as it is written there.
  public func link(_ path: String) throws(FileProblem) -> String {
    let host = try hostPath(path, followLast: false)
    do {
      return try readLinkOrFail(host)
    } catch {
      throw FileProblem(error, path: path)
    }
  }

  /// Whether a path leads to something.
  public func exists(_ path: String) -> Bool {
    guard let host = try? hostPath(path) else { return false }
    return unsafe access(host, F_OK) == 0
  }

  /// Whether a program that opens the path under the root by itself ends where this type would.
  ///
  /// False for a link that leads out of a captured tree, or into it from its own root.
  public func isConfined(_ path: String) -> Bool {
    if isLive { return true }
    guard let resolved = try? hostPath(path), let real = realPath(resolved) else { return false }
    return realPath(prefix + (path.hasPrefix("/") ? path : "/" + path)) == real
  }
}

/// The names in a folder of this machine, without `.` and `..`.
///
/// The corresponding C functions are `opendir` and `readdir`.
private func directoryEntries(_ path: String) throws(Errno) -> [String] {
  guard let directory = unsafe opendir(path) else { throw Errno(rawValue: errno) }
  defer { unsafe closedir(directory) }
  var names: [String] = []
  while true {
    errno = 0
    guard let entry = unsafe readdir(directory) else {
      guard errno == 0 else { throw Errno(rawValue: errno) }
      return names
    }
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { name in
        unsafe String(cString: name)
      }
    }
    if name != ".", name != ".." { names.append(name) }
  }
}

/// The absolute path without any link; nil where it leads nowhere.
///
/// The corresponding C function is `realpath`.
private func realPath(_ path: String) -> String? {
  guard let real = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(real) }
  return unsafe String(cString: real)
}
