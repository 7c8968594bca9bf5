public import HostModel

extension QuirkDatabase {
  /// Everything that the database says of one host.
  ///
  /// Quirks bound to ids are looked up by the ids that are there, so the cost grows with devices
  /// plus quirks and not with their product.
  ///
  /// Where advice would not fit the machine, nothing is said of its quirks.
  public func assess(_ host: Host) -> Assessment {
    if let obstacle = host.obstacle {
      return Assessment(findings: [], undecided: [], obstacle: obstacle)
    }
    var evaluator = Evaluator(host: host)
    var collector = Collector()
    let index = host.pci.value.map(FunctionIndex.init)
    let numbers = candidates(of: index)
    if host.kernelLog.value != nil || host.xen.messages.value != nil {
      evaluator.searchLogs(for: numbers.map(quirk(at:)))
    }
    for number in numbers {
      let head = head(at: number)
      var whole: Quirk?
      for (subject, function) in subjects(of: head, in: host.pci.value, index)
      where evaluator.verdict(of: head.when, subject: function) != .no {
        let quirk = whole ?? quirk(at: number)
        whole = quirk
        collector.add(evaluator.judge(quirk, subject: subject, index: function))
      }
    }
    var assessment = collector.assessment
    assessment.logs = logHits(in: host)
    return assessment
  }

  /// How every quirk that has something to do with a subject was judged for it.
  public func judgements(of host: Host, about address: PCIAddress) -> [Judgement] {
    var evaluator = Evaluator(host: host)
    let index = host.pci.value.map(FunctionIndex.init)
    return candidates(of: index).flatMap { number in
      let quirk = quirk(at: number)
      return subjects(of: quirk, in: host.pci.value, index)
        .filter { $0.subject.address == address }
        .map { evaluator.judge(quirk, subject: $0.subject, index: $0.index) }
    }
  }

  /// How one quirk was judged for each of its subjects on a host.
  public func judgements(of host: Host, for quirk: Quirk) -> [Judgement] {
    var evaluator = Evaluator(host: host)
    let index = host.pci.value.map(FunctionIndex.init)
    return subjects(of: quirk, in: host.pci.value, index).map {
      evaluator.judge(quirk, subject: $0.subject, index: $0.index)
    }
  }

  /// The numbers of the quirks that could concern a machine with these functions.
  private func candidates(of index: FunctionIndex?) -> [Int] {
    var found = Set(unindexed)
    for id in index.map({ Array($0.ids) }) ?? [] {
      found.formUnion(quirks(vendor: UInt16(id >> 16), device: UInt16(id & 0xffff)))
    }
    return found.sorted()
  }

  private func subjects(
    of quirk: Quirk, in topology: PCITopology?, _ index: FunctionIndex?
  ) -> [(subject: Subject, index: Int?)] {
    subjects(of: QuirkHead(subject: quirk.subject, when: quirk.when), in: topology, index)
  }

  private func subjects(
    of quirk: QuirkHead, in topology: PCITopology?, _ index: FunctionIndex?
  ) -> [(subject: Subject, index: Int?)] {
    guard quirk.subject.isOfPCI else { return [(.part(quirk.subject), nil)] }
    guard let topology, let index else { return [] }
    if quirk.subject == .link {
      return topology.links.map { (.link($0.address), $0.downstreamIndices.first) }
    }
    let indices =
      SubjectFilter(quirk.when).map(index.indices(for:)) ?? Array(topology.functions.indices)
    return indices.map { (.function(topology.functions[$0].address), $0) }
  }
}

extension PCIIdentity {
  /// Vendor and device as one number.
  var key: UInt32 { UInt32(vendor) << 16 | UInt32(device) }
}

/// Gathers judgements into findings: one for each quirk and state, with all its subjects.
private struct Collector {
  private struct Key: Hashable {
    var quirk: String
    var state: QuirkState
  }
  private var findings: [Key: Finding] = [:]
  private var undecided: [String: Undecided] = [:]
  private var outOfReach: [Undecided] = []

  mutating func add(_ judgement: Judgement) {
    switch judgement.outcome {
    case .notHere, .notNeeded: return
    case .outOfReach(let needs):
      outOfReach.append(
        Undecided(quirk: judgement.quirk, subjects: [judgement.subject], needs: needs.unique))
    case .undecided(let needs):
      undecided[
        judgement.quirk.id,
        default: Undecided(quirk: judgement.quirk, subjects: [], needs: needs.unique)
      ].subjects.append(judgement.subject)
    case .state(let state):
      let key = Key(quirk: judgement.quirk.id, state: state)
      if findings[key] == nil { findings[key] = Finding(judgement, state: state) }
      findings[key]?.subjects.append(judgement.subject)
      findings[key]?.actions.append(judgement.actions)
    }
  }

  var assessment: Assessment {
    let order = QuirkState.allCases
    return Assessment(
      findings: findings.values.sorted { left, right in
        let a = (order.firstIndex(of: left.state) ?? 0, left.quirk.severity.rank, left.quirk.id)
        let b = (order.firstIndex(of: right.state) ?? 0, right.quirk.severity.rank, right.quirk.id)
        return a < b
      },
      undecided: undecided.values.sorted {
        ($0.quirk.severity.rank, $0.quirk.id) < ($1.quirk.severity.rank, $1.quirk.id)
      }, outOfReach: outOfReach)
  }
}

extension Finding {
  init(_ judgement: Judgement, state: QuirkState) {
    let quirk = judgement.quirk
    let handler =
      state == .handled
      ? judgement.handlers.first { $0.trace.verdict == .yes && !$0.isRefuted } : nil
    let traces = [judgement.when, judgement.armed, handler?.trace].compactMap { $0 }
    let confirmations = judgement.confirmedBy.map(\.verdict)
    var explanation = ""
    if state == .ineffective {
      if let folk = judgement.folkOnLine {
        explanation = "\(folk.option) \(folk.verdict)"
      } else if let place = judgement.remedyOnLine {
        explanation =
          "\(quirk.actions[place].filled(for: judgement.subject).text) is on the line, "
          + "but \(judgement.armed?.leaves.first?.answer ?? "the trigger is there all the same")"
      }
    }
    self.init(
      quirk: quirk, state: state, subjects: [],
      because: traces.flatMap(\.leaves).filter { $0.verdict == .yes || state != .handled }.map {
        Because(fact: $0.question, value: $0.answer, source: $0.source)
      },
      handler: handler?.handler,
      isConfirmed: confirmations.isEmpty ? nil : confirmations.contains(.yes),
      isInForce: state == .ineffective
        ? false : state == .applied ? (judgement.armed?.verdict == .no ? true : nil) : nil,
      explanation: explanation, actions: [])
  }
}
