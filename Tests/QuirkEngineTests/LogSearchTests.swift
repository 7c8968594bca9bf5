import HostModel
import QuirkEngine
import QuirkProof
import Testing

@Suite struct LogSearchTests {
  private func quirk(_ id: String, _ patterns: [String]) throws -> Quirk {
    Quirk(
      id: id, title: "t", category: .nic, severity: .hang, evidence: .a, tags: [],
      subject: .function, when: .term(try Term(key: .pci, values: ["8086:10d3"])),
      armed: .term(try Term(key: .kernelLog, values: patterns)), unless: [], confirmedBy: [],
      handledBy: [], why: "w", cost: "c", actions: [], folk: [], references: [],
      origin: Origin(file: "f", line: 1))
  }

  /// The states of quirks that ask for patterns, on a machine with a log.
  private func states(_ patterns: [[String]], _ log: [String]) throws -> [String] {
    let quirks = try patterns.enumerated().map { try quirk("q-\($0.offset)", $0.element) }
    let machine = (["01:00.0 8086:10d3", "xen-line placeholder"] + log.map { "log \($0)" })
      .joined(separator: "\n")
    let host = try FixtureMachine(machine, name: "test") { _ in "" }.host
    let assessment = QuirkDatabase(Knowledge(quirks: quirks), digest: "").assess(host)
    return quirks.map { quirk in
      assessment.findings.first { $0.quirk.id == quirk.id }?.state.rawValue ?? "none"
    }
  }

  @Test func `many patterns find their lines, those with one beginning too`() throws {
    let log = [
      "e1000e 0000:01:00.0 eth0: Detected Hardware Unit Hang:", "short", "",
      "irq 16: nobody cared (try booting with the \"irqpoll\" option)", "käse Detected",
    ]
    let patterns = [
      ["Detected Hardware Unit Hang"], ["Detected Hardware Unit Gone"], ["nobody cared*irqpoll"],
      ["irqpoll*nobody cared"], ["e1000e {address}*Unit Hang"], ["e1000e {address}*Unit Hung"],
      ["käse Det"], ["nothing like it", "Hardware Unit"],
    ]
    #expect(
      try states(patterns, log) == [
        "missing", "latent", "missing", "latent", "missing", "latent", "missing", "missing",
      ])
  }

  @Test func `another function's line is not the subject's`() throws {
    #expect(
      try states(
        [["{address}*Unit Hang"]], ["e1000e 0000:02:00.0 eth0: Detected Hardware Unit Hang"])
        == ["latent"])
  }

  @Test func `a pattern of nothing but a placeholder is refused`() {
    #expect(throws: TermError.self) { try Term(key: .kernelLog, values: ["{address}*hang"]) }
  }
}
