internal import HostModel
internal import SystemAccess
internal import XenTools

/// What `xl info` says of Xen and of the CPUs that it runs on.
struct XenInfoProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    let info = try ToolOutput.info.read(context, role: host.role) { XenInfo(parsing: $0) }
    switch info {
    case .known(let info, let source): fill(&host, info, source)
    case .unknown(let reason)
    where host.role.value == .dom0 && context.root?.tells(ToolOutput.info.captured) == true:
      host.lines.xen = .unknown(reason)
      host.xen.iommuIsOn = .unknown(reason)
      host.xen.scheduler = .unknown(reason)
      host.cpu.hasSMT = .unknown(reason)
      host.cpu.onlineCPUs = .unknown(reason)
    case .absent, .unknown: break
    }
  }

  private func fill(_ host: inout Host, _ info: XenInfo, _ source: Source) {
    if host.role.value == nil {
      // The toolstack answers nowhere else.
      host.role = .known(.dom0, source: source)
    }
    if let text = info.version,
      let build = SoftwareBuild(xen: text, builder: info.builder, changeset: info.changeset)
    {
      host.xen.build = .known(build, source: source)
    }
    let cut = Unknown(.truncated, needs: "the whole output of 'xl info'")
    host.lines.xen = info.commandLine.map { .known($0, source: source) } ?? .unknown(cut)
    host.xen.iommuIsOn =
      info.virtualization.map { words in
        .known(words.contains("hvm_directio") || words.contains("pv_directio"), source: source)
      } ?? .unknown(cut)
    host.memory = info.totalMemory.map { .known($0, source: source) } ?? .unknown(cut)
    host.xen.scheduler = info.scheduler.map { .known($0, source: source) } ?? .unknown(cut)
    host.cpu.onlineCPUs = info.onlineCPUs.map { .known($0, source: source) } ?? .unknown(cut)
    host.cpu.hasSMT = info.threadsPerCore.map { .known($0 > 1, source: source) } ?? .unknown(cut)
  }
}
