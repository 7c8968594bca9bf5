import HostSnapshot
import Testing

@testable import ReportComparison

@Suite struct ComparisonTests {
  /// A report with what the tests look at, each part as JSON text.
  private func report(
    host: String = "", functions: String = "", links: String = "", findings: String = "",
    undecided: String = "", advice: String = "", xenLine: String = #"["console=vga"]"#,
    advised: String = "console=vga", redaction: String = "none", digest: String = "a"
  ) throws -> ReportDocument {
    let text = """
      {"schema": "xenquirks-report/1", "tool": {"name": "xenquirks", "version": "0.1.0"},
       "database": {"digest": "\(digest)"}, "redaction": {"level": "\(redaction)"},
       "target": {"policy": "targeted"},
       "host": {\(host)"commandLine": {"xen": \(xenLine), "dom0": null},
         "pci": {"complete": true, "functions": [\(functions)], "links": [\(links)]}},
       "findings": [\(findings)], "undecided": [\(undecided)],
       "advice": {\(advice)}, "bootline": {"xen": "\(advised)", "dom0": ""}}
      """
    return try ReportDocument(parsing: Array(text.utf8))
  }

  private func difference(_ before: ReportDocument, _ after: ReportDocument) throws -> Comparison {
    try Comparison(before: before, after: after)
  }

  private static let card =
    #"{"address": "0000:03:00.0", "vendor": "8086", "device": "10d3", "name": "NIC", "driver": "e1000e","#
    + #" "msi": {"enabled": true}, "powerState": "D0", "express": {"link": {"speed": "5GT/s", "width": 4}}}"#

