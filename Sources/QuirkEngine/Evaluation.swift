public import HostModel

/// Answers conditions about one host.
public struct Evaluator {
  let host: Host
  let topology: PCITopology?
  /// What each function is, by its index in the topology.
  private let identities: [PCIIdentity]
  /// Answers to `exists`, which do not depend on the subject.
  private var existing: [Condition: Trace] = [:]
  /// Why nothing is known that Linux sets: it is only planned.
  private let planned: Unknown?
  /// Why no field of the DMI table is known; nil where one is.
  private let unknownDMI: Unknown?
  /// Where the patterns that were looked for beforehand may stand.
  var kernelLines: [LogPattern: [Int]] = [:]
  var xenLines: [LogPattern: [Int]] = [:]

  public init(host: Host) {
    self.host = host
    let fields = DMIHost.Field.allCases.map { host.dmi[$0].unknown }
    unknownDMI = fields.contains { $0 == nil } ? nil : fields[0]
    planned = host.linux.build.value.flatMap { build in
      build.isPlanned
        ? Unknown(.otherSoftware, needs: "a boot of Linux \(build.text)") : nil
    }
    topology = host.pci.value
    identities = host.pci.value?.functions.map(\.identity) ?? []
  }

  /// The answer of a condition for a function (by its index) or, with nil, for the host.
  public mutating func evaluate(_ condition: Condition, subject: Int?) -> Trace {
    switch condition {
    case .term(let term):
      return answer(term, subject: subject)
    case .all(let conditions):
      if conditions.count == 1 { return evaluate(conditions[0], subject: subject) }
      let parts = conditions.map { evaluate($0, subject: subject) }
      return Trace(.all(parts.map(\.verdict)), "all of", parts: parts)
    case .any(let conditions):
      if conditions.count == 1 { return evaluate(conditions[0], subject: subject) }
      let parts = conditions.map { evaluate($0, subject: subject) }
      return Trace(.any(parts.map(\.verdict)), "any of", parts: parts)
    case .not(let condition):
      let part = evaluate(condition, subject: subject)
      var trace = Trace(.negate(part.verdict), "not \(part.question)", parts: [])
      trace.answer = part.answer
      trace.source = part.source
      trace.needs = part.missing
      return trace
    case .related(.exists, let condition):
      if let known = existing[condition] { return known }
      let trace = related(.exists, condition, subject: subject)
      existing[condition] = trace
      return trace
    case .related(let relation, let condition):
      return related(relation, condition, subject: subject)
    }
  }

  /// The verdict alone, as soon as it is settled: most entries are about something else.
  mutating func verdict(of condition: Condition, subject: Int?) -> Verdict {
    switch condition {
    case .term(let term):
      return quickVerdict(of: term, subject: subject) ?? answer(term, subject: subject).verdict
    case .not(let part): return .negate(verdict(of: part, subject: subject))
    case .related: return evaluate(condition, subject: subject).verdict
    case .all(let parts):
      var result = Verdict.yes
      for part in parts {
        switch verdict(of: part, subject: subject) {
        case .no: return .no
        case .unknown: result = .unknown
        case .yes: break
        }
      }
      return result
    case .any(let parts):
      var result = Verdict.no
      for part in parts {
        switch verdict(of: part, subject: subject) {
        case .yes: return .yes
        case .unknown: result = .unknown
        case .no: break
        }
      }
      return result
    }
  }

  /// The verdict of a term that a function's identity alone decides; nil for all other terms.
  private func quickVerdict(of term: Term, subject: Int?) -> Verdict? {
    guard let subject, subject < identities.count else { return nil }
    let holds: Bool
    switch term.parsed {
    case .patterns(let patterns) where term.key == .pci:
      let identity = identities[subject]
      holds = patterns.contains { $0.matches(identity) }
    case .classes(let classes):
      let code = identities[subject].classCode
      holds = classes.contains { $0.matches(code) }
    case .ranges(let ranges) where term.key == .revision:
      let revision = Int(identities[subject].revision)
      holds = ranges.contains { $0.contains(revision) }
    default: return nil
    }
    return holds ? .yes : .no
  }

  // MARK: Other functions

  private mutating func related(_ relation: Relation, _ condition: Condition, subject: Int?)
    -> Trace
  {
    guard let topology else {
      let needs = host.pci.unknown?.needs ?? "the PCI functions"
      return Trace(.unknown, relation.text, answer: "unknown", needs: [needs])
    }
    var unknown: Int?
    let candidates = candidates(of: relation, subject: subject, in: topology)
    for index in candidates {
      switch verdict(of: condition, subject: index) {
      case .yes:
        let trace = evaluate(condition, subject: index)
        var found = Trace(.yes, relation.text, parts: [trace])
        found.answer = topology.functions[index].address.description
        return found
      case .unknown: unknown = unknown ?? index
      case .no: break
      }
    }
    if let unknown {
      let needs = evaluate(condition, subject: unknown).missing
      return Trace(.unknown, relation.text, needs: needs)
    }
    if relation == .exists, !topology.isComplete {
      return Trace(
        .unknown, relation.text, answer: "none seen, in a list that may be partial",
        needs: ["a list of all PCI functions"])
    }
    return Trace(.no, relation.text, answer: "none of \(candidates.count)", source: "PCI functions")
  }

