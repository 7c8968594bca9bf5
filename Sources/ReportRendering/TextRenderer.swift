internal import BootAdvice
internal import HostModel
internal import QuirkEngine

/// The report as a person reads it in a terminal.
struct TextRenderer {
  let report: Report
  let style: TextStyle

  func text() -> String {
    var sections = [machine]
    if let obstacle = report.assessment.obstacle {
      sections.append(title("NO ADVICE") + "\n" + style.wrapped(obstacle.text, indent: 2))
      return sections.joined(separator: "\n\n") + "\n"
    }
    sections.append(found)
    if !report.assessment.undecided.isEmpty || !report.assessment.outOfReach.isEmpty {
      sections.append(undecided)
    }
    if !logs.isEmpty { sections.append(logs) }
    if !counted.isEmpty { sections.append(counted) }
    sections += [lines]
    if !policy.isEmpty { sections.append(policy) }
    if !beside.isEmpty { sections.append(beside) }
    if !withheld.isEmpty { sections.append(withheld) }
    sections.append(readOn)
    return sections.joined(separator: "\n\n") + "\n"
  }

  private var logs: String {
    let blocks = LogLines(hits: report.assessment.logs).blocks.map { head, text in
      text.split(separator: "\n").enumerated().map { place, part in
        style.wrapped(String(part).printable, head: place == 0 ? "  \(head)" : "", indent: 15)
      }.joined(separator: "\n")
    }
    return blocks.isEmpty ? "" : title("IN THE LOGS") + "\n" + blocks.joined(separator: "\n")
  }

  private var counted: String {
    let blocks = CounterLines(host: report.host).standouts.map { head, text in
      style.wrapped(text.printable, head: "  \(head.printable)", indent: 16)
    }
    return blocks.isEmpty ? "" : title("MEASURED") + "\n" + blocks.joined(separator: "\n")
  }

  private func title(_ text: String) -> String { style.paint(text, .bold) }

  // MARK: The machine

  private var machine: String {
    let host = report.host
    var parts: [String] = []
    switch host.role {
    case .known(.bareMetal, _): parts.append("bare metal")
    case .known(let role, _): parts.append(role.rawValue)
    default: break
    }
    if let xen = host.xen.build.value {
      parts.append("Xen \(xen.text)" + (xen.isAssumed ? " assumed (--xen-version)" : ""))
    }
    if let linux = host.linux.build.value {
      parts.append(
        "Linux \(linux.text)" + (linux.vendor.map { " (\($0)\(package(of: linux)))" } ?? ""))
    }
    switch host.pci {
    case .known(let topology, let source):
      parts.append(
        "\(topology.functions.count) PCI functions and \(topology.links.count) links (\(source))")
    case .absent: parts.append("no PCI")
    case .unknown(let reason):
      parts.append("PCI functions unknown (\(reason.cause.rawValue): needs \(reason.needs))")
    }
    let head = "xenquirks \(report.toolVersion)"
    var text = style.wrapped(
      parts.joined(separator: ", ").printable, head: head + ": ", indent: head.count + 2)
    if let limit = unreadable { text += "\n" + style.wrapped(limit, indent: 2) }
    for (name, line) in MachineLines(host: host).lines {
      text += "\n" + style.wrapped(line.printable, head: "  \(name)", indent: 12)
    }
    return text
  }

  /// The package's version, where it says more than the kernel's own name.
  private func package(of build: SoftwareBuild) -> String {
    build.package.map { $0 == build.text ? "" : " \($0)" } ?? ""
  }

  /// How many functions show nothing behind their header, and why.
  private var unreadable: String? {
    guard let functions = report.host.pci.value?.functions else { return nil }
    let blind = functions.compactMap { $0.registers.msi.unknown }
    guard let first = blind.first else { return nil }
    return "\(blind.count) of \(functions.count) functions show no capabilities: "
      + "MSI and ASPM are unknown there, not absent (\(first.cause.rawValue): needs \(first.needs))."
  }

  // MARK: Findings

  private var found: String {
    let findings = report.assessment.findings
    guard !findings.isEmpty else {
      return title("FOUND") + "\n" + style.wrapped(clean, indent: 2)
    }
    return latentText(
      findings.filter { $0.state != .latent }.map(finding),
      // What would be noise if it were armed is nothing while it is not.
      findings.filter { $0.state == .latent && $0.quirk.severity != .noise })
  }

