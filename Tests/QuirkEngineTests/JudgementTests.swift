import HostModel
import QuirkEngine
import QuirkProof
import TestSupport
import Testing

@Suite struct JudgementTests {
  private func term(_ key: Term.Key, _ values: String...) throws -> Condition {
    .term(try Term(key: key, values: values))
  }

  /// A defect of 8086:10d3 that ASPM arms; `handler` promises to take the trigger away, or to live
  /// with it.
  private func quirk(disarms: Bool = true, options: [String] = ["pcie_aspm.policy=performance"])
    throws -> Quirk
  {
    Quirk(
      id: "test-quirk", title: "", category: .aspm, severity: .hang, evidence: .a, tags: [],
      subject: .function, when: try term(.pci, "8086:10d3"),
      armed: try term(.linkASPM, "l0s", "l1"), unless: [], confirmedBy: [],
      handledBy: [
        Handler(
          condition: try term(.driver, "e1000e"), by: "e1000e", lost: "", regain: "",
          disarms: disarms)
      ], why: "", cost: "",
      actions: options.map {
        Action(
          target: .dom0, operation: .add, text: $0, condition: nil, verify: nil, undo: "")
      },
      folk: [FolkRemedy(target: .dom0, option: "pcie_aspm=off", verdict: "freezes")],
      references: [], origin: Origin(file: "test", line: 1))
  }

  private func assess(_ quirk: Quirk, _ lines: String) throws -> Assessment {
    let machine = try FixtureMachine(lines, name: "test") { _ in "" }
    return QuirkDatabase(Knowledge(quirks: [quirk]), digest: "test").assess(machine.host)
  }

  private let on = """
    0000:00:01.0 8086:0001 bridge 01 root-port aspm l0s,l1 on l1
    0000:01:00.0 8086:10d3 endpoint aspm l0s,l1 on l1
    """
  private let off = """
    0000:00:01.0 8086:0001 bridge 01 root-port aspm l0s,l1
    0000:01:00.0 8086:10d3 endpoint aspm l0s,l1
    """

  @Test(arguments: [
    ("", QuirkState.needed), ("dom0-line quiet", .missing),
    ("dom0-line pcie_aspm.policy=performance", .ineffective),
    ("dom0-line pcie_aspm=off", .ineffective),
    ("dom0-line pcie_aspm.policy=performance pcie_aspm.policy=default", .missing),
  ])
  func `with the trigger on, the line decides`(line: String, state: QuirkState) throws {
    let assessment = try assess(quirk(), "\(on)\n\(line)")
    #expect(assessment.findings.map(\.state) == [state])
    #expect(assessment.findings.first?.subjects.map(\.description) == ["0000:01:00.0"])
  }

  @Test(arguments: [
    ("", QuirkState.latent), ("dom0-line quiet", .latent),
    ("dom0-line pcie_aspm.policy=performance", .applied),
  ])
  func `with the trigger off, the remedy is kept`(line: String, state: QuirkState) throws {
    #expect(try assess(quirk(), "\(off)\n\(line)").findings.map(\.state) == [state])
  }

  @Test func `a handler that should have taken the trigger away is refuted by the trigger`() throws
  {
    let bound = on.replacing("endpoint", with: "endpoint driver e1000e")
    #expect(try assess(quirk(), bound).findings.map(\.state) == [.needed])
    #expect(try assess(quirk(disarms: false), bound).findings.map(\.state) == [.handled])
  }

  @Test func `a handler that may be there leaves it open`() throws {
    let assessment = try assess(quirk(disarms: false), on)
    #expect(assessment.findings.isEmpty)
    #expect(assessment.undecided.map(\.quirk.id) == ["test-quirk"])
  }

  @Test func `an unknown trigger is undecided, and says what is needed`() throws {
    let assessment = try assess(quirk(), on + "\nas-user")
    #expect(assessment.findings.isEmpty)
    #expect(assessment.undecided.first?.needs == ["root"])
  }

  @Test func `an unknown trigger with the remedy on the line is applied`() throws {
    let assessment = try assess(
      quirk(), on + "\nas-user\ndom0-line pcie_aspm.policy=performance")
    #expect(assessment.findings.map(\.state) == [.applied])
    #expect(assessment.findings.first?.isInForce == nil)
  }

  @Test func `a quirk none of whose hardware is here is nowhere`() throws {
    let assessment = try assess(quirk(), "0000:00:01.0 8086:10d4 endpoint\nas-user")
    #expect(assessment.findings.isEmpty && assessment.undecided.isEmpty)
  }

  @Test func `after a remedy without effect comes the next`() throws {
    let quirk = try quirk(options: ["first=1", "second=1"])
    let finding = try #require(try assess(quirk, on + "\ndom0-line first=1").findings.first)
    #expect(finding.actions.map { $0.map(\.text) } == [["second=1"]])
  }

  @Test func `an incomplete list of functions proves no absence`() throws {
    var quirk = try quirk()
    quirk.armed = .related(.exists, try term(.pci, "8086:9999"))
    #expect(try assess(quirk, off).findings.map(\.state) == [.latent])
    #expect(try assess(quirk, off + "\npartial").undecided.count == 1)
  }
}
