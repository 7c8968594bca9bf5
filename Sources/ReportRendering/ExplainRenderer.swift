public import HostModel
public import QuirkEngine

/// Why a quirk applies, or why it does not, condition by condition.
public struct ExplainRenderer {
  private let host: Host
  private let style: TextStyle

  public init(host: Host, style: TextStyle) {
    self.host = host
    self.style = style
  }

  /// A quirk: what it says, and how it was judged for each of its subjects here.
  public func text(of quirk: Quirk, judgements: [Judgement]) -> String {
    let page = QuirkPage(style: style)
    var blocks = [page.head(of: quirk)]
    let here = judgements.filter { $0.outcome != .notHere }
    if here.isEmpty {
      blocks.append(absence(of: quirk, judgements: judgements))
    } else {
      blocks += here.map(judgement)
    }
    blocks.append(page.advice(of: quirk))
    blocks.append(page.references(of: quirk))
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// A function: what it is, and how every quirk that could concern it was judged.
  public func text(of function: PCIFunction, judgements: [Judgement]) -> String {
    var blocks = [describe(function)]
    let here = judgements.filter { $0.outcome != .notHere }
    if here.isEmpty {
      blocks.append("No known quirk concerns this function.")
    }
    for item in here {
      blocks.append(
        style.paint("\(item.quirk.id)", .bold) + "\n"
          + style.wrapped(item.quirk.title, indent: 2) + "\n" + judgement(item))
    }
    let near = judgements.filter { $0.outcome == .notHere && $0.when.verdict == .no }
    if !near.isEmpty {
      blocks.append(
        style.wrapped(
          "Looked at and not here: " + near.map(\.quirk.id).joined(separator: ", ") + ".", indent: 0
        ))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  // MARK: The entry

  private func absence(of quirk: Quirk, judgements: [Judgement]) -> String {
    guard host.pci.value != nil || !quirk.subject.isOfPCI else {
      let needs = host.pci.unknown?.needs ?? "the PCI functions"
      return style.wrapped("Not decided: needs \(needs).", indent: 0)
    }
    guard let first = judgements.first else {
      return style.wrapped("Not here: no function of this machine has its ids.", indent: 0)
    }
    return "Not here:\n" + traceLines(first.when, depth: 1).joined(separator: "\n")
  }

  // MARK: A judgement

  private func judgement(_ judgement: Judgement) -> String {
    var lines: [String] = []
    let outcome: String
    switch judgement.outcome {
    case .notHere: outcome = "not here"
    case .notNeeded: outcome = "not needed, whatever else is unknown"
    case .state(let state): outcome = state.rawValue
    case .undecided(let needs), .outOfReach(let needs):
      outcome = "not decided, needs \(needs.joined(separator: "; "))"
    }
    lines.append(style.wrapped("\(judgement.subject): \(outcome)".printable, indent: 2))
    lines.append("    when")
    lines += traceLines(judgement.when, depth: 3)
    for trace in judgement.unless {
      lines.append("    unless")
      lines += traceLines(trace, depth: 3)
    }
    if let armed = judgement.armed {
      lines.append("    armed")
      lines += traceLines(armed, depth: 3)
    }
    for (handler, trace, isRefuted) in judgement.handlers {
      lines.append(
        "    handled by \(handler.by)"
          + (isRefuted ? ": refuted, the trigger is on all the same" : ""))
      lines += traceLines(trace, depth: 3)
    }
    for trace in judgement.confirmedBy {
      lines.append("    confirmed by")
      lines += traceLines(trace, depth: 3)
    }
    if let place = judgement.remedyOnLine {
      let action = judgement.quirk.actions[place].filled(for: judgement.subject)
      lines.append("    on the line: \(action.text)")
    }
    if let folk = judgement.folkOnLine {
      lines.append(style.wrapped("on the line: \(folk.option) \(folk.verdict)", indent: 4))
    }
    return lines.joined(separator: "\n")
  }

  private func traceLines(_ trace: Trace, depth: Int) -> [String] {
    let mark =
      switch trace.verdict {
      case .yes: style.paint("yes", .good)
      case .no: style.paint("no ", .quiet)
      case .unknown: style.paint("?  ", .careful)
      }
    let pad = String(repeating: " ", count: depth * 2)
    var text = trace.question
    if !trace.answer.isEmpty { text += ": \(trace.answer)" }
    if !trace.source.isEmpty { text += " (\(trace.source))" }
    if !trace.needs.isEmpty { text += ", needs \(trace.needs.joined(separator: "; "))" }
    let wrapped = style.wrapped(text.printable, head: "", indent: depth * 2 + 4)
    return ["\(pad)\(mark) " + wrapped.dropFirst(depth * 2 + 4)]
      + trace.parts.flatMap { traceLines($0, depth: depth + 1) }
  }

  // MARK: A function

  private func describe(_ function: PCIFunction) -> String {
    let identity = function.identity
    var lines = [
      style.paint("\(function.address)", .bold)
        + " \(function.name?.printable ?? "") [\(identity.text)] (rev \(hex(identity.revision, width: 2)))"
    ]
    let add = { (name: String, text: String) in
      style.wrapped(text.printable, head: "  \(name)", indent: 12)
    }
    lines.append(add("class", hex(identity.classCode, width: 6)))
    lines.append(add("driver", fact(function.software.driver, absent: "none bound") { $0 }))
    lines.append(
      add(
        "MSI",
        fact(function.registers.msi, absent: "none") {
          "\($0.isEnabled ? "enabled" : "disabled"), \($0.count) of \($0.maximum) vectors, control at 0x\(hex($0.offset + 2, width: 2))"
        }))
    lines.append(
      add(
        "MSI-X",
        fact(function.registers.msix, absent: "none") {
          "\($0.isEnabled ? "enabled" : "disabled")\($0.isMasked ? ", masked" : ""), table of \($0.tableSize), control at 0x\(hex($0.offset + 2, width: 2))"
        }))
    lines.append(
      add(
        "express",
        fact(function.registers.express, absent: "none") { express in
          let type = express.portType?.name ?? "reserved type"
          guard let link = express.link else { return "\(type), no link" }
          return
            "\(type); LnkCap ASPM \(link.capabilities.aspm.text), LnkCtl 0x\(hex(express.offset + 0x10, width: 2)) ASPM \(link.control.aspm.text); \(link.status.speed.text ?? "speed unknown") x\(link.status.width)"
        }))
    if let topology = host.pci.value, let index = topology.index(of: function.address),
      let link = topology.link(ofFunction: index)
    {
      lines.append(add("link", describe(link)))
    }
    return lines.joined(separator: "\n")
  }

  private func describe(_ link: PCILink) -> String {
    let state = { (fact: Fact<Bool>) in
      self.fact(fact, absent: "off") { $0 ? "on" : "off" }
    }
    return
      "\(link.upstream?.description ?? "unknown port") - \(link.address): L0s up \(state(link.l0sUpstream)), "
      + "L0s down \(state(link.l0sDownstream)), L1 \(state(link.l1))"
  }

  private func fact<Value>(
    _ fact: Fact<Value>, absent: String, _ known: (Value) -> String
  ) -> String {
    switch fact {
    case .known(let value, _): known(value)
    case .absent: absent
    case .unknown(let reason): "unknown: \(reason.cause.rawValue), needs \(reason.needs)"
    }
  }
}
