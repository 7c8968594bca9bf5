import Glibc
import TestSupport
import Testing

/// The script that reportbug runs for a bug in the package.
@Suite struct ReportbugTests {
  private static let script = "\(Fixtures.root)/packaging/debian-reportbug"

  /// Runs the script with one program on its path; what went to descriptor 3, and all the rest.
  private func run(program: String?, descriptor: String = "3>mail") async throws
    -> (mail: String, outcome: Tool.Outcome)
  {
    let folder = try Tool.Folder()
    if let program {
      let path = try folder.write(program, to: "bin/xenquirks")
      #expect(unsafe chmod(path, 0o755) == 0)
    }
    let outcome = try await Tool.run(
      ["-c", "PATH=\(folder.path)/bin /bin/dash \(Self.script) \(descriptor)"], path: "/bin/sh",
      directory: folder.path)
    return ((try? Fixtures.text(at: "\(folder.path)/mail")) ?? "", outcome)
  }

  @Test func `the strict text report goes to descriptor 3, and nothing elsewhere`() async throws {
    let root = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
    let (mail, outcome) = try await run(
      program: "#!/bin/sh\nexec \(Tool.path) \"$@\" --root \(root)\n")
    #expect(outcome.status == 0)
    #expect(outcome.output == "" && outcome.errors == "")
    #expect(mail.contains("intel-82574-aspm-hang"))
    #expect(mail.contains("Redaction: strict"))
    #expect(mail.contains("root=<redacted:root>") && !mail.contains("/dev/sda5"))
    let direct = try await Tool.run(
      ["report", "--format", "text", "--redact", "strict", "--root", root])
    #expect(mail.hasSuffix(direct.output))
  }

  @Test func `it asks for the strict text report`() async throws {
    let (mail, _) = try await run(program: "#!/bin/sh\necho \"asked: $*\"\n")
    #expect(mail.contains("asked: report --format text --redact strict --quiet\n"))
  }

  @Test func `a program that fails or is not there does not keep the mail back`() async throws {
    let failing = try await run(program: "#!/bin/sh\necho no >&2\nexit 77\n")
    #expect(failing.outcome.status == 0)
    #expect(failing.mail.contains("ended with exit status 77"))
    let missing = try await run(program: nil)
    #expect(missing.outcome.status == 0)
    #expect(missing.mail.contains("not on the PATH"))
  }

  @Test func `without descriptor 3 it prints`() async throws {
    let (_, outcome) = try await run(program: "#!/bin/sh\necho report\n", descriptor: "3>&-")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasSuffix("\nreport\n"))
  }
}
