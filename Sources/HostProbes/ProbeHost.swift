public import HostModel

/// The probes in the order they run: a later one may read what an earlier one filled.
private let allProbes: [any Probe & Sendable] = [
  XenProbe(),
  XenInfoProbe(),
  XenMessagesProbe(),
  KernelLogProbe(),
  LinuxProbe(),
  PCIProbe(),
  ModuleProbe(),
  CPUProbe(),
  DMIProbe(),
  ACPIProbe(),
  ToolstackProbe(),
  BootFilesProbe(),
  OptionsProbe(),
  TimeProbe(),
  IdleProbe(),
  CounterProbe(),
]

/// Looks at a machine.
///
/// Throws: only where a file or a value that the person named is unusable; what the machine does
/// not tell is an unknown fact.
public func probeHost(_ options: ProbeOptions) throws(ProbeError) -> Host {
  let context = try ProbeContext(options)
  if let recorded = options.recorded, !options.withoutMachine {
    return try RecordedHost(recorded).host(context)
  }
  var host = Host(allUnknown: context.missing("it"))
  if options.withoutMachine {
    host.role = .known(.dom0, source: .option("--no-machine"))
    try OptionsProbe().fill(&host, from: context)
    return host
  }
  for probe in allProbes { try probe.fill(&host, from: context) }
  removeOwnNames(from: &host, context)
  return host
}

/// The machine that runs, to be asked again and again what it counts.
public struct RunningMachine: Sendable {
  private let context: ProbeContext
  private let host: Host

  /// Throws: as probing does.
  public init(_ host: Host, _ options: ProbeOptions) throws(ProbeError) {
    context = try ProbeContext(options)
    self.host = host
  }

  /// The interrupts as they stand now, which are cheap to read.
  public func interrupts() -> Fact<[InterruptLine]> {
    guard let root = context.root else { return .unknown(context.missing("/proc/interrupts")) }
    return CounterProbe().interrupts(root, [])
  }

  /// The counters as they stand now; in dom0 the residency is that of Xen's states.
  public func counters() -> CounterHost {
    var counters = CounterProbe().counters(of: host, context)
    guard host.role.value == .dom0 else { return counters }
    var idle = Host(allUnknown: context.missing("it"))
    idle.role = host.role
    do {
      try IdleProbe().fill(&idle, from: context)
    } catch {
      return counters
    }
    counters.residency = idle.idle.states.map { states in
      states.compactMap { state in
        state.time.map {
          Counter(
            subject: state.name, name: "microseconds", value: Int(clamping: $0) &* 1000)
        }
      }
    }
    return counters
  }
}
