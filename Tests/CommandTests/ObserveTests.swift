import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `observe`, on the machine that runs the tests.
@Suite struct ObserveTests {
  @Test func `a look keeps to the schema`() async throws {
    let folder = try Tool.Folder()
    let outcome = try await Tool.run(["observe", "--for", "1s", "--format", "json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let file = try folder.write(outcome.output, to: "observation.json")
    #expect(try await Schema.complaints(about: [file], schema: "observation-1.json") == "")
  }

  @Test func `Ctrl-C ends it with what was seen`() async throws {
    let outcome = try await Tool.run(
      ["-s", "INT", "5", Tool.path, "observe", "--for", "1h"], path: "/usr/bin/timeout")
    // timeout(1) says 124 where it had to end the program.
    #expect(outcome.status == 124)
    #expect(outcome.output.hasPrefix("observed for "))
    #expect(outcome.output.contains("\nINTERRUPTS\n"))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can become nobody"))
  func `an ordinary user sees what he may, and is told what needs root`() async throws {
    let folder = try Tool.Folder()
    let program = try folder.write(try Fixtures.bytes(Tool.path), to: "xenquirks")
    #expect(unsafe chmod(program, 0o755) == 0)
    #expect(unsafe chmod(folder.path, 0o755) == 0)
    let outcome = try await Tool.run(
      ["observe", "--for", "1s"], path: program, asNobody: true)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\nINTERRUPTS\n"))
    #expect(!outcome.output.contains("\r"), "no bar where standard error is no terminal")
    #expect(!outcome.errors.contains("\r"))
  }

  @Test(arguments: ["0", "soon", "-3s", "1d", "1e9h"])
  func `a time that is none is refused`(time: String) async throws {
    let outcome = try await Tool.run(["observe", "--for=\(time)"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("'\(time)' is no time such as 30s"), "\(outcome.errors)")
  }

  @Test func `a packed log is read as the log`() async throws {
    let folder = try Tool.Folder()
    let line = "e1000e 0000:00:19.0 eth0: Try turning off Tx pause (flow control) via ethtool\n"
    let plain = try folder.write("Linux version 6.1.0\n" + line, to: "dmesg")
    let packed = try await Tool.run(
      ["-c", "gzip -c \(plain) > \(plain).gz"], path: "/bin/sh")
    #expect(packed.status == 0)
    let howTo = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
    let look = ["scan", "--format", "json", "--root", howTo]
    let one = try await Tool.run(look + ["--klog", plain])
    let other = try await Tool.run(look + ["--klog", "\(plain).gz"])
    #expect(one.status == 0 && other.status == 0, "\(other.errors)")
    #expect(one.output == other.output)
  }
}
