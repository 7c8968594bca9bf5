internal import Glibc
internal import SystemAccess

/// A folder that is there as long as the value is.
public final class TemporaryFolder {
  public let path: String

  public init() {
    var template = Array("/tmp/xenquirks-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, let name = unsafe mkdtemp(start) else { return "" }
      return unsafe String(cString: name)
    }
  }

  deinit {
    guard path.hasPrefix("/tmp/xenquirks-") else { return }
    remove(path)
  }

  private func remove(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    for name in (try? SystemRoot(path: path).list("/")) ?? [] { remove("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }

  /// Writes a file and the folders above it.
  public func write(_ path: String, _ text: String) { write(path, Array(text.utf8)) }

  public func write(_ path: String, _ bytes: [UInt8]) {
    makeFolders(above: path)
    guard let file = unsafe fopen("\(self.path)/\(path)", "w") else { return }
    _ = unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
  }

  /// Makes a symbolic link and the folders above it.
  public func link(_ path: String, to target: String) {
    makeFolders(above: path)
    _ = unsafe symlink(target, "\(self.path)/\(path)")
  }

  public func makeFolder(_ path: String) { makeFolders(above: path + "/x") }

  private func makeFolders(above path: String) {
    var folder = self.path
    for component in path.split(separator: "/").dropLast() {
      folder += "/\(component)"
      _ = unsafe mkdir(folder, 0o755)
    }
  }
}
