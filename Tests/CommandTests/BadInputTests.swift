import FoundationEssentials
import QuirkProof
import TestSupport
import Testing

@Suite struct BadInputTests {
  @Test(arguments: [
    ("03:00.0 X\n00: 86 80 zz\n", ":2: expected two hexadecimal digits"),
    ("03:00.0 X\n\t\(String(repeating: "x", count: 300))\n", ":2: a line of 301 characters"),
    ("hello\n", ":1: no PCI function"),
    ("", ":1: no PCI function"),
  ])
  func `a bad dump is refused with its line and status 65`(text: String, message: String)
    async throws
  {
    let folder = try Tool.Folder()
    let dump = try folder.write(text, to: "bad.hex")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump])
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("bad.hex\(message)"), "\(outcome.errors)")
  }

  @Test func `a dump with carriage returns is read`() async throws {
    let folder = try Tool.Folder()
    let text = try Fixtures.machine("nics-aspm-on").dump.replacing("\n", with: "\r\n")
    let outcome = try await Tool.run(
      ["scan", "--pci-dump", try folder.write(text, to: "crlf.hex")])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("intel-82574-aspm-hang"))
  }

  @Test func `random bytes are refused, never a crash`() async throws {
    let folder = try Tool.Folder()
    for round in 0..<5 {
      let bytes = (0..<5000).map { _ in UInt8.random(in: 0...255) }
      let dump = try folder.write(bytes, to: "random\(round)")
      #expect(try await Tool.run(["scan", "--pci-dump", dump]).status == 65)
    }
  }

  @Test func `a file that is not there is status 66`() async throws {
    let outcome = try await Tool.run(["scan", "--pci-dump", "/nonexistent/file"])
    #expect(outcome.status == 66)
    #expect(outcome.errors.contains("/nonexistent/file"))
  }

  @Test(arguments: [
    ["--frobnicate"], ["scan", "--format", "yaml"], ["frob"], ["explain"],
    ["scan", "--root", "/x", "--pci-dump", "/y"], ["scan", "--xen-version", "new"],
  ])
  func `wrong use is status 64`(arguments: [String]) async throws {
    #expect(try await Tool.run(arguments).status == 64)
  }

  @Test func `an empty root claims nothing`() async throws {
    let folder = try Tool.Folder()
    let outcome = try await Tool.run(["scan", "--root", folder.path])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("nothing is claimed"))
  }

  @Test func `a full disk is status 73`() async throws {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine("nics-near").dump, to: "a.hex")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump, "-o", "/dev/full"])
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("/dev/full"))
  }

  @Test func `a reader that closes early is no error`() async throws {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine("nics-aspm-on").dump, to: "a.hex")
    let script =
      "set -o pipefail; '\(Tool.path)' scan --pci-dump '\(dump)' --format json | head -c 10"
    let outcome = try await Tool.run(["-c", script], path: "/bin/bash")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
  }

  @Test func `a name with control characters does not reach the terminal`() async throws {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine("nics-aspm-on").dump, to: "a\u{1b}[31m.hex")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump])
    #expect(outcome.status == 0)
    #expect(!outcome.output.contains("\u{1b}"))
  }
}

@Suite struct OrdinaryUserTests {
  @Test func `64 bytes of a function claim nothing that stands behind them`() async throws {
    let folder = try Tool.Folder()
    let dump = try folder.write(try Fixtures.machine("nics-as-user").dump, to: "user.hex")
    let outcome = try await Tool.run(["scan", "--pci-dump", dump, "--dom0-line", "ro"])
    #expect(outcome.status == 0)
    let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("13 of 15 functions show no capabilities"))
    #expect(words.contains("NOT DECIDED"))
    #expect(!words.contains("none of the"))
    #expect(!words.contains("no known quirk"))
  }
}
