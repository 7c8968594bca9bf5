internal import HostModel

/// What the machine counted since it started, as JSON, and what of it stands out, in words.
struct CounterLines {
  let host: Host

  var value: JSONValue {
    let list = { (fact: Fact<[Counter]>) -> JSONValue in .fact(fact) { .array($0.map(counter)) } }
    return [
      "interrupts": .fact(host.counters.interrupts) { .array($0.map(line)) },
      "busErrors": list(host.counters.busErrors), "network": list(host.counters.network),
      "disks": list(host.counters.disks), "residency": list(host.counters.residency),
      "uptime": .fact(host.counters.uptime) { .int($0) },
    ]
  }

  private func counter(_ counter: Counter) -> JSONValue {
    [
      "subject": .string(counter.subject), "name": .string(counter.name),
      "value": .int(counter.value),
    ]
  }

  private func line(_ line: InterruptLine) -> JSONValue {
    [
      "number": .int(line.number), "count": .int(line.count), "chip": .string(line.chip),
      "kind": .string(line.kind.rawValue), "users": .strings(line.users),
      "functions": .strings(line.functions.map(\.description)), "shared": .bool(line.isShared),
    ]
  }

  /// What ought not to be.
  var standouts: [(head: String, text: String)] {
    var found = host.functionsWithoutInterrupts.map { address in
      (address.description, "has work to do and has had no interrupt since the boot")
    }
    for counter in host.failures {
      found.append((counter.subject, "\(counter.value) \(Self.name(of: counter))"))
    }
    return found + links
  }

  private var links: [(head: String, text: String)] {
    guard let topology = host.pci.value else { return [] }
    return topology.links.compactMap { link in
      guard let rate = link.rate.value, rate.isNarrow || rate.isSlow && !topology.isDisplay(link)
      else { return nil }
      return (link.address.description, Self.text(of: rate, below: link.upstream))
    }
  }

  /// How a link falls short of its ends, and what may be the cause.
  static func text(of rate: LinkRate, below port: PCIAddress?) -> String {
    let cause =
      if rate.isNarrow {
        "a slot with fewer lanes, a riser, a bad contact, or lanes that the firmware gave elsewhere"
      } else if rate.isSlowByTarget, let port {
        "\(port) was told to train no faster (LnkCtl2)"
      } else {
        "it trained no faster, or power management slowed it down"
      }
    return "the link runs at \(rate.speed.text ?? "?") x\(rate.width), both ends can do "
      + "\(rate.maximumSpeed.text ?? "?") x\(rate.maximumWidth): \(cause)"
  }

  /// A counter in words.
  static func name(of counter: Counter) -> String {
    switch counter.name {
    case "correctable": "errors on the bus that were repaired (AER)"
    case "nonfatal", "fatal": "\(counter.name) errors on the bus (AER)"
    case "timeouts": "commands that timed out"
    case "tx_timeouts": "times a queue did not send in time"
    default: counter.name.map { $0 == "_" ? " " : String($0) }.joined()
    }
  }
}

extension PCITopology {
  /// Whether a link leads to a graphics card: those slow down while they have little to draw.
  fileprivate func isDisplay(_ link: PCILink) -> Bool {
    device(of: link.downstreamIndices[0]).contains { functions[$0].identity.classCode >> 16 == 3 }
  }
}
