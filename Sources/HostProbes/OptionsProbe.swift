internal import HostModel
internal import XenTools

/// What the person says with an option holds over what was read.
struct OptionsProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    let options = context.options
    if let line = options.xenLine {
      host.lines.xen = .known(CommandLine(bootLine: line), source: .option("--xen-line"))
    }
    if let line = options.dom0Line {
      host.lines.dom0 = .known(CommandLine(bootLine: line), source: .option("--dom0-line"))
    }
    if let text = options.xenVersion {
      let build = try build(text, option: "--xen-version", marks: VendorMark.xen, sign: "-")
      host.xen.build = .known(build, source: .option("--xen-version"))
      if host.role.value == .bareMetal || host.role.value == .guest {
        // The Xen that was named never ran here.
        let reason = Unknown(.otherSoftware, needs: "a boot of Xen \(build.version)")
        host.xen.iommuIsOn = .unknown(reason)
        host.xen.interruptRemappingIsOn = .unknown(reason)
      }
    }
    if let text = options.linuxVersion {
      let build = try build(
        text, option: "--linux-version", marks: VendorMark.linux, sign: "+")
      host.linux.build = .known(build, source: .option("--linux-version"))
      host.linux.release = .known(text, source: .option("--linux-version"))
    }
  }

  private func build(
    _ text: String, option: String, marks: [VendorMark], sign: Character
  ) throws(ProbeError) -> SoftwareBuild {
    guard let version = Version(text) else {
      throw ProbeError(
        .usage, path: option, message: "'\(text)' is no version; give one like 4.17.5")
    }
    var vendor = VendorMark.vendor(in: marks, release: text, builder: text, banner: text)
    if vendor == nil, VendorMark.isNumberedBuild(text, sign: sign) { vendor = "XCP-ng" }
    return SoftwareBuild(
      version: version, vendor: vendor, package: vendor == nil ? nil : text, text: text)
  }
}
