import Glibc
import HostModel
import Testing
import XenTools

@Suite struct ToolRunTests {
  @Test func `what a tool prints is given back`() async throws {
    let text = try await run("sh", ["-c", "echo xen_version : 4.17"]).get()
    #expect(text == "xen_version : 4.17\n")
  }

  @Test func `a missing tool is an unknown fact with its cause`() async {
    let reason = await reason(run("xenquirks-no-such-tool", []))
    #expect(reason?.cause == .interfaceMissing)
    #expect(reason?.needs.contains("xenquirks-no-such-tool") == true)
  }

  @Test func `a tool that fails says why`() async {
    let reason = await reason(run("sh", ["-c", "echo no privcmd >&2; exit 1"]))
    #expect(reason?.cause == .permission || reason?.needs.contains("no privcmd") == true)
  }

  @Test func `a tool that hangs is ended`() async {
    let reason = await reason(run("sleep", ["60"], limit: .milliseconds(50)))
    #expect(reason?.cause == .interfaceMissing)
    #expect(reason?.needs.contains("within") == true)
  }

  private func reason(_ result: Result<String, Unknown>) -> Unknown? {
    if case .failure(let reason) = result { reason } else { nil }
  }

  /// Runs a tool on a thread of its own, as the command does: a test's own thread belongs to the
  /// shared pool.
  private func run(
    _ name: String, _ arguments: [String], limit: Duration = .seconds(120)
  ) async -> Result<String, Unknown> {
    await withCheckedContinuation { continuation in
      let work = Work {
        let result = Result { () throws(Unknown) in
          try runXenTool(name, arguments: arguments, limit: limit)
        }
        continuation.resume(returning: result)
      }
      var thread = pthread_t()
      _ = unsafe pthread_create(
        &thread, nil,
        { pointer in
          if let pointer = unsafe pointer {
            unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
          }
          return nil
        }, Unmanaged.passRetained(work).toOpaque())
    }
  }

  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