  @Test func `the same report twice differs in nothing`() throws {
    let one = try report(host: #""dmi": {"biosVersion": "1.0"}, "#, functions: Self.card)
    #expect(try difference(one, one).isSame)
    #expect(try difference(one, one) == Comparison())
  }

  @Test func `a fact of the host that changed is told with both values`() throws {
    let old = try report(host: #""dmi": {"biosVersion": "1.0"}, "cpu": {"microcode": "0x1a"}, "#)
    let new = try report(
      host:
        #""dmi": {"biosVersion": "2.0"}, "cpu": {"microcode": {"unknown": "permission", "needs": "root"}}, "#
    )
    let found = try difference(old, new)
    #expect(
      found.host == [
        .init(path: "dmi.biosVersion", before: .text("1.0"), after: .text("2.0")),
        .init(
          path: "cpu.microcode", before: .text("0x1a"),
          after: .unknown(cause: "permission", needs: "root")),
      ])
    #expect(!found.isSame)
  }

  @Test func `what only one version of the report can say is not compared`() throws {
    let old = try report(host: #""cpu": {"microcode": "0x1a"}, "#)
    let new = try report(host: #""cpu": {"microcode": "0x1a", "news": true}, "logs": {"a": 1}, "#)
    #expect(try difference(old, new).isSame)
  }

  @Test func `counters that go on while the machine runs are no difference`() throws {
    let states = { (usage: Int) in
      #""cpuidle": {"states": [{"name": "C1", "usage": \#(usage), "time": \#(usage)}]}, "#
    }
    #expect(try difference(try report(host: states(1)), try report(host: states(2))).isSame)
    let other = try report(host: #""cpuidle": {"states": [{"name": "C2", "usage": 1}]}, "#)
    #expect(
      try difference(try report(host: states(1)), other).host.map(\.path) == [
        "cpuidle.states[0].name"
      ])
  }

  @Test func `functions that came and went are told with their ids`() throws {
    let old = try report(functions: Self.card)
    let new = try report(
      functions: #"{"address": "0000:04:00.0", "vendor": "10ec", "device": "8168"}"#)
    let found = try difference(old, new)
    #expect(found.gone == [.init(address: "0000:03:00.0", ids: "8086:10d3", name: "NIC")])
    #expect(found.new == [.init(address: "0000:04:00.0", ids: "10ec:8168", name: nil)])
    #expect(found.functions.isEmpty)
  }

  @Test func `MSI, driver, speed and width of a function are compared, its power state is not`()
    throws
  {
    let changed = Self.card.replacing("true", with: "false").replacing("5GT/s", with: "2.5GT/s")
      .replacing(": 4", with: ": 1").replacing("e1000e", with: "pciback").replacing(
        "D0", with: "D3hot")
    let found = try difference(try report(functions: Self.card), try report(functions: changed))
    #expect(found.functions.map(\.name) == ["0000:03:00.0"])
    #expect(
      found.functions.first?.changes.map(\.path) == [
        "driver", "msi.enabled", "express.link.speed", "express.link.width",
      ])
  }

  @Test func `ASPM of a link is compared by its ends`() throws {
    let link = { (l1: Bool) in
      #"{"upstream": "0000:00:07.0", "downstream": ["0000:03:00.0"], "l1": \#(l1)}"#
    }
    let found = try difference(try report(links: link(true)), try report(links: link(false)))
    #expect(
      found.links == [
        .init(
          name: "0000:00:07.0 - 0000:03:00.0",
          changes: [.init(path: "l1", before: .bool(true), after: .bool(false))])
      ])
  }

  @Test func `words of a line that came, went or moved are told`() throws {
    let old = try report(xenLine: #"["a", "b", "b"]"#, advised: "a b")
    let new = try report(xenLine: #"["a", "b", "c"]"#, advised: "b a")
    let found = try difference(old, new)
    #expect(found.presentLines.first?.added == ["c"])
    #expect(found.presentLines.first?.removed == ["b"])
    #expect(found.advisedLines.first?.isReordered == true)
    let blind = try report(xenLine: #"{"unknown": "permission", "needs": "root"}"#)
    #expect(try difference(old, blind).presentLines.first?.change != nil)
  }

  @Test func `a finding came, went, or is in another state, for each subject`() throws {
    let finding = { (quirk: String, state: String, subjects: String) in
      #"{"quirk": "\#(quirk)", "title": "T", "severity": "hang", "state": "\#(state)", "subjects": [\#(subjects)]}"#
    }
    let old = try report(
      findings: finding("gone", "missing", "") + ","
        + finding("turned", "missing", #""0000:03:00.0", "0000:04:00.0""#))
    let new = try report(
      findings: finding("came", "latent", #""cpu""#) + ","
        + finding("turned", "missing", #""0000:03:00.0""#),
      undecided:
        #"{"quirk": "turned", "title": "T", "severity": "hang", "subjects": ["0000:04:00.0"]}"#)
    let found = try difference(old, new).findings
    #expect(found.map(\.quirk) == ["came", "gone", "turned"])
    #expect(found.map(\.before) == [nil, "missing", "missing"])
    #expect(found.map(\.after) == ["latent", nil, "undecided"])
    #expect(found.last?.subjects == ["0000:04:00.0"])
  }

  @Test func `advice that stands otherwise is told with both states`() throws {
    let item = { (state: String) in
      #""xen": [{"target": "xen", "op": "add", "option": "max_cstate=1", "state": "\#(state)"}]"#
    }
    let found = try difference(
      try report(advice: item("enter")), try report(advice: item("present")))
    #expect(
      found.advice == [
        .init(
          target: "xen", operation: "add", text: "max_cstate=1", before: "enter", after: "present")
      ])
    #expect(
      try difference(try report(), try report(advice: item("enter"))).advice.first?.before == nil)
  }

  @Test func `another database or redaction is a note, and no difference`() throws {
    let found = try difference(
      try report(redaction: "strict", digest: "a"), try report(redaction: "none", digest: "b"))
    #expect(found.isSame)
    #expect(found.notes.count == 2)
  }

  @Test(arguments: [
    "", "[]", "{}", "null", "\u{0}", #"{"schema": 1}"#, #"{"schema": "xenquirks-report/2"}"#,
    #"{"schema": "xenquirks-report/1"}"#, #"{"schema": "xenquirks-report/1", "tool": []}"#,
    String(repeating: "[", count: 100_000),
  ])
  func `what is no report is refused`(text: String) {
    #expect(throws: (any Error).self) { try ReportDocument(parsing: Array(text.utf8)) }
  }

  @Test(arguments: [
    #""host": []"#, #""host": {"pci": {"functions": {}, "links": []}}"#,
    #""host": {"pci": {"functions": [{"address": 3}], "links": []}}"#,
    #""host": {}, "findings": [{"quirk": "a"}]"#, #""host": {}, "findings": 7"#,
    #""host": {}, "advice": {"xen": [{"text": "a"}]}"#, #""host": {}, "bootline": {"xen": 1}"#,
    #""host": {"commandLine": "x"}"#,
  ])
  func `what no report holds in its place is refused with the line and the side`(part: String)
    throws
  {
    let text =
      "{\"schema\": \"xenquirks-report/1\", \"tool\": {\"version\": \"1\"},\n\(part)}"
    let broken = try ReportDocument(parsing: Array(text.utf8))
    let good = try report()
    let problem = try #require(throws: ReportProblem.self) {
      try Comparison(before: good, after: broken)
    }
    #expect(problem.side == .after)
    #expect(problem.error.line == 2)
  }
}
