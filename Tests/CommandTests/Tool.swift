import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage
import TestSupport

/// The built program, run as a person runs it.
struct Tool {
  /// What one run printed.
  struct Outcome {
    var status: Int32?
    var output: String
    var errors: String
  }

  /// The folder of the built products: that of the running tests.
  static let products: String = {
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    return executable.map { String($0[..<($0.lastIndex(of: "/") ?? $0.endIndex)]) } ?? "."
  }()

  static var path: String { "\(products)/xenquirks" }

  /// A pci.ids of our own: the names of the system's change.
  static var names: String { "\(Fixtures.root)/Tests/Fixtures/pci.ids" }

  /// Runs the program with arguments; the environment holds no terminal's wishes.
  static func run(
    _ arguments: [String], path: String = path, directory: String? = nil, asNobody: Bool = false
  ) async throws -> Outcome {
    var options = PlatformOptions()
    if asNobody {
      (options.userID, options.groupID, options.supplementaryGroups) = (65534, 65534, [])
    }
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: Arguments(arguments),
      environment: .inherit.updating(["NO_COLOR": "1", "LC_ALL": "C.UTF-8"]),
      workingDirectory: directory.map { FilePath($0) }, platformOptions: options,
      output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
    let status: Int32? =
      if case .exited(let code) = result.terminationStatus { code } else { nil }
    return Outcome(
      status: status, output: result.standardOutput, errors: result.standardError)
  }

  /// A folder that is removed with the value.
  final class Folder {
    let path: String

    init() throws {
      path = FileManager.default.temporaryDirectory.path + "/xenquirks-tests-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
      try write(Array(text.utf8), to: name)
    }

    /// Makes a symbolic link.
    func link(_ name: String, to target: String) throws {
      try FileManager.default.createSymbolicLink(
        atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    func write(_ bytes: [UInt8], to name: String) throws -> String {
      let url = URL(filePath: "\(path)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
      return url.path
    }
  }
}