  private func latentText(_ shown: [String], _ latent: [Finding]) -> String {
    var blocks = shown
    if !latent.isEmpty {
      let names = latent.map { "\($0.quirk.id) (\(places($0.subjects)))" }
      blocks.append(
        style.wrapped(
          "Here, but nothing arms it now: " + names.joined(separator: ", ") + ".", head: "  latent",
          indent: 15))
    }
    return title("FOUND") + "\n" + blocks.joined(separator: "\n")
  }

  private var clean: String {
    let count = report.database.quirks
    switch report.host.pci {
    case .known where unreadable != nil:
      return "Nothing by the ids. What shows only in the capabilities could not be looked at."
    case .known:
      return "Nothing: none of the \(count) known quirks "
        + (report.assessment.undecided.isEmpty
          ? "is on this machine." : "was found; some could not be decided, see below.")
    default:
      return "Nothing could be looked at, so nothing is claimed."
    }
  }

  private func finding(_ finding: Finding) -> String {
    let tone: TextStyle.Tone =
      switch finding.state {
      case .ineffective, .missing: .bad
      case .needed: .careful
      case .applied, .handled: .good
      case .latent: .quiet
      }
    let head = "  " + finding.state.rawValue
    let quirk = finding.quirk
    var block = style.wrapped(
      "\(quirk.title) [\(quirk.severity.rawValue), \(quirk.category.rawValue)]", head: head,
      indent: 15)
    if style.usesColor {
      block = "  " + style.paint(finding.state.rawValue, tone) + block.dropFirst(head.count)
    }
    var lines = [block, style.wrapped(places(finding.subjects, named: true), indent: 15)]
    if let reason = reason(finding) { lines.append(style.wrapped(reason.printable, indent: 15)) }
    lines.append(
      style.paint(
        style.wrapped("\(quirk.id), evidence \(quirk.evidence.rawValue)", indent: 15), .quiet))
    return lines.joined(separator: "\n")
  }

  private func reason(_ finding: Finding) -> String? {
    if let handler = finding.handler {
      let lost = handler.lost.isEmpty ? "" : " Lost by it: \(handler.lost)."
      let regain = handler.regain.isEmpty ? "" : " To regain it: \(handler.regain)."
      return "Handled by \(handler.by).\(lost)\(regain)"
    }
    let measured = finding.because.last.map { because in
      "\(because.value)" + (because.source.isEmpty ? "" : " (\(because.source))")
    }
    let explanation = finding.explanation.isEmpty ? nil : finding.explanation
    return [measured, explanation].compactMap { $0 }.joined(separator: ". ")
  }

  private func places(_ subjects: [Subject], named: Bool = false) -> String {
    let shown = subjects.prefix(4).map { subject -> String in
      guard named, let address = subject.address, let topology = report.host.pci.value,
        let index = topology.index(of: address), let name = topology.functions[index].name
      else { return subject.description }
      return "\(subject) \(name.printable)"
    }
    let more = subjects.count - shown.count
    return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
  }

  // MARK: What could not be decided

  private var undecided: String {
    var groups: [(needs: String, quirks: [Undecided])] = []
    for item in report.assessment.undecided {
      let needs =
        item.needs.isEmpty ? "more than this tool can read" : item.needs.joined(separator: "; ")
      if let place = groups.firstIndex(where: { $0.needs == needs }) {
        groups[place].quirks.append(item)
      } else {
        groups.append((needs, [item]))
      }
    }
    let blocks = groups.map { group in
      let names = group.quirks.map { "\($0.quirk.id) (\(places($0.subjects)))" }
      return style.wrapped("needs \(group.needs):".printable, indent: 2) + "\n"
        + style.wrapped(names.joined(separator: ", "), indent: 4)
    }
    let far = report.assessment.outOfReach
    let rest =
      far.isEmpty
      ? []
      : [
        style.wrapped(
          "\(far.count) quirks of the processor or the firmware were not asked: nothing here tells "
            + "of those.", indent: 2)
      ]
    return title("NOT DECIDED") + "\n" + (blocks + rest).joined(separator: "\n")
  }

  // MARK: Advice

