internal import FoundationEssentials
public import QuirkProof

/// The files of the checkout that tests read.
public enum Fixtures {
  /// The folder of the package.
  public static let root: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
  }()

  /// A file as text, by its path under the package.
  public static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: "\(root)/\(path)")), as: UTF8.self)
  }

  /// A file as text, by its whole path.
  public static func text(at path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
  }

  /// A file as bytes, by its path under the package, or anywhere if it begins with a slash.
  public static func bytes(_ path: String) throws -> [UInt8] {
    let path = path.hasPrefix("/") ? path : "\(root)/\(path)"
    return Array(try Data(contentsOf: URL(filePath: path)))
  }

  /// Every file under a folder of the package, however deep, sorted.
  public static func files(under folder: String, suffix: String = "") -> [String] {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
  }

  /// A machine of `quirks/machines`.
  public static func machine(_ name: String) throws -> FixtureMachine {
    try FixtureMachine(try machineText(name), name: name, include: machineText)
  }

  private static func machineText(_ name: String) throws -> String {
    try text("quirks/machines/\(name)")
  }
}
