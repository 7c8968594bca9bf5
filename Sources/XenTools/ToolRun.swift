internal import Glibc
public import HostModel
internal import Subprocess
internal import SystemPackage

/// Runs a tool of Xen's toolstack and gives what it printed to standard output.
///
/// Blocks for `limit` at most. Throws: why there is no answer, be the tool missing, slow or at odds
/// with Xen.
public func runXenTool(
  _ name: String, arguments: [String], limit: Duration = .seconds(10)
) throws(Unknown) -> String {
  let answer = Answer()
  let executor = CallerExecutor()
  // The one place where synchronous code waits for asynchronous code.
  let task = Task(executorPreference: executor) {
    answer.result = await run(name, arguments: arguments)
  }
  if !executor.run(for: limit, until: { answer.result != nil }) {
    // Cancelling kills the tool; it is left alone where even that takes long.
    task.cancel()
    _ = executor.run(for: .seconds(2), until: { answer.result != nil })
    throw Unknown(.interfaceMissing, needs: "'\(name)' to answer within \(limit)")
  }
  return try answer.result?.get() ?? ""
}

/// What the tool answered; written and read by the thread that waits, and by no other.
private final class Answer: @unchecked Sendable {
  var result: Result<String, Unknown>?
}

private func run(_ name: String, arguments: [String]) async -> Result<String, Unknown> {
  do {
    let result = try await Subprocess.run(
      .name(name), arguments: Arguments(arguments),
      environment: .inherit.updating(["PATH": searchPath, "LC_ALL": "C"]),
      output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
    if result.terminationStatus.isSuccess {
      return .success(result.standardOutput)
    }
    return .failure(refusal(name, result.standardError))
  } catch let error as SubprocessError where error.code == .executableNotFound {
    return .failure(Unknown(.interfaceMissing, needs: "the command '\(name)' (xen-utils)"))
  } catch {
    return .failure(Unknown(.interfaceMissing, needs: "'\(name)' to run (\(error))"))
  }
}

/// Why a tool failed: as a rule the toolstack's device files are there for root alone.
private func refusal(_ name: String, _ complaint: String) -> Unknown {
  if geteuid() != 0 { return Unknown(.permission, needs: "root") }
  let reason = complaint.split(whereSeparator: \.isNewline).first ?? "it said nothing"
  return Unknown(.interfaceMissing, needs: "'\(name)' to work (\(reason))")
}

/// The person's own path, and behind it the places of the administrator's tools.
private var searchPath: String {
  let own = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
  return own + (own.isEmpty ? "" : ":") + "/usr/sbin:/sbin:/usr/bin:/bin"
}
