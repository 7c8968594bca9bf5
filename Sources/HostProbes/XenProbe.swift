internal import HostModel
internal import SystemAccess

/// What the kernel says of the hypervisor below it: whether it is Xen, which one, and whether this
/// is dom0.
struct XenProbe: Probe {
  /// XENFEAT_dom0, a bit of sys/hypervisor/properties/features (Xen 4.2 and later set it).
  private static let dom0Feature: UInt64 = 1 << 11
  private static let firstWithDom0Feature = Version(4, 2)

  func fill(_ host: inout Host, from context: ProbeContext) {
    guard let root = context.root else {
      let reason = Unknown(.notCaptured, needs: "--xl-info FILE")
      host.role = .unknown(reason)
      fillAllUnknown(&host, reason)
      return
    }
    let build = build(context)
    host.role = role(context, root, version: build.value?.version)
    switch host.role.value {
    case .bareMetal, .guest:
      fillAllUnknown(&host, Unknown(.interfaceMissing, needs: "a boot of Xen"))
      host.xen.build = .unknown(Unknown(.interfaceMissing, needs: "--xen-version V"))
      host.lines.xen = .unknown(Unknown(.interfaceMissing, needs: "--xen-line LINE"))
    case .domU: fillAllUnknown(&host, Unknown(.hiddenByHypervisor, needs: "dom0"))
    case .dom0, nil: fillAllUnknown(&host, Unknown(.notCaptured, needs: "--xl-info FILE"))
    }
    if build.value != nil { host.xen.build = build }
    if host.role.value == .dom0 {
      host.xen.dom0Type = dom0Type(context)
      host.xen.dom0Memory = dom0Memory(context)
    }
  }

  /// `PV` or `PVH`, from Linux 4.13 on.
  private func dom0Type(_ context: ProbeContext) -> Fact<Dom0Type> {
    context.text("/sys/hypervisor/guest_type").flatMap { text, source in
      guard let type = Dom0Type(rawValue: text.lowercased()) else {
        return .unknown(Unknown(.malformed, needs: "PV or PVH in /sys/hypervisor/guest_type"))
      }
      return .known(type, source: source)
    }
  }

  private func dom0Memory(_ context: ProbeContext) -> Fact<Int> {
    let path = "/sys/devices/system/xen_memory/xen_memory0/info/current_kb"
    return context.text(path).flatMap { text, source in
      guard let size = Int(text) else {
        return .unknown(Unknown(.malformed, needs: "a number in \(path)"))
      }
      return .known(size / 1024, source: source)
    }
  }

  private func fillAllUnknown(_ host: inout Host, _ reason: Unknown) {
    host.xen = XenHost(allUnknown: reason)
    host.lines.xen = .unknown(reason)
  }

  // MARK: Role

  private func role(
    _ context: ProbeContext, _ root: SystemRoot, version: Version?
  ) -> Fact<HostRole> {
    let type = context.text("/sys/hypervisor/type")
    if let name = type.value, name != "xen" { return .known(.guest, source: type.sourceOrFile) }
    if type.value == "xen" || root.exists("/proc/xen/capabilities") {
      return roleOnXen(context, version: version)
    }
    guard case .known(let text, let source) = context.cpuInfo else {
      return .unknown(context.missing("/proc/cpuinfo"))
    }
    guard let flags = cpuFlags(in: text) else {
      let reason = Unknown(.interfaceMissing, needs: "x86, where the CPU tells of a hypervisor")
      return .unknown(reason)
    }
    guard flags.contains("hypervisor") else { return .known(.bareMetal, source: source) }
    // A Xen whose sys/hypervisor nobody captured looks the same.
    return root.tells("/sys/hypervisor/type")
      ? .known(.guest, source: source)
      : .unknown(Unknown(.notCaptured, needs: "a capture with /sys/hypervisor"))
  }

  private func roleOnXen(_ context: ProbeContext, version: Version?) -> Fact<HostRole> {
    let path = "/sys/hypervisor/properties/features"
    let features = context.text(path).value.flatMap { UInt64($0, radix: 16) }
    if let features, features & Self.dom0Feature != 0 {
      return .known(.dom0, source: .file(path))
    }
    let capabilities = context.text("/proc/xen/capabilities")
    if case .known(let words, let source) = capabilities {
      return .known(words.contains("control_d") ? .dom0 : .domU, source: source)
    }
    if features != nil, let version, version >= Self.firstWithDom0Feature {
      return .known(.domU, source: .file(path))
    }
    return .unknown(context.missing("/proc/xen/capabilities"))
  }

  // MARK: Build

  private func build(_ context: ProbeContext) -> Fact<SoftwareBuild> {
    let folder = "/sys/hypervisor/version"
    guard let major = context.text("\(folder)/major").value,
      let minor = context.text("\(folder)/minor").value
    else { return .unknown(context.missing(folder)) }
    // The extra part brings its own dot or dash.
    let text = "\(major).\(minor)\(context.text("\(folder)/extra").value ?? "")"
    let builder = ["compiled_by", "compiler"]
      .compactMap { context.text("/sys/hypervisor/compilation/\($0)").value }
      .joined(separator: " ")
    let changeset = context.text("/sys/hypervisor/properties/changeset").value ?? ""
    guard let build = SoftwareBuild(xen: text, builder: builder, changeset: changeset) else {
      return .unknown(Unknown(.malformed, needs: "a version in \(folder)"))
    }
    return .known(build, source: .file(folder))
  }
}

extension SoftwareBuild {
  /// A build of Xen from its version text and from who compiled it; nil where the text has no
  /// number.
  init?(xen text: String, builder: String, changeset: String) {
    guard let version = Version(text) else { return nil }
    var vendor = VendorMark.vendor(in: VendorMark.xen, release: text, builder: builder)
    // XCP-ng builds with Red Hat's compiler; its releases come with a patch queue.
    if VendorMark.isNumberedBuild(text, sign: "-") || changeset.contains("pq ") {
      vendor = "XCP-ng"
    }
    self.init(
      version: version, vendor: vendor, package: vendor == nil ? nil : text, text: text)
  }
}

extension Fact {
  /// Where a known value was read.
  fileprivate var sourceOrFile: Source { source ?? .file("/sys/hypervisor/type") }
}
