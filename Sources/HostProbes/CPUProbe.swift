internal import HostModel
internal import SystemAccess
internal import XenTools

/// The processor: from `xen-cpuid`, which sees the hardware, else from what the kernel shows.
struct CPUProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    fillFromKernel(&host, context)
    try fillFromXen(&host, context)
  }

  /// What `xen-cpuid` says.
  func fillFromXen(_ host: inout Host, _ context: ProbeContext) throws(ProbeError) {
    let raw = try ToolOutput.cpuid.read(context, role: host.role) { XenCPUID(parsing: $0) }
    if case .known(let raw, let source) = raw {
      fill(&host, raw, source)
    } else if host.role.value == .dom0 || host.role.value == nil, let reason = raw.unknown {
      // What dom0 does not show may be there all the same.
      if host.cpu.hasARAT.value == nil { host.cpu.hasARAT = .unknown(reason) }
      if host.cpu.hasInvariantTSC.value == nil { host.cpu.hasInvariantTSC = .unknown(reason) }
      if host.xen.isNested.value == nil { host.xen.isNested = .unknown(reason) }
    }
  }

  private func fill(_ host: inout Host, _ raw: XenCPUID, _ source: Source) {
    if let identity = raw.identity { host.cpu.identity = .known(identity, source: source) }
    host.cpu.hasARAT = .known(raw.hasARAT, source: source)
    host.cpu.hasInvariantTSC = .known(raw.hasInvariantTSC, source: source)
    host.xen.isNested = .known(raw.isVirtual, source: source)
  }

  private func fillFromKernel(_ host: inout Host, _ context: ProbeContext) {
    guard case .known(let text, let source) = context.allCPUInfo else {
      guard let reason = context.allCPUInfo.unknown else { return }
      let known = host.cpu
      host.cpu = CPUHost(allUnknown: reason)
      if known.identity.value != nil { host.cpu.identity = known.identity }
      if known.hasSMT.value != nil { host.cpu.hasSMT = known.hasSMT }
      if known.onlineCPUs.value != nil { host.cpu.onlineCPUs = known.onlineCPUs }
      return
    }
    let info = CPUInfoText(parsing: text)
    let missing = Unknown(.interfaceMissing, needs: "an x86 /proc/cpuinfo")
    let fact = { (value: String?) -> Fact<String> in
      value.map { .known($0, source: source) } ?? .unknown(missing)
    }
    if host.cpu.identity.value == nil {
      host.cpu.identity = info.identity.map { .known($0, source: source) } ?? .unknown(missing)
    }
    host.cpu.name = fact(info.name)
    host.cpu.microcode =
      info.microcode.map { .known($0, source: source) }
      ?? .unknown(Unknown(.interfaceMissing, needs: "a kernel that shows the microcode's revision"))
    host.cpu.logicalCPUs = .known(info.count, source: source)
    // A domain has as many CPUs as Xen gives it.
    if host.cpu.onlineCPUs.value == nil, host.role.value == .bareMetal {
      host.cpu.onlineCPUs = host.cpu.logicalCPUs
    }
    if host.cpu.hasSMT.value == nil { host.cpu.hasSMT = smt(host, context, info, source) }
    host.cpu.hasARAT = flag(["arat"], info, host, source)
    host.cpu.hasInvariantTSC = flag(["constant_tsc", "nonstop_tsc"], info, host, source)
  }

  /// A flag that is shown is there; one that is not may be hidden by a hypervisor.
  private func flag(
    _ names: [Substring], _ info: CPUInfoText, _ host: Host, _ source: Source
  ) -> Fact<Bool> {
    guard let flags = info.flags else {
      return .unknown(Unknown(.interfaceMissing, needs: "an x86 /proc/cpuinfo"))
    }
    if names.allSatisfy(flags.contains) { return .known(true, source: source) }
    if host.role.value == .bareMetal { return .known(false, source: source) }
    return .unknown(Unknown(.hiddenByHypervisor, needs: "'xen-cpuid -p' (Xen 4.12 or later)"))
  }

  /// Dom0's own topology is made up; there `xl info` alone tells.
  private func smt(
    _ host: Host, _ context: ProbeContext, _ info: CPUInfoText, _ source: Source
  ) -> Fact<Bool> {
    guard host.role.value == .bareMetal else {
      return .unknown(Unknown(.hiddenByHypervisor, needs: "'xl info' in dom0"))
    }
    let path = "/sys/devices/system/cpu/smt/active"
    switch context.text(path).value {
    case "1": return .known(true, source: .file(path))
    case "0": return .known(false, source: .file(path))
    default: break
    }
    guard let siblings = info.siblings, let cores = info.cores else {
      return .unknown(context.missing(path))
    }
    return .known(siblings > cores, source: source)
  }
}

/// The lines of an x86 /proc/cpuinfo: those of the first processor, and how many there are.
struct CPUInfoText {
  private var values: [Substring: Substring] = [:]
  private(set) var count = 0

  init(parsing text: String) {
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].trimmingBlanks
      if key == "processor" { count += 1 }
      if values[key] == nil { values[key] = line[line.index(after: colon)...].trimmingBlanks }
    }
  }

  private func number(_ key: Substring) -> Int? { values[key].flatMap { Int($0) } }

  var identity: CPUIdentity? {
    guard let vendor = values["vendor_id"], let family = number("cpu family"),
      let model = number("model"), let stepping = number("stepping")
    else { return nil }
    return CPUIdentity(vendorID: String(vendor), family: family, model: model, stepping: stepping)
  }

  var name: String? { values["model name"].map(String.init) }
  var flags: Set<Substring>? { values["flags"].map { Set($0.split(separator: " ")) } }
  var siblings: Int? { number("siblings") }
  var cores: Int? { number("cpu cores") }

  /// Nil too for values that no microcode has: hypervisors show them in place of one.
  var microcode: UInt32? {
    guard let text = values["microcode"] else { return nil }
    let value = text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
    return value == 0 || value == .max ? nil : value
  }
}

extension Substring {
  /// Without blanks and tabs around it.
  fileprivate var trimmingBlanks: Substring {
    var text = self
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    return text
  }
}
