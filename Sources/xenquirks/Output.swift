internal import Glibc
internal import ReportRendering
internal import SystemPackage

/// A reader that closes its end early (`| head`) is no error.
func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
}

/// Ends the program.
func leave(_ status: ExitStatus) -> Never {
  exit(status.rawValue)
}

/// Writes a line to standard error.
func complain(_ line: String) {
  _ = try? FileDescriptor.standardError.writeAll((line.printable + "\n").utf8)
}

/// Writes a text to standard output, or to a file, and fails with the status for what went wrong.
func write(_ text: String, to path: String? = nil) throws(Failure) {
  guard let path, path != "-" else {
    do {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch Errno.brokenPipe {
      leave(.success)
    } catch {
      throw Failure(.cannotWrite, "cannot write to standard output: \(error)")
    }
    return
  }
  do {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.create, .truncate],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    try file.closeAfter { _ = try file.writeAll(text.utf8) }
  } catch let error as Errno where error == .permissionDenied {
    throw Failure(.noPermission, "\(path): cannot write: \(error)")
  } catch {
    throw Failure(.cannotWrite, "\(path): cannot write: \(error)")
  }
}

/// Writes a text to standard output and ends the program.
func finish(writing text: String) -> Never {
  do {
    try write(text)
    leave(.success)
  } catch {
    complain("xenquirks: \(error.message)")
    leave(error.status)
  }
}

/// Whether standard output is a terminal.
var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

/// A variable of the environment; nil when it is not set or empty.
func environment(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  let text = unsafe String(cString: value)
  return text.isEmpty ? nil : text
}

/// Today in UTC, as `2026-11-23`.
func currentDay() -> String {
  var now = time(nil)
  var parts = unsafe tm()
  guard unsafe gmtime_r(&now, &parts) != nil else { return "" }
  return unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map {
    number in
    number < 10 ? "0\(number)" : "\(number)"
  }.joined(separator: "-")
}
