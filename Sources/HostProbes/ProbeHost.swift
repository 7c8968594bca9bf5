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
