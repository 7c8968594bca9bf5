internal import HostModel
public import QuirkEngine

/// Commands for one trigger of this machine, with what takes them back.
public struct RuntimeRemedy: Sendable, Hashable {
  public var title: String
  public var quirks: [String]
  /// What it is about, as an address or a link.
  public var subject: String
  public var note: String
  /// In the order to run them.
  public var run: [String]
  /// In the order to run them.
  public var undo: [String]
  /// What a person has to fill in first; empty where nothing is missing.
  public var missing: String
}

extension Planner {
  /// The commands that take away, until the next boot, what arms the findings that ask for something.
  public mutating func runtimeRemedies(
    _ assessment: Assessment, among remedies: [Remedy]
  ) -> [RuntimeRemedy] {
    guard let topology = host.pci.value else { return [] }
    var found: [RuntimeRemedy] = []
    for finding in assessment.findings where finding.state.asksForAction {
      for (subject, actions) in zip(finding.subjects, finding.actions) {
        guard let index = subject.address.flatMap(topology.index(of:)) else { continue }
        let function = topology.functions[index]
        for action in actions where action.target == .runtime && !action.run.isEmpty {
          join(action.remedy(for: finding.quirk, on: function), &found)
        }
        for remedy in generic(for: finding.quirk, at: index, remedies) {
          let site = Site(topology: topology, index: index, quirk: finding.quirk)
          if let made = site.remedy(remedy) { join(made, &found) }
        }
      }
    }
    return found
  }

  /// For each trigger of a quirk the first remedy that works here.
  private mutating func generic(
    for quirk: Quirk, at index: Int, _ remedies: [Remedy]
  ) -> [Remedy] {
    let keys = (quirk.armed?.ownTerms ?? []).map(\.key).unique
    return keys.compactMap { key in
      for remedy in remedies where remedy.clears == key {
        guard let condition = remedy.condition else { return remedy }
        if evaluator.evaluate(condition, subject: index).verdict == .yes { return remedy }
      }
      return nil
    }
  }

  private func join(_ new: RuntimeRemedy, _ found: inout [RuntimeRemedy]) {
    guard let same = found.firstIndex(where: { $0.run == new.run }) else {
      found.append(new)
      return
    }
    found[same].quirks = (found[same].quirks + new.quirks).unique
  }
}

/// Where a remedy is to work: one function, and the link that it hangs on.
private struct Site {
  let topology: PCITopology
  let index: Int
  let quirk: Quirk

  private var link: PCILink? { topology.link(ofFunction: index) }

  func remedy(_ remedy: Remedy) -> RuntimeRemedy? {
    let steps = remedy.steps.flatMap { step in
      functions(step.end).compactMap { function in filled(step, for: function) }
    }
    guard !steps.isEmpty else { return nil }
    let isOfLink = remedy.steps.contains { $0.end != .subject }
    let subject =
      isOfLink
      ? [link?.upstream, link?.address].compactMap { $0?.description }.joined(separator: " - ")
      : topology.functions[index].address.description
    return RuntimeRemedy(
      title: remedy.title, quirks: [quirk.id], subject: subject, note: remedy.note,
      run: steps.map(\.run), undo: steps.reversed().map(\.undo), missing: "")
  }

  private func functions(_ end: Remedy.End) -> [PCIFunction] {
    let indices: [Int?] =
      switch end {
      case .subject: [index]
      case .link: [link?.downstreamIndices.first]
      case .downstream: link?.downstreamIndices ?? []
      case .upstream: [link?.upstreamIndex]
      }
    return indices.compactMap { $0.map { topology.functions[$0] } }
  }

  /// The command for one function; nil where nothing is on that it could switch off.
  private func filled(
    _ step: Remedy.Step, for function: PCIFunction
  ) -> (run: String, undo: String)? {
    var names = ["address": function.address.description]
    if step.end != .subject {
      let control = function.registers.express.value?.link?.control.aspm ?? []
      if step.end == .link, !armingStates.contains(step.state) { return nil }
      let mask = armingStates.reduce(into: ASPMStates()) { mask, name in
        mask.insert(name == "l1" ? .l1 : .l0s)
      }
      let bits = control.intersection(mask)
      if step.end != .link, bits.isEmpty { return nil }
      names["mask"] = String(mask.rawValue, radix: 16)
      names["bits"] = String(bits.rawValue, radix: 16)
    }
    return (step.run.filling(names), step.undo.filling(names))
  }

  /// The states of the link that arm the quirk and are on.
  private var armingStates: [String] {
    let asked = Set((quirk.armed?.ownTerms ?? []).filter { $0.key == .linkASPM }.flatMap(\.values))
    return [("l0s", ASPMStates.l0s), ("l1", .l1)].filter { name, state in
      asked.contains(name) && link?.isOn(state).value == true
    }.map(\.0)
  }
}

extension Action {
  /// Its commands for a function; `{interface}` makes one for each network interface.
  fileprivate func remedy(for quirk: Quirk, on function: PCIFunction) -> RuntimeRemedy {
    let interfaces = (function.software.interfaces.value ?? []).filter(\.isInterfaceName)
    let asks = (run + undoRun).contains { $0.contains("{interface}") }
    let filled = { (commands: [String]) in
      commands.flatMap { command -> [String] in
        let text = command.filling(["address": function.address.description])
        guard text.contains("{interface}") else { return [text] }
        let names = interfaces.isEmpty ? ["INTERFACE"] : interfaces
        return names.map { text.filling(["interface": $0]) }
      }
    }
    return RuntimeRemedy(
      title: quirk.title, quirks: [quirk.id], subject: function.address.description, note: text,
      run: filled(run), undo: filled(undoRun.reversed()),
      missing: asks && interfaces.isEmpty ? "the name of its network interface" : "")
  }
}

extension String {
  /// Whether it can stand in a command as it is.
  fileprivate var isInterfaceName: Bool {
    !isEmpty && first != "-" && count <= 15
      && utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || [".", "_", "-"].contains(Character(UnicodeScalar(byte)))
      }
  }
}

extension Condition {
  /// Every term in it that asks about the subject itself.
  fileprivate var ownTerms: [Term] {
    switch self {
    case .term(let term): [term]
    case .all(let conditions), .any(let conditions): conditions.flatMap(\.ownTerms)
    case .not, .related: []
    }
  }
}
