internal import BootAdvice
internal import HostModel
internal import QuirkEngine

/// What a ticket says, in an order for strangers; every format of the report is set from it.
struct TicketContent {
  struct Row {
    var state: String
    var title: String
    var quirk: String
    var severity: String
    var evidence: String
    var subjects: [String]
    var reasons: [String]
    var references: [String]
  }

  let report: Report
  let summary: String
  /// What asks for something, then what is handled or in force, then what is quiet.
  let asking: [Row]
  let settled: [Row]
  let latent: [Row]
  let undecided: [(quirk: String, title: String, needs: String, subjects: [String])]
  let machine: [(name: String, text: String)]
  let lines: [(name: String, present: String?, advised: String, isComplete: Bool)]
  let beside: [(target: String, text: String)]
  let withheld: [(word: String, status: String, reason: String)]
  /// Lines of the logs that tell of trouble, and counters that stand out: how often, and what.
  let evidence: [(head: String, text: String)]

  init(_ report: Report) {
    self.report = report
    let rows = report.assessment.findings.map { finding in
      (finding, Self.row(finding, report.host))
    }
    asking = rows.filter { $0.0.state.asksForAction }.map(\.1)
    settled = rows.filter { !$0.0.state.asksForAction && $0.0.state != .latent }.map(\.1)
    latent = rows.filter { $0.0.state == .latent }.map(\.1)
    undecided = report.assessment.undecided.map { item in
      (
        item.quirk.id, item.quirk.title,
        item.needs.isEmpty ? "more than can be read" : item.needs.joined(separator: "; "),
        item.subjects.map(\.description)
      )
    }
    machine = Self.machine(report)
    let host = report.host
    lines = [
      ("Xen", host.lines.xen.value?.text, report.plan.xen.text, report.plan.xen.isComplete),
      ("dom0", host.lines.dom0.value?.text, report.plan.dom0.text, report.plan.dom0.isComplete),
    ]
    let targets: [Action.Target] = [.firmware, .runtime, .toolstack, .guest]
    beside = targets.flatMap { target in
      report.plan.entering(target).map { (target.rawValue, $0.text) }
    }
    withheld = report.plan.advice.filter {
      $0.status != .enter && $0.status != .present && $0.policy == nil
    }.map { ($0.text, $0.status.rawValue, $0.reason) }
    evidence = (LogLines(hits: report.assessment.logs).blocks + CounterLines(host: host).standouts)
      .map { ($0.head, $0.text.split(separator: "\n").joined(separator: " ")) }
    summary = Self.summary(report, asking: asking.count)
  }

  private static func row(_ finding: Finding, _ host: Host) -> Row {
    let quirk = finding.quirk
    var reasons = finding.because.map { because in
      "\(because.fact): \(because.value)" + (because.source.isEmpty ? "" : " (\(because.source))")
    }
    if let handler = finding.handler {
      reasons.append(
        "handled by \(handler.by)" + (handler.lost.isEmpty ? "" : "; lost by it: \(handler.lost)"))
    }
    if !finding.explanation.isEmpty { reasons.append(finding.explanation) }
    return Row(
      state: finding.state.rawValue, title: quirk.title, quirk: quirk.id,
      severity: quirk.severity.rawValue, evidence: quirk.evidence.rawValue,
      subjects: finding.subjects.map { subject in
        guard let address = subject.address, let topology = host.pci.value,
          let index = topology.index(of: address)
        else { return subject.description }
        let function = topology.functions[index]
        return "\(subject) \(function.identity.text)"
          + (function.name.map { " \($0.clipped(to: 100))" } ?? "")
      }, reasons: reasons, references: quirk.references.map(\.url))
  }

  private static func summary(_ report: Report, asking: Int) -> String {
    if let obstacle = report.assessment.obstacle { return obstacle.text }
    let changes = report.plan.advice.count { advice in
      advice.status == .enter && (advice.target == .xen || advice.target == .dom0)
    }
    let defects =
      "\(asking) defect\(asking == 1 ? "" : "s") ask\(asking == 1 ? "s" : "") for something"
    let words =
      changes == 0 ? "no word of the lines changes" : "\(changes) words of the lines change"
    let open = report.assessment.undecided.count
    return "\(defects), \(words)" + (open > 0 ? ", \(open) defects are not decided" : "") + "."
  }

  private static func machine(_ report: Report) -> [(name: String, text: String)] {
    let host = report.host
    var lines: [(name: String, text: String)] = []
    var software: [String] = []
    if let role = host.role.value { software.append(role.rawValue) }
    if let xen = host.xen.build.value {
      software.append("Xen \(xen.text)" + (xen.isAssumed ? " (assumed)" : ""))
    }
    if let linux = host.linux.build.value { software.append("Linux \(linux.text)") }
    lines.append(("software", software.joined(separator: ", ")))
    lines += MachineLines(host: host).lines.map { ($0.name, $0.text.clipped(to: 400)) }
    if let topology = host.pci.value {
      lines.append(
        ("PCI", "\(topology.functions.count) functions, \(topology.links.count) links"))
    }
    return lines
  }

  /// What a reader has to know of the report itself.
  var footer: [String] {
    var lines = [
      "xenquirks \(report.toolVersion), \(report.database.quirks) known defects "
        + "(database \(report.database.digest.prefix(12)))"
    ]
    lines.append(report.redaction.footer)
    return lines
  }
}