  private func candidates(of relation: Relation, subject: Int?, in topology: PCITopology) -> [Int] {
    if relation == .exists { return Array(topology.functions.indices) }
    guard let subject else { return [] }
    switch relation {
    case .exists: return Array(topology.functions.indices)
    case .ancestor: return topology.ancestors(of: subject)
    case .descendant: return topology.descendants(of: subject)
    case .sibling: return topology.device(of: subject).filter { $0 != subject }
    case .linkPartner: return [topology.link(ofFunction: subject)?.upstreamIndex].compactMap { $0 }
    }
  }

  // MARK: Terms

  private func answer(_ term: Term, subject: Int?) -> Trace {
    if term.key.isOfFunction {
      guard let topology, let subject else {
        return Trace(
          .unknown, term.text, needs: [host.pci.unknown?.needs ?? "a PCI function to ask of"])
      }
      let link = topology.link(ofFunction: subject)
      if let planned, term.key.isSetByLinux,
        term.key != .linkASPM || link?.supported.value?.isEmpty == false
      {
        return .unknown(term, planned)
      }
      return answer(term, function: topology.functions[subject], link: link)
    }
    if let reason = unknownFact(of: term.key) { return .unknown(term, reason) }
    switch (term.key, term.payload) {
    case (.dom0Line, .words(let words)):
      return answer(term, words, on: host.lines.dom0, "the dom0 line has no")
    case (.xenLine, .words(let words)):
      return answer(term, words, on: host.lines.xen, "Xen's line has no")
    case (.xenIOMMU, .truth(let wanted)):
      return .of(host.xen.iommuIsOn, term, absent: "no Xen") { ($0 == wanted, $0 ? "on" : "off") }
    case (.xenInterruptRemapping, .truth(let wanted)):
      return .of(host.xen.interruptRemappingIsOn, term, absent: "no Xen") {
        ($0 == wanted, $0 ? "on" : "off")
      }
    case (.linux, .bound(let bound)):
      return answer(term, bound, host.linux.build)
    case (.xen, .bound(let bound)):
      return answer(term, bound, host.xen.build)
    case (.role, .names(let names)):
      return .of(host.role, term, absent: "none") { (names.contains($0.rawValue), $0.rawValue) }
    case (.aspmControl, .truth(let wanted)):
      return aspmControl(term, wanted, subject: subject)
    case (.kernelLog, .logPatterns(let patterns)):
      return log(term, patterns, subject: subject)
    case (.xenLog, .xenLog(let patterns)):
      return xenLog(term, patterns, address: subject.flatMap { topology?.functions[$0].address })
    default:
      return answer(term, ofHost: host)
    }
  }

  /// Why a fact is unknown that alone answers a term: then its values need no reading.
  private func unknownFact(of key: Term.Key) -> Unknown? {
    switch key {
    case .cpu: host.cpu.identity.unknown
    case .kernelLog: host.kernelLog.unknown
    case .xenLog: host.xen.messages.unknown
    case .dmi: unknownDMI
    case .linux: host.linux.build.unknown
    case .xen: host.xen.build.unknown
    default: nil
    }
  }

  private func answer(
    _ term: Term, _ words: [String], on line: Fact<CommandLine>, _ absence: String
  ) -> Trace {
    .of(line, term, absent: "no line") { line in
      let found = words.lazy.compactMap { line.word(fitting: $0) }.first
      return (found != nil, found ?? "\(absence) \(words.joined(separator: " or "))")
    }
  }

  private func answer(_ term: Term, _ bound: VersionBound, _ build: Fact<SoftwareBuild>) -> Trace {
    guard case .known(let build, let source) = build else {
      return .of(build, term, absent: "none") { (false, $0.text) }
    }
    switch bound.holds(for: build) {
    case .success(let holds):
      let text = build.text + (build.isAssumed ? " (assumed)" : "")
      return .known(holds, term, answer: text, source: source)
    case .failure(let reason): return .unknown(term, reason)
    }
  }

  /// Linux offers switches in sysfs for the link states that it controls (`link/*_aspm`, since
  /// 5.5).
  private func aspmControl(_ term: Term, _ wanted: Bool, subject: Int?) -> Trace {
    guard let subject, let link = topology?.link(ofFunction: subject) else {
      return Trace(.no, term.text, answer: "no link above the function")
    }
    return .of(link.osControl, term, absent: "not offered") {
      ($0 == wanted, $0 ? "the kernel offers link/*_aspm" : "the kernel offers no link/*_aspm")
    }
  }

  private func log(_ term: Term, _ patterns: [LogPattern], subject: Int?) -> Trace {
    guard case .known(let log, let source) = host.kernelLog else {
      return .of(host.kernelLog, term, absent: "no log") { _ in (false, "") }
    }
    let address = subject.flatMap { topology?.functions[$0].address }
    if let line = firstLine(
      fitting: patterns, in: log.lines, found: kernelLines, address: address)
    {
      return .known(true, term, answer: line, source: source)
    }
    if let gap = log.gaps.first { return .unknown(term, gap.unknown) }
    return .known(false, term, answer: "no such line", source: source)
  }
}
