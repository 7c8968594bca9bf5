internal import HostModel

extension Evaluator {
  /// The answer of a term about the machine's processor, firmware, timers, or Xen as it runs.
  func answer(_ term: Term, ofHost host: Host) -> Trace {
    switch (term.key, term.payload) {
    case (.cpu, .cpu(let pattern)): return cpu(term, pattern)
    case (.arat, .truth(let wanted)): return truth(term, wanted, host.cpu.hasARAT, "ARAT")
    case (.invariantTSC, .truth(let wanted)):
      return truth(term, wanted, host.cpu.hasInvariantTSC, "invariant TSC")
    case (.smt, .truth(let wanted)): return truth(term, wanted, host.cpu.hasSMT, "SMT")
    case (.hpet, .truth(let wanted)): return hpet(term, wanted)
    case (.hpetFSB, .truth(let wanted)):
      if host.acpi.hpet.isAbsent { return Trace(wanted ? .no : .yes, term.text, answer: "no HPET") }
      return truth(term, wanted, host.time.hpetHasFSB, "timers that send messages")
    case (.fadt, .names(let names)): return fadt(term, names)
    case (.acpiTable, .names(let names)):
      return .of(host.acpi.tables, term, absent: "no tables") { tables in
        let found = names.first(where: tables.contains)
        return (found != nil, found ?? "not among \(tables.count) tables")
      }.unlessHidden(from: host)
    case (.dmi, .dmi(let patterns)): return dmi(term, patterns)
    case (.architecture, .names(let names)):
      return .of(host.architecture, term, absent: "none") { (names.contains($0), $0) }
    case (.deepCStates, .truth(let wanted)):
      return ofXen(truth(term, wanted, host.idle.usesDeepStates, "deep C-states"), term)
    case (.cStateLimit, .ranges(let ranges)):
      return ofXen(
        .of(host.idle.limit, term, absent: "none") { limit in
          (ranges.contains { $0.contains(limit.type ?? 0xff) }, limit.text)
        }, term)
    case (.platformTimer, .names(let names)):
      return ofXen(
        .of(host.time.platformTimer, term, absent: "none") {
          (names.contains($0.rawValue), $0.rawValue)
        }, term)
    case (.hpetBroadcast, .names(let names)):
      return ofXen(
        .of(host.time.hpetBroadcast, term, absent: "none") {
          (names.contains($0.rawValue), $0.rawValue)
        }, term)
    case (.dom0Type, .names(let names)):
      return .of(host.xen.dom0Type, term, absent: "none") {
        (names.contains($0.rawValue), $0.rawValue)
      }
    case (.efi, .truth(let wanted)): return truth(term, wanted, host.bootsByUEFI, "UEFI")
    case (.memory, .ranges(let ranges)):
      return .of(host.memory, term, absent: "none") { mebibytes in
        (ranges.contains { $0.contains(mebibytes) }, "\(mebibytes) MiB")
      }
    case (.cpus, .ranges(let ranges)):
      return .of(host.cpu.onlineCPUs, term, absent: "none") { count in
        (ranges.contains { $0.contains(count) }, "\(count) CPUs")
      }
    case (.module, .names(let names)):
      return .of(host.linux.modules, term, absent: "no modules") { modules in
        let found = names.first(where: modules.contains)
        return (found != nil, found ?? "not among \(modules.count) modules")
      }
    case (.scheduler, .names(let names)):
      return ofXen(
        .of(host.xen.scheduler, term, absent: "none") { (names.contains($0), $0) }, term)
    case (.xlConf, .words(let words)): return xlConf(term, words)
    default: return Trace(.unknown, term.text, needs: ["a term that the engine knows"])
    }
  }

  private func truth(
    _ term: Term, _ wanted: Bool, _ fact: Fact<Bool>, _ name: String
  ) -> Trace {
    .of(fact, term, absent: "none") { ($0 == wanted, $0 ? name : "no \(name)") }
  }

  /// What Linux does with the timers while it owns them says nothing of what Xen would do.
  private func ofXen(_ trace: Trace, _ term: Term) -> Trace {
    guard host.role.value == .bareMetal else { return trace }
    return .unknown(term, Unknown(.otherSoftware, needs: "a boot of Xen"))
  }

