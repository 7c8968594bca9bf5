public import BootAdvice
internal import HostModel
public import QuirkEngine

/// What the catalogue says of an option, and what it would do on a machine.
public struct OptionPage {
  private let style: TextStyle

  public init(style: TextStyle) { self.style = style }

  /// The whole entry; `quirks` are the ids of those that advise it.
  public func text(of option: BootOption, quirks: [String]) -> String {
    var lines = head(of: option)
    lines += option.members.flatMap(member)
    lines += option.traps.map(trap)
    for veto in option.vetoes {
      let word = veto.values.map { $0.isEmpty ? option.name : "\(option.name)=\($0)" }
        .joined(separator: " or ")
      lines.append(row("vetoed", "\(word) where \(veto.condition.sentence): it \(veto.reason)"))
    }
    for proof in option.proofs {
      let word = proof.values.map { $0.isEmpty ? option.name : "\(option.name)=\($0)" }
        .joined(separator: " or ")
      let sign = proof.text.isEmpty ? proof.condition.sentence : proof.text
      lines.append(row("in force", "\(word) when \(sign)"))
    }
    if !quirks.isEmpty { lines.append(row("advised by", quirks.joined(separator: ", "))) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What an option would do on a machine.
  public func text(of look: OptionOnHost) -> String {
    var lines = head(of: look.option) + ["", style.paint("On this machine", .bold)]
    lines.append(row("known", "\(word(look.isKnown)): \(look.knownReason)"))
    if let present = look.present {
      lines.append(
        row("on the line", present.isEmpty ? "no" : present.joined(separator: " ").printable))
    } else {
      lines.append(row("on the line", "unknown"))
    }
    lines.append(row("needed", need(look.need)))
    if let objection = look.objection { lines.append(row("value", objection.printable)) }
    if !look.effect.isEmpty { lines.append(row("here it", look.effect)) }
    if let veto = look.veto { lines.append(row("vetoed", veto)) }
    for (trap, holds) in look.traps {
      lines.append(self.trap(trap, holds == .unknown ? "perhaps " : ""))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Parts

  private func head(of option: BootOption) -> [String] {
    let side = option.side == .xen ? "Xen's line" : "the Linux line"
    var lines = [
      style.paint(option.name, .bold), style.wrapped("\(option.syntax)   (\(side))", indent: 2), "",
    ]
    lines.append(row("does", option.effect))
    let add = { (name: String, text: String) in
      if !text.isEmpty { lines.append(row(name, text)) }
    }
    add("in a dom0", option.dom0)
    add("costs", option.cost)
    add("default", option.standard)
    add("takes", option.takes.map(\.text).joined(separator: ", "))
    add("known", option.versions.map(versions) ?? "")
    add("built with", option.build)
    add("only on", option.architecture)
    add("deprecated", option.deprecated)
    add("same as", option.aliasOf)
    add("older name", option.replaces.joined(separator: ", "))
    add("brings", option.implies.joined(separator: ", "))
    add("not beside", option.conflicts.joined(separator: ", "))
    add(
      "weakens",
      option.insecure.isEmpty
        ? "" : "isolation or security with \(option.insecure.joined(separator: ", "))")
    add("read in", option.source)
    return lines
  }

  private func member(_ member: BootOption.Member) -> [String] {
    var text = member.effect
    if !member.takes.isEmpty {
      text += " Takes \(member.takes.map(\.text).joined(separator: ", "))."
    }
    if !member.standard.isEmpty { text += " Default \(member.standard)." }
    if let bound = member.versions { text += " Known \(versions(bound))." }
    if !member.insecure.isEmpty {
      text += " Weakens security with \(member.insecure.joined(separator: ", "))."
    }
    return [row("  \(member.name)", text)]
  }

  private func trap(_ trap: BootOption.Trap) -> String { self.trap(trap, "") }

  private func trap(_ trap: BootOption.Trap, _ doubt: String) -> String {
    let names = trap.values.map { value in
      switch value {
      case "": "bare"
      case "@false": "off"
      case "@true": "on"
      default: value.replacing("=@false", with: "=off")
      }
    }
    let value = trap.values == ["*"] ? "" : names.joined(separator: ", ") + ": "
    let better = trap.better.isEmpty ? "" : " Better: \(trap.better)."
    let end = trap.text.hasSuffix(".") ? "" : "."
    return row("trap", "\(value)\(doubt)\(trap.verdict.rawValue); \(trap.text)\(end)\(better)")
  }

  private func versions(_ bound: VersionBound) -> String {
    var text = ""
    if let since = bound.since { text = "since \(since)" }
    if !bound.backports.isEmpty {
      text += " (and \(bound.backports.map(\.description).joined(separator: ", ")))"
    }
    if let before = bound.before {
      text += text.isEmpty ? "up to before \(before)" : ", gone in \(before)"
    }
    if let seen = bound.seenIn { text += "seen in \(seen.lowerBound) to \(seen.upperBound)" }
    return text
  }

  private func need(_ need: Need) -> String {
    switch need {
    case .needed(let quirks): "yes, by \(quirks.joined(separator: ", "))"
    case .notNeeded: "no quirk of this machine asks for it"
    case .undecided(let quirks): "not decided: \(quirks.joined(separator: ", "))"
    }
  }

  private func word(_ verdict: Verdict) -> String {
    switch verdict {
    case .yes: "yes"
    case .no: "no"
    case .unknown: "nobody knows"
    }
  }

  private func row(_ name: String, _ text: String) -> String {
    style.wrapped(text, head: "  \(name) ", indent: 14)
  }
}
