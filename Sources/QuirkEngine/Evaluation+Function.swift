internal import HostModel

extension Evaluator {
  /// The answer of a term about one function and the link at whose lower end it is.
  func answer(_ term: Term, function: PCIFunction, link: PCILink?) -> Trace {
    let identity = function.identity
    let header = Source.configSpace(offset: 0)
    switch (term.key, term.payload) {
    case (.pci, .patterns(let patterns)):
      return .known(patterns.contains { $0.matches(identity) }, term, source: header) {
        guard patterns.contains(where: { $0.subsystemVendor != nil }) else { return identity.text }
        let subsystem = identity.subsystemVendor.map { vendor in
          ":\(hex(vendor, width: 4)):\(hex(identity.subsystemDevice ?? 0, width: 4))"
        }
        return identity.text + (subsystem ?? "")
      }
    case (.class, .classes(let classes)):
      let holds = classes.contains { $0.matches(identity.classCode) }
      return .known(holds, term, source: .configSpace(offset: 8)) {
        hex(identity.classCode, width: 6)
      }
    case (.revision, .ranges(let ranges)):
      return .known(
        ranges.contains { $0.contains(Int(identity.revision)) }, term,
        answer: "0x\(hex(identity.revision, width: 2))", source: .configSpace(offset: 8))
    case (.function, .ranges(let ranges)):
      return .known(
        ranges.contains { $0.contains(Int(function.address.function)) }, term,
        answer: "\(function.address.function)", source: .derived("PCI address"))
    case (.address, .addresses(let patterns)):
      let address = function.address
      let holds = patterns.contains { $0.matches(address) }
      return .known(holds, term, source: .derived("PCI address")) { address.description }
    case (.portType, .names(let names)):
      return .of(function.registers.express, term, absent: "not PCI Express") { express in
        let name = express.portType?.name ?? "reserved"
        return (names.contains(name), name)
      }
    case (.driver, .names(let names)):
      return .of(function.software.driver, term, absent: "no driver bound") {
        (names.contains($0), $0)
      }
    case (.msi, .truth(let wanted)):
      return .of(function.registers.msi, term, absent: wanted ? "no MSI capability" : "off") {
        ($0.isEnabled == wanted, $0.isEnabled ? "enabled" : "disabled")
      }.orAbsent(wanted)
    case (.msix, .truth(let wanted)):
      return .of(function.registers.msix, term, absent: "no MSI-X capability") {
        ($0.isEnabled == wanted, $0.isEnabled ? "enabled" : "disabled")
      }.orAbsent(wanted)
    case (.htMSIMapping, .names(let names)):
      return hyperTransport(term, names, function)
    case (.linkASPM, .aspm(let pattern)):
      guard let link else { return noLink(term, function) }
      return aspm(term, pattern, link)
    case (.linkASPMSupported, .aspm(let pattern)):
      guard let link else { return noLink(term, function) }
      return supportedASPM(term, pattern, link)
    case (.linkL1Substates, .names(let names)):
      guard let link else { return noLink(term, function) }
      return .of(link.l1Substates, term, absent: "no L1 substates") { on in
        (
          names.contains { name in on.contains { $0.hasSuffix(name) } },
          on.isEmpty ? "off" : on.joined(separator: ", ")
        )
      }
    case (.config, .config(let pattern)):
      return config(term, pattern, function)
    default:
      return Trace(.unknown, term.text, needs: ["a term that the engine knows"])
    }
  }

  private func config(_ term: Term, _ pattern: ConfigPattern, _ function: PCIFunction) -> Trace {
    guard let value = function.config.doubleWord(at: pattern.offset) else {
      // Conventional space ends at 256 bytes: behind it a device without PCI Express has nothing.
      if pattern.offset >= 0x100, function.registers.express.isAbsent {
        return Trace(.no, term.text, answer: "no extended configuration space")
      }
      return .unknown(term, function.config.beyond)
    }
    return .known(
      value & pattern.mask == pattern.value, term, answer: "0x\(hex(value, width: 8))",
      source: .configSpace(offset: pattern.offset))
  }

  private func hyperTransport(_ term: Term, _ names: [String], _ function: PCIFunction) -> Trace {
    if function.registers.hyperTransportMSIMapping.isAbsent {
      return .known(
        names.contains("none"), term, answer: "none", source: .derived("capability list"))
    }
    return .of(function.registers.hyperTransportMSIMapping, term, absent: "none") { mapping in
      let state = mapping.isEnabled ? "enabled" : "disabled"
      return (names.contains(state), state)
    }
  }

  /// No link that is known: because there is none, or because the function does not show its
  /// registers.
  private func noLink(_ term: Term, _ function: PCIFunction) -> Trace {
    if let reason = function.registers.express.unknown { return .unknown(term, reason) }
    return Trace(.no, term.text, answer: "no link above the function")
  }

  private func aspm(_ term: Term, _ pattern: ASPMPattern, _ link: PCILink) -> Trace {
    let states: ASPMStates =
      switch pattern {
      case .anyOf(let states): states
      case .off: [.l0s, .l1]
      }
    let facts = [ASPMStates.l0s, .l1].filter { states.contains($0) }.map { ($0, link.isOn($0)) }
    let on = facts.filter { $0.1.value == true }
    let (found, upstream, address) = (ASPMStates(on.map(\.0)), link.upstream, link.address)
    let answer = { @Sendable in
      "\(found.text) on \(upstream.map { "\($0) - " } ?? "")\(address)"
    }
    let source = facts.lazy.compactMap(\.1.source).first ?? .derived("LnkCtl")
    let wantsOn = pattern != .off
    if !on.isEmpty {
      return .known(wantsOn, term, source: on[0].1.source ?? source, later: answer)
    }
    if let reason = facts.lazy.compactMap(\.1.unknown).first { return .unknown(term, reason) }
    return .known(!wantsOn, term, source: source, later: answer)
  }

  private func supportedASPM(_ term: Term, _ pattern: ASPMPattern, _ link: PCILink) -> Trace {
    return .of(link.supported, term, absent: "none") { supported in
      switch pattern {
      case .anyOf(let states): (!supported.isDisjoint(with: states), supported.text)
      case .off: (supported.isEmpty, supported.text)
      }
    }
  }
}

extension Trace {
  /// A capability that is not there is certainly not enabled.
  fileprivate func orAbsent(_ wanted: Bool) -> Trace {
    guard verdict == .no, source.isEmpty, !wanted else { return self }
    var trace = self
    trace.verdict = .yes
    return trace
  }
}
