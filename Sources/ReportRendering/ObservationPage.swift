public import HostModel
public import QuirkEngine

/// What was seen of a machine over a while.
public struct ObservationPage {
  private let host: Host
  private let observation: Observation
  private let logs: [LogHit]
  private let style: TextStyle

  public init(host: Host, observation: Observation, logs: [LogHit], style: TextStyle) {
    self.host = host
    self.observation = observation
    self.logs = logs
    self.style = style
  }

  /// What the method can't see, in every output.
  static let tscMethod =
    "One thread on each of two CPUs reads the counter in turn; it must never go back. Steps smaller than the "
    + "time to hand over, some hundred cycles, are not seen, nor what happens later."

  private static let busiest = 8

  // MARK: Text

  public var text: String {
    var sections = ["observed for \(Self.number(observation.seconds)) s"]
    sections.append(section("INTERRUPTS", interrupts))
    let errors = failures
    sections.append(section("ERRORS", errors.isEmpty ? ["none that is counted grew"] : errors))
    sections.append(section("LINKS", links))
    sections.append(section("IDLE", residency))
    sections.append(section("TIME STAMP COUNTER", tsc))
    sections.append(section("NEW IN THE KERNEL'S LOG", newLines))
    let xen = lines(of: logs.filter { $0.signature.log == .xlog })
    if !xen.isEmpty { sections.append(section("IN XEN'S LOG SINCE IT STARTED", xen)) }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func section(_ name: String, _ lines: [String]) -> String {
    style.paint(name, .bold) + "\n"
      + lines.map { style.wrapped($0.printable, head: "  ", indent: 4) }.joined(separator: "\n")
  }

  private func reason(_ unknown: Unknown) -> String {
    "unknown (\(unknown.cause.rawValue): needs \(unknown.needs))"
  }

  private var interrupts: [String] {
    if let unknown = observation.after.interrupts.unknown { return [reason(unknown)] }
    let all = observation.interrupts
    var lines = all.filter { $0.growth > 0 }.prefix(Self.busiest).map { growth in
      "\(Self.number(growth.perSecond))/s  \(growth.line.number) \(growth.line.chip) "
        + growth.line.users.joined(separator: ", ") + functions(growth.line)
        + (growth.isStorm
          ? ": a storm, \(Self.number(max(growth.peak, growth.perSecond)))/s at worst" : "")
    }
    for line in shared { lines.append(line) }
    for address in stuck {
      lines.append("\(address) sent or received and had no interrupt: it is stuck, or polled")
    }
    return lines.isEmpty ? ["none came"] : lines
  }

  private var shared: [String] {
    observation.interrupts.filter { $0.line.isShared && $0.growth > 0 }.prefix(4).map {
      "line \($0.line.number) is shared by \($0.line.users.joined(separator: ", "))"
    }
  }

  private func functions(_ line: InterruptLine) -> String {
    line.functions.isEmpty ? "" : " (\(line.functions.map(\.description).joined(separator: ", ")))"
  }

  /// Functions whose interface sent something while none of their interrupts came.
  private var stuck: [PCIAddress] {
    let busy = Set(
      observation.growth(of: \.network).filter { $0.counter.name == "tx_packets" }
        .map(\.counter.subject))
    let interrupts = observation.interrupts
    return (host.pci.value?.functions ?? []).filter { function in
      let own = interrupts.filter { $0.line.functions.contains(function.address) }
      return !own.isEmpty && own.allSatisfy { $0.growth == 0 }
        && function.software.interfaces.value?.contains(where: busy.contains) == true
    }.map(\.address)
  }

  private var grown: [Observation.Growth] {
    let names: Set = [
      "correctable", "nonfatal", "fatal", "rx_errors", "tx_errors", "tx_dropped",
      "rx_missed_errors", "tx_carrier_errors", "timeouts", "tx_timeouts", "errors",
    ]
    return [\CounterHost.busErrors, \.network, \.disks].flatMap { observation.growth(of: $0) }
      .filter { names.contains($0.counter.name) }
  }

  private var failures: [String] {
    let known = [
      observation.after.busErrors.unknown, observation.after.network.unknown,
      observation.after.disks.unknown,
    ].compactMap { $0 }
    return grown.map {
      "\($0.counter.subject): \($0.growth) more \(CounterLines.name(of: $0.counter)), "
        + "\($0.counter.value) in all"
    } + Set(known.map(reason)).sorted().map { "some counters are \($0)" }
  }

  private var links: [String] {
    if observation.watchedLinks == 0 { return ["no link tells its speed and width here"] }
    if observation.links.isEmpty { return ["each kept its speed and width"] }
    return observation.links.map { "\($0.address): \($0.rates.joined(separator: ", then "))" }
  }

  private var residency: [String] {
    if let unknown = observation.after.residency.unknown { return [reason(unknown)] }
    let shares = observation.residency
    if shares.isEmpty { return ["no idle state is counted"] }
    let owner = host.role.value == .dom0 ? "all of Xen's CPUs" : "all CPUs"
    return [
      shares.map { "\($0.state) \(Self.number($0.percent)) %" }.joined(separator: ", ")
        + " of the time of \(owner)"
    ]
  }

  private var tsc: [String] {
    switch observation.tsc {
    case .absent: return ["no time stamp counter"]
    case .unknown(let unknown): return ["no verdict: \(reason(unknown))"]
    case .known(let tsc, _):
      var lines: [String] = []
      for warp in tsc.warps {
        lines.append(
          "CPU \(warp.cpu) is not in step with CPU \(tsc.reference): back by up to \(warp.most) cycles, "
            + "\(warp.count) of \(warp.looks) times")
      }
      if tsc.warps.isEmpty {
        lines.append(
          tsc.busy.isEmpty
            ? "nothing was compared"
            : "\(tsc.busy.count) CPUs are in step with CPU \(tsc.reference), at once and after they had idled"
        )
      }
      if !tsc.uncompared.isEmpty {
        lines.append(
          "not compared, this program may not run there: CPU "
            + tsc.uncompared.map(String.init).joined(separator: ", "))
      }
      if let drift = tsc.drift {
        lines.append(
          "against the clock in use its rate changed by \(Self.number(abs(drift))) millionths")
      }
      return lines + [Self.tscMethod]
    }
  }

  private var newLines: [String] {
    if let unknown = observation.kernelLog.unknown { return [reason(unknown)] }
    let own = logs.filter { $0.signature.log == .klog }
    return own.isEmpty ? ["nothing that means something here"] : lines(of: own)
  }

  private func lines(of hits: [LogHit]) -> [String] {
    LogLines(hits: hits).blocks(of: LogSignature.Kind.allCases).map {
      "\($0.head)  \($0.text.split(separator: "\n").joined(separator: " "))"
    }
  }

  /// With one decimal where it is small.
  static func number(_ value: Double) -> String {
    if value >= 100 { return String(Int(value.rounded())) }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  // MARK: JSON

  public var json: String {
    let value: JSONValue = [
      "schema": "xenquirks-observation/1",
      "milliseconds": .int(Int(observation.seconds * 1000)),
      "interrupts": .fact(observation.after.interrupts) { _ in
        .array(observation.interrupts.map(interrupt))
      },
      "errors": .array(
        grown.map {
          [
            "subject": .string($0.counter.subject), "name": .string($0.counter.name),
            "growth": .int($0.growth), "value": .int($0.counter.value),
          ]
        }),
      "stuck": .strings(stuck.map(\.description)),
      "links": .array(
        observation.links.map {
          ["address": .string($0.address.description), "rates": .strings($0.rates)]
        }),
      "residency": .fact(observation.after.residency) { _ in
        .array(
          observation.residency.map {
            ["state": .string($0.state), "permille": .int(Int($0.percent * 10))]
          })
      },
      "tsc": .fact(observation.tsc, tscValue),
      "logs": .fact(observation.kernelLog) { _ in LogLines(hits: logs).values },
    ]
    return value.text
  }

  private func interrupt(_ growth: Observation.InterruptGrowth) -> JSONValue {
    [
      "number": .int(growth.line.number), "chip": .string(growth.line.chip),
      "kind": .string(growth.line.kind.rawValue), "users": .strings(growth.line.users),
      "functions": .strings(growth.line.functions.map(\.description)),
      "growth": .int(growth.growth), "shared": .bool(growth.line.isShared),
      "peakPerSecond": .int(Int(max(growth.peak, growth.perSecond))),
      "storm": .bool(growth.isStorm),
    ]
  }

  private func tscValue(_ tsc: TSCObservation) -> JSONValue {
    let warps = { (warps: [TSCObservation.Warp]) -> JSONValue in
      .array(
        warps.map {
          [
            "cpu": .int($0.cpu), "most": .int(Int(clamping: $0.most)),
            "count": .int(Int(clamping: $0.count)), "looks": .int(Int(clamping: $0.looks)),
          ]
        })
    }
    return [
      "reference": .int(tsc.reference), "busy": warps(tsc.busy), "idled": warps(tsc.idled),
      "uncompared": .array(tsc.uncompared.map { .int($0) }),
      "driftMillionths": tsc.drift.map { .int(Int($0.rounded())) } ?? .null,
      "method": .string(Self.tscMethod),
    ]
  }
}
