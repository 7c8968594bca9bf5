public import SystemPackage

/// Why a file of the machine could not be read.
public struct FileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: Sendable, Hashable {
    /// There is no such file, or it vanished meanwhile.
    case notFound
    case permission
    case notADirectory
    case isADirectory
    /// Longer than the reader allows.
    case tooLarge
    /// Every other failure, such as EIO; the message says which.
    case io
  }

  public var kind: Kind
  /// The path under the root of the machine.
  public var path: String
  /// In words, without the path.
  public var message: String

  public init(_ kind: Kind, path: String, message: String) {
    self.kind = kind
    self.path = path
    self.message = message
  }

  /// The problem that an errno stands for.
  public init(_ error: Errno, path: String) {
    let kind: Kind =
      switch error {
      // ENODEV, ENXIO: sysfs answers so for a device that went away while its file was open.
      case .noSuchFileOrDirectory, .noSuchAddressOrDevice, .operationNotSupportedByDevice: .notFound
      case .permissionDenied, .notPermitted: .permission
      case .notDirectory: .notADirectory
      case .isDirectory: .isADirectory
      default: .io
      }
    self.init(kind, path: path, message: error.description)
  }

  public var description: String { "\(path): \(message)" }
}
