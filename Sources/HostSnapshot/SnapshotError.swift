/// Why a text is no snapshot, and where.
public struct SnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Counted from 1.
  public var line: Int
  /// The place in the document: `host.cpu.identity.known.family`; empty where the text is no JSON.
  public var path: String
  public var message: String

  init(_ message: String, line: Int, path: String = "") {
    self.line = line
    self.path = path
    self.message = message
  }

  /// The same error, told from outside of the value that it is in.
  package func inside(_ component: String) -> SnapshotError {
    var error = self
    let dot = path.isEmpty || path.hasPrefix("[") ? "" : "."
    error.path = component + dot + path
    return error
  }

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
