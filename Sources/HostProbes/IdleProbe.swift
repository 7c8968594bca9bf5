internal import HostModel
internal import SystemAccess
internal import XenTools

/// C-states: what the owner of idle may use, and what it used.
///
/// On a Xen host dom0's cpuidle says nothing; `xenpm` does. It runs behind the options, because the
/// table depends on the version of Xen.
struct IdleProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    host.idle.table = host.idleTable(in: context.options.idleModels)
    let asked = try ToolOutput.idle.read(context, role: host.role) { XenPM(parsing: $0) }
    switch host.role.value {
    case .bareMetal: fillFromLinux(&host, context)
    case .domU, .guest:
      let table = host.idle.table
      host.idle = IdleHost(allUnknown: Unknown(.hiddenByHypervisor, needs: "dom0"))
      host.idle.table = table
    case .dom0, nil:
      fillFromXen(&host, asked)
      fillBroadcast(&host)
    }
  }

  private static let noDeepStates = Source.derived("no deep C-states")
  private static let arat = Source.derived("ARAT")

  /// What follows anew where other facts of a snapshot have changed: Xen's table, and by the line the
  /// limit and the broadcast.
  func restate(_ host: inout Host, lineBefore: Fact<CommandLine>, _ context: ProbeContext) {
    host.idle.table = host.idleTable(in: context.options.idleModels)
    guard host.role.value == .dom0 || host.role.value == nil else { return }
    if host.role.value == .dom0, host.idle.owner.value == nil {
      host.idle.owner = .known(.xen, source: .derived("the role"))
    }
    if let reason = host.idle.states.unknown,
      limitOnLine(lineBefore) == host.idle.limit
        || host.idle.limit.unknown != nil
    {
      host.idle.limit = limitOnLine(host.lines.xen) ?? .unknown(reason)
    }
    let source = host.time.hpetBroadcast.source
    if source == Self.noDeepStates || source == Self.arat, let reason = host.time.hpetHasFSB.unknown
    {
      host.time.hpetBroadcast = .unknown(reason)
    }
    fillBroadcast(&host)
  }

  /// Xen sets no broadcast up where no CPU can sleep so deep that its own timer stops (time.c,
  /// _disable_pit_irq).
  private func fillBroadcast(_ host: inout Host) {
    guard host.time.hpetBroadcast.value == nil else { return }
    if host.idle.usesDeepStates.value == false {
      host.time.hpetBroadcast = .known(HPETBroadcast.none, source: Self.noDeepStates)
    } else if host.cpu.hasARAT.value == true {
      host.time.hpetBroadcast = .known(HPETBroadcast.none, source: Self.arat)
    }
  }

  // MARK: Xen

  private func fillFromXen(_ host: inout Host, _ asked: Fact<XenPM>) {
    if host.role.value == .dom0 { host.idle.owner = .known(.xen, source: .derived("the role")) }
    guard case .known(let answer, let source) = asked else {
      guard let reason = asked.unknown else { return }
      host.idle.limit = limitOnLine(host.lines.xen) ?? .unknown(reason)
      host.idle.states = .unknown(reason)
      host.idle.driver = .unknown(reason)
      host.idle.governor = .unknown(reason)
      return
    }
    host.idle.owner = .known(.xen, source: source)
    let cut = Unknown(.truncated, needs: "the whole output of 'xenpm get-cpuidle-states'")
    host.idle.limit = answer.limit.map { .known($0, source: source) } ?? .unknown(cut)
    host.idle.states =
      answer.states.map { .known($0, source: source) }
      ?? (answer.hasNoDriver ? .known([], source: source) : .unknown(cut))
    host.idle.driver =
      answer.hasNoDriver
      ? .absent : .unknown(Unknown(.interfaceMissing, needs: "'xl debug-key c' and 'xl dmesg'"))
    host.idle.governor = host.idle.driver.map { $0 }
  }

  /// The limit that a word of the line alone decides: no state deeper than C1 can follow it.
  ///
  /// Without such a word Xen may still have set one itself.
  private func limitOnLine(_ line: Fact<CommandLine>) -> Fact<CStateLimit>? {
    guard case .known(let line, let source) = line else { return nil }
    let isOff = ["cpuidle=0", "cpuidle=off", "cpuidle=no", "cpuidle=false", "no-cpuidle"]
      .contains(where: line.has)
    if isOff { return .known(CStateLimit(type: 0), source: source) }
    guard let value = line.value(of: "max_cstate") else { return nil }
    // Xen takes a value that is no number for 0, without a word.
    let numbers = value.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let type = numbers.first ?? 0
    guard type <= 1 else { return nil }
    return .known(
      CStateLimit(type: type, substate: numbers.count > 1 ? numbers[1] : nil), source: source)
  }

  // MARK: Linux

  private func fillFromLinux(_ host: inout Host, _ context: ProbeContext) {
    let folder = "/sys/devices/system/cpu"
    host.idle.owner = .known(.linux, source: .derived("the role"))
    host.idle.driver = context.text("\(folder)/cpuidle/current_driver").flatMap { name, source in
      name == "none" ? .absent : .known(name, source: source)
    }
    // The file of kernels before 5.7 is the one that can only be read.
    let governor = context.text("\(folder)/cpuidle/current_governor")
    host.idle.governor =
      governor.value == nil ? context.text("\(folder)/cpuidle/current_governor_ro") : governor
    // What limits Linux shows in its list of states.
    host.idle.limit = .absent
    host.idle.states = states(context, "\(folder)/cpu0/cpuidle")
  }

  /// The states of the first CPU; usage and time are its own.
  private func states(_ context: ProbeContext, _ folder: String) -> Fact<[IdleState]> {
    guard let root = context.root else { return .unknown(context.missing(folder)) }
    let names: [String]
    do {
      names = try root.list(folder).filter { $0.hasPrefix("state") }
    } catch {
      return .unknown(Unknown(error, in: root))
    }
    let order = names.compactMap { Int($0.dropFirst("state".count)) }.sorted()
    let states = order.map { number in
      let value = { (file: String) in context.text("\(folder)/state\(number)/\(file)").value }
      return IdleState(
        name: value("name") ?? "state\(number)", latency: value("latency").flatMap { Int($0) },
        residency: value("residency").flatMap { Int($0) },
        usage: value("usage").flatMap { UInt64($0) },
        time: value("time").flatMap { UInt64($0) }.map { $0 / 1000 },
        isDisabled: value("disable").map { $0 == "1" })
    }
    return .known(states, source: .file(folder))
  }
}
