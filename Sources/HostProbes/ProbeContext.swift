internal import HostModel
internal import SystemAccess

/// Fills one part of a host; what it cannot read stays unknown, with the cause.
protocol Probe {
  /// Throws: a file or a value that the person named is unusable.
  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError)
}

/// What every probe is given.
struct ProbeContext: Sendable {
  let options: ProbeOptions
  /// Nil where a dump or a snapshot stands for the machine: then no file of this one says anything of it.
  let root: SystemRoot?

  init(_ options: ProbeOptions) throws(ProbeError) {
    self.options = options
    if options.pciDump != nil || options.recorded != nil {
      root = nil
    } else if let path = options.root {
      let root = SystemRoot.capture(path: path)
      do {
        _ = try root.list("/")
      } catch {
        throw ProbeError(error, named: path)
      }
      self.root = root
    } else {
      root = .live
    }
  }

  var isLive: Bool { root?.isLive ?? false }

  /// Options that say what a file would have said.
  private static let substitutes = [
    "/proc/cmdline": "--dom0-line LINE", "/proc/version": "--linux-version VERSION",
  ]

  /// Why nothing is known of a thing that has no file here.
  func missing(_ thing: String) -> Unknown {
    if root?.tells(thing.hasPrefix("/") ? thing : "/") == true {
      return Unknown(.interfaceMissing, needs: "\(thing) from the kernel")
    }
    let needs = Self.substitutes[thing] ?? "a capture with \(thing)"
    return Unknown(.notCaptured, needs: needs)
  }

  /// The text of a small file without the white space around it.
  func text(_ path: String) -> Fact<String> {
    guard let root else { return .unknown(missing(path)) }
    do {
      return .known(try root.readTrimmed(path), source: .file(path))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  /// The bytes of a text that the person gave.
  ///
  /// Throws: the file that was named can't be read.
  func withBytes<Result, Failure: Error>(
    of input: ProbeInput, _ body: (borrowing Span<UInt8>) throws(Failure) -> Result
  ) throws(ProbeError) -> Swift.Result<Result, Failure> {
    switch input {
    case .bytes(let bytes): return capture { () throws(Failure) in try body(bytes.span) }
    case .file(let path):
      do {
        let bytes = try readNamedFile(path)
        return capture { () throws(Failure) in try body(bytes.span) }
      } catch {
        throw ProbeError(error, named: path)
      }
    }
  }

  private func capture<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) -> Swift.Result<Result, Failure> {
    do { return .success(try body()) } catch { return .failure(error) }
  }

  /// The text that the person gave; bytes that are no UTF-8 become U+FFFD.
  func text(of input: ProbeInput) throws(ProbeError) -> String {
    let text = try withBytes(of: input) { bytes in
      unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
    switch text {
    case .success(let text): return text
    }
  }
}

extension Unknown {
  /// The cause that a problem with a file of the machine stands for.
  init(_ problem: FileProblem, in root: SystemRoot) {
    let isLive = root.tells(problem.path)
    switch problem.kind {
    case .notFound, .notADirectory, .isADirectory:
      self =
        isLive
        ? Unknown(.interfaceMissing, needs: "\(problem.path) from the kernel")
        : Unknown(.notCaptured, needs: "a capture with \(problem.path)")
    case .permission:
      self = Unknown(.permission, needs: isLive ? "root" : "permission to read the capture")
    case .tooLarge: self = Unknown(.malformed, needs: "\(problem.path) of a plausible size")
    case .io:
      self = Unknown(.interfaceMissing, needs: "\(problem.path) to be readable: \(problem.message)")
    }
  }
}

extension ProbeError {
  /// The error for a file that the person named.
  init(_ problem: FileProblem, named path: String) {
    let kind: Kind =
      switch problem.kind {
      case .notFound, .notADirectory: .inputMissing
      case .permission: .noPermission
      case .isADirectory, .tooLarge: .badInput
      case .io: .cannotRead
      }
    self.init(kind, path: path, message: problem.message)
  }
}
