import FoundationEssentials
import TestSupport
import Testing

/// Nothing that tells whose machine it is comes out, whichever way.
@Suite struct CanaryTests {
  private func run(_ arguments: [String]) async throws -> String {
    let outcome = try await Tool.run(arguments)
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome.output + outcome.errors
  }

  /// Where a mark stands, for the message.
  private func places(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !CanaryMachine.found(in: String($0)).isEmpty }
      .prefix(5).map { $0.prefix(300) }
  }

  @Test(
    arguments: ["scan text", "scan json"]
      + ["markdown", "text", "html", "json"].map { "report \($0)" }, ["standard", "strict"])
  func `no format of a report holds a secret`(format: String, level: String) async throws {
    let machine = try CanaryMachine()
    let words = format.split(separator: " ").map(String.init)
    let text = try await run(
      [words[0], "--format", words[1], "--redact", level, "--root", machine.root])
    #expect(places(text) == [])
    #expect(text.contains("intel-82574-aspm-hang"))
  }

  @Test(arguments: ["standard", "strict"])
  func `no snapshot holds a secret, nor what is made of it`(level: String) async throws {
    let machine = try CanaryMachine()
    let path = "\(machine.folder.path)/snapshot.json"
    _ = try await run(["snapshot", "--redact", level, "--root", machine.root, "-o", path])
    let text = try Fixtures.text(at: path)
    #expect(places(text) == [])
    #expect(text.contains("device-serial-number") && text.contains("vital-product-data"))
    for words in [["scan"], ["scan", "--format", "json"], ["report"], ["bootline"], ["check"]] {
      let outcome = try await Tool.run(words + ["--from", path])
      #expect(places(outcome.output + outcome.errors) == [], "\(words)")
    }
  }

  @Test(arguments: Collector.allCases)
  func `no tree of the collector holds a secret, nor what is made of it`(
    shell: Collector
  ) async throws {
    let machine = try CanaryMachine()
    let tree = try await shell.tree(["--root", machine.root], in: machine.folder)
    #expect(tree.outcome.status == 0)
    #expect(tree.archive.count > 100_000)
    #expect(places(String(decoding: tree.archive, as: UTF8.self)) == [])
    let serial = Array(CanaryMachine.serialBytes[..<4])
    #expect(!tree.archive.indices.contains { tree.archive[$0...].starts(with: serial) })
    #expect(CanaryMachine.found(in: tree.outcome.output + tree.outcome.errors) == [])
    let preview = try await shell.run(["--root", machine.root, "--preview"], in: machine.folder)
    #expect(places(preview.output + preview.errors) == [])
    for words in [["scan"], ["scan", "--format", "json"], ["snapshot", "--redact", "none"]] {
      #expect(places(try await run(words + ["--root", tree.path])) == [], "\(words)")
    }
  }

  @Test func `beside the boot lines even an open report holds no secret`() async throws {
    let machine = try CanaryMachine()
    let lines = ["--dom0-line", "quiet pcie_aspm=off", "--xen-line", "msi=false"]
    for words in [
      ["scan"], ["scan", "--format", "json"], ["report", "--redact", "none"],
      ["snapshot", "--redact", "none"],
    ] {
      // Xen's log names the word of the line that it did not know.
      let text = try await run(words + lines + ["--root", machine.root])
      #expect(places(text.replacing("canaryxen", with: "")) == [], "\(words)")
    }
  }

  @Test func `the secrets of the boot lines are there where nothing is left out`() async throws {
    let machine = try CanaryMachine()
    for words in [
      ["scan", "--format", "json"], ["report", "--format", "json"],
      ["report", "--format", "markdown"], ["report", "--format", "html"],
      ["report", "--format", "text"], ["snapshot"],
    ] {
      let text = try await run(words + ["--redact", "none", "--root", machine.root])
      let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
      for secret in ["canarypass", CanaryMachine.uuid, "192.0.2.77", "canarykey", "ca:fe:d0:0d"] {
        #expect(flat.contains(secret), "\(words): \(secret)")
      }
    }
  }

  @Test func `what the machine needs is found beside what is left out`() async throws {
    let machine = try CanaryMachine()
    let tree = try await Collector.dash.tree(["--root", machine.root], in: machine.folder)
    let direct = try await run(["scan", "--format", "json", "--root", machine.root])
    let collected = try await run(["scan", "--format", "json", "--root", tree.path])
    let quirks = { (text: String) in
      text.split(separator: "\n").filter {
        $0.contains("\"quirk\" :") || $0.contains("\"state\" :")
      }
    }
    #expect(quirks(direct) == quirks(collected))
    #expect(quirks(direct).count > 10)
  }
}