  /// The identity decides first: a processor that is not meant needs no microcode.
  private func cpu(_ term: Term, _ pattern: CPUPattern) -> Trace {
    guard case .known(let cpu, let source) = host.cpu.identity else {
      return .of(host.cpu.identity, term, absent: "none") { (pattern.matches($0), $0.text) }
    }
    guard pattern.matches(cpu), !pattern.microcode.isEmpty else {
      return .known(pattern.matches(cpu), term, answer: cpu.text, source: source)
    }
    return .of(host.cpu.microcode, term, absent: "no microcode") { revision in
      (
        pattern.microcode.contains { $0.contains(Int(revision)) },
        "\(cpu.text), microcode 0x\(hex(revision, width: 1))"
      )
    }
  }

  private func hpet(_ term: Term, _ wanted: Bool) -> Trace {
    if host.acpi.hpet.isAbsent {
      return Trace(wanted ? .no : .yes, term.text, answer: "no table HPET")
    }
    return .of(host.acpi.hpet, term, absent: "no table HPET") { table in
      (
        wanted,
        "0x\(hex(table.eventTimerBlockID, width: 8)) at 0x\(hex(table.baseAddress, width: 1))"
      )
    }
  }

  private func fadt(_ term: Term, _ names: [String]) -> Trace {
    .of(host.acpi.fadt, term, absent: "no FADT") { table in
      let flags = Term.fadtFlags.filter { $0.isSet(table) }.map(\.name)
      let found = names.filter(flags.contains)
      let none = table.bootArchitecture == nil ? "a FADT too short to say it" : "not set"
      return (!found.isEmpty, found.isEmpty ? none : found.joined(separator: ", "))
    }
  }

  private func dmi(_ term: Term, _ patterns: [DMIPattern]) -> Trace {
    // Several values of one field are a choice; all fields must fit.
    let traces = patterns.map(\.field).unique.map { field in
      let values = patterns.filter { $0.field == field }.map(\.value)
      return Trace.of(host.dmi[field], term, absent: "not filled in") { text in
        (values.contains { $0.matches(text) }, "\(field.rawValue) \(text)")
      }
    }
    let verdict = Verdict.all(traces.map(\.verdict))
    return traces.first { $0.verdict == verdict } ?? Trace(verdict, term.text)
  }

  private func xlConf(_ term: Term, _ words: [String]) -> Trace {
    .of(host.toolstack, term, absent: "no xl.conf") { values in
      let line = CommandLine(words: values.map { "\($0.key)=\($0.value)" }.sorted())
      let found = words.lazy.compactMap { line.word(fitting: $0) }.first
      return (found != nil, found ?? "not in xl.conf")
    }
  }

  func xenLog(_ term: Term, _ patterns: [XenLogPattern], address: PCIAddress?) -> Trace {
    guard case .known(let log, let source) = host.xen.messages else {
      return .of(host.xen.messages, term, absent: "no log") { _ in (false, "") }
    }
    if let line = firstLine(
      fitting: patterns.map(\.pattern), in: log.lines, found: xenLines, address: address)
    {
      return .known(true, term, answer: line, source: source)
    }
    guard log.isComplete else {
      return .unknown(
        term, Unknown(.truncated, needs: "'xl dmesg' of a whole boot (--xl-dmesg FILE)"))
    }
    if patterns.contains(where: \.isInformation), log.showsInformation.value != true {
      return .unknown(
        term, Unknown(.truncated, needs: "'xl dmesg' of a boot with loglvl=info on Xen's line"))
    }
    return .known(false, term, answer: "no such line", source: source)
  }
}

extension Term {
  /// The flags of the FADT that a quirk file may ask for.
  static let fadtFlags: [(name: String, isSet: @Sendable (FADT) -> Bool)] = [
    ("msi-not-supported", { $0.forbidsMSI }), ("aspm-not-supported", { $0.forbidsASPM }),
  ]
}

extension Trace {
  /// A PVH dom0 gets no HPET, DMAR or IVRS table: that one is not there says nothing of the board.
  fileprivate func unlessHidden(from host: Host) -> Trace {
    guard verdict == .no, host.xen.dom0Type.value == .pvh else { return self }
    var trace = self
    trace.verdict = .unknown
    trace.needs = ["a boot with a PV dom0, or without Xen"]
    return trace
  }
}
