internal import HostModel

/// A machine that was looked at before, and what the person has to say of it since.
struct RecordedHost {
  private let recorded: Host

  init(_ recorded: Host) { self.recorded = recorded }

  /// The machine with every saved output and every statement of the options.
  ///
  /// A file that the person names says more than the snapshot; only which Linux ran, and with which line,
  /// is not taken from a log where the snapshot has it. Throws: as probing does.
  func host(_ context: ProbeContext) throws(ProbeError) -> Host {
    let options = context.options
    var host = recorded
    if options.xlInfo != nil { try XenInfoProbe().fill(&host, from: context) }
    if options.xlDmesg != nil {
      forgetMessages(&host)
      try XenMessagesProbe().fill(&host, from: context)
    }
    if options.kernelLog != nil {
      try KernelLogProbe().fill(&host, from: context)
      if recorded.linux.build.value != nil { host.linux.build = recorded.linux.build }
      if recorded.linux.release.value != nil { host.linux.release = recorded.linux.release }
      if recorded.lines.dom0.value != nil { host.lines.dom0 = recorded.lines.dom0 }
    }
    if options.xenCPUID != nil { try CPUProbe().fillFromXen(&host, context) }
    if options.pciIDs != nil { try rename(&host, context) }
    try OptionsProbe().fill(&host, from: context)
    if options.xenpm != nil { try IdleProbe().fill(&host, from: context) }
    if recorded.role.value == nil, host.role.value != nil { TimeProbe().hideInterrupts(&host) }
    IdleProbe().restate(&host, lineBefore: recorded.lines.xen, context)
    return host
  }

  /// What an earlier log of Xen said gives way to the new one, as it did to everything else.
  private func forgetMessages(_ host: inout Host) {
    let reason = Unknown(.notCaptured, needs: "'xl dmesg' of the whole boot")
    let log = ToolOutput.messages
    if log.isSource(of: host.xen.build) { host.xen.build = .unknown(reason) }
    if log.isSource(of: host.lines.xen) { host.lines.xen = .unknown(reason) }
    if log.isSource(of: host.xen.iommuIsOn) { host.xen.iommuIsOn = .unknown(reason) }
    if log.isSource(of: host.xen.dom0Type) { host.xen.dom0Type = .unknown(reason) }
    if log.isSource(of: host.xen.scheduler) { host.xen.scheduler = .unknown(reason) }
  }

  /// The names of a pci.ids that the person names, in place of those in the snapshot.
  private func rename(_ host: inout Host, _ context: ProbeContext) throws(ProbeError) {
    guard case .known(let topology, let source) = host.pci else { return }
    var functions = topology.functions
    let names = try PCINameSource(file: context.options.pciIDs)
      .names(of: functions.map { ($0.identity.vendor, $0.identity.device) })
    for index in functions.indices {
      functions[index].name = names[PCINames.key(functions[index].identity)]
    }
    host.pci = .known(PCITopology(functions, isComplete: topology.isComplete), source: source)
  }
}
