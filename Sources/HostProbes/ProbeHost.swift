public import HostModel
internal import SystemAccess
internal import XenTools

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
    guard let answer = xenIdle else { return counters }
    counters.residency = answer.map { answer in
      (answer.states ?? []).compactMap { state in
        state.time.map {
          Counter(
            subject: state.name, name: "microseconds", value: Int(clamping: $0) &* 1000)
        }
      }
    }
    return counters
  }

  /// How many CPUs Xen tells the residency of; nil outside dom0.
  func xenIdleCPUs() -> Int? { xenIdle?.value?.cpus }

  private var xenIdle: Fact<XenPM>? {
    guard host.role.value == .dom0 else { return nil }
    return try? ToolOutput.idle.read(context, role: host.role) { XenPM(parsing: $0) }
  }

  /// What each link runs at, in the words of sysfs (Linux 4.13 and later, for everybody).
  func links() -> [PCIAddress: String] {
    guard let root = context.root, let topology = host.pci.value else { return [:] }
    var links: [PCIAddress: String] = [:]
    for (index, function) in topology.functions.enumerated() {
      guard topology.device(of: index).lowerBound == index, !function.isAboveLink else { continue }
      let folder = "/sys/bus/pci/devices/\(function.address)"
      // A link that is down has no width.
      guard let width = try? root.readTrimmed("\(folder)/current_link_width"), width != "0",
        let speed = try? root.readTrimmed("\(folder)/current_link_speed")
      else { continue }
      links[function.address] = "\(speed) x\(width)"
    }
    return links
  }
}

extension PCIFunction {
  /// Whether a link hangs below it; a bridge of which that is unknown counts as one.
  fileprivate var isAboveLink: Bool {
    switch registers.express {
    case .known(let express, _): express.portType?.isUpstreamEndOfLink ?? true
    case .absent, .unknown: bridge != nil
    }
  }
}