  private var lines: String {
    let plan = report.plan
    let block = { (name: String, line: AdvisedLine, target: Action.Target) -> String in
      let additions = plan.entering(target).map(\.text)
      let removals = plan.removals.filter { $0.target == target }.map(\.text)
      var lines: [String] = []
      if additions.isEmpty, removals.isEmpty {
        lines.append("  \(name.padded(to: 6)) nothing to change")
      } else {
        if !additions.isEmpty {
          lines.append(
            style.wrapped("add  " + additions.joined(separator: " "), head: "  \(name)", indent: 9))
        }
        if !removals.isEmpty {
          lines.append(
            style.wrapped(
              "drop " + removals.joined(separator: " "),
              head: additions.isEmpty ? "  \(name)" : "", indent: 9))
        }
      }
      if line.isComplete, !(additions.isEmpty && removals.isEmpty) {
        lines.append(style.wrapped("whole line: " + line.text.printable, indent: 9))
      }
      return lines.joined(separator: "\n")
    }
    return title("THE TWO LINES") + "\n" + block("Xen", plan.xen, .xen) + "\n"
      + block("dom0", plan.dom0, .dom0) + ignoredWords + effects + emptyReason
  }

  /// Words that stand on a line and do nothing there.
  private var ignoredWords: String {
    report.plan.words.filter { $0.verdict == .ignored }.map { note in
      "\n" + style.wrapped("\(note.word): \(note.reason)".printable, indent: 9)
    }.joined()
  }

  /// What words that enter do on this very machine.
  private var effects: String {
    report.plan.advice.filter { !$0.effect.isEmpty && $0.status == .enter && $0.policy == nil }
      .map { "\n" + style.wrapped("\($0.text) \($0.effect)".printable, indent: 9) }.joined()
  }

  /// What the policy asks for, whether this machine needs it, and at what price.
  private var policy: String {
    let asked = report.plan.advice.filter { $0.policy != nil }
    guard !asked.isEmpty else { return "" }
    let blocks = asked.map { item -> String in
      let need =
        switch item.need {
        case .needed(let quirks): "This machine needs it: \(quirks.joined(separator: ", "))."
        case .notNeeded: "No known quirk of this machine asks for it."
        case .undecided(let quirks):
          "Whether this machine needs it is not decided: \(quirks.joined(separator: ", "))."
        }
      let status =
        switch item.status {
        case .enter: ""
        case .present: "On the line already. "
        default: "Not taken: \(item.reason). "
        }
      let effect = item.effect.isEmpty ? "" : "It \(item.effect). "
      return style.wrapped(
        item.text.printable, head: "  \(item.target == .xen ? "Xen" : "dom0")", indent: 9)
        + "\n"
        + style.wrapped("\(status)\(need) \(effect)Price: \(item.cost)".printable, indent: 13)
    }
    return title("POLICY \(report.policy)") + "\n" + blocks.joined(separator: "\n")
  }

  /// Why there is nothing to change.
  private var emptyReason: String {
    let plan = report.plan
    guard plan.entering(.xen).isEmpty, plan.entering(.dom0).isEmpty, plan.removals.isEmpty else {
      return ""
    }
    let reason =
      switch report.host.pci {
      case .known where report.assessment.undecided.isEmpty && unreadable == nil:
        "No option costs less than one that is not needed: no known quirk of this machine asks for one."
      case .known:
        "Nothing that is known asks for an option. What could not be decided might; see above."
      default: "Without facts there is no advice."
      }
    return "\n" + style.wrapped(reason, indent: 2)
  }

  private var beside: String {
    let targets: [Action.Target] = [.firmware, .runtime, .toolstack, .guest]
    let items = targets.flatMap { report.plan.entering($0) }
    guard !items.isEmpty else { return "" }
    let blocks = items.map { item in
      style.wrapped(
        "\(item.text) (\(item.quirks.joined(separator: ", ")))".printable,
        head: "  \(item.target.rawValue)", indent: 13)
    }
    return title("BESIDE THEM") + "\n" + blocks.joined(separator: "\n")
  }

  /// Words that were considered and not taken.
  private var withheld: String {
    let items = report.plan.advice.filter {
      $0.status != .enter && $0.status != .present && $0.policy == nil
    }
    guard !items.isEmpty else { return "" }
    let blocks = items.map { item in
      style.wrapped(
        "\(item.text) on the \(item.target == .xen ? "Xen" : "dom0") line "
          + "(\(item.quirks.joined(separator: ", "))): \(item.reason)".printable,
        head: "  \(item.status.rawValue)", indent: 13)
    }
    return title("NOT ON THE LINES") + "\n" + blocks.joined(separator: "\n")
  }

  private var readOn: String {
    let first =
      report.assessment.findings.first?.quirk.id ?? report.assessment.undecided.first?.quirk.id
    guard let first else {
      return style.paint("Read on: xenquirks quirks list", .quiet)
    }
    return style.paint("Read on: xenquirks explain \(first)", .quiet)
  }
}
