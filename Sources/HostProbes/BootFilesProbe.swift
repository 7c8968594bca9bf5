internal import HostModel
internal import SystemAccess

/// The images in /boot, and what kind of firmware started the machine.
struct BootFilesProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) {
    guard let root = context.root else { return }
    host.bootsByUEFI = bootsByUEFI(root)
    do {
      let names = try root.list("/boot")
      let files = BootFiles(
        xen: names.filter { $0.hasPrefix("xen") && Self.isImage($0) },
        kernels: names.filter { $0.hasPrefix("vmlinuz") || $0.hasPrefix("kernel-") },
        initialRAMDisks: names.filter { $0.hasPrefix("initrd") || $0.hasPrefix("initramfs") })
      host.boot = .known(files, source: .file("/boot"))
      if host.role.value == .bareMetal, host.xen.build.value == nil {
        host.xen.build = newestXen(files.xen) ?? host.xen.build
      }
    } catch {
      host.boot = .unknown(Unknown(error, in: root))
    }
  }

  /// Linux shows sys/firmware/efi where it, or the Xen below it, was started by UEFI.
  private func bootsByUEFI(_ root: SystemRoot) -> Fact<Bool> {
    do {
      let names = try root.list("/sys/firmware")
      if names.contains("efi") { return .known(true, source: .file("/sys/firmware/efi")) }
      // A capture may simply have left the folder out.
      return root.tells("/sys/firmware")
        ? .known(false, source: .file("/sys/firmware"))
        : .unknown(Unknown(.notCaptured, needs: "a capture that says whether UEFI started it"))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  /// The newest Xen that lies there: the one that the next boot may start.
  ///
  /// Debian's names give the branch alone, which then is a vendor's build of it.
  private func newestXen(_ names: [String]) -> Fact<SoftwareBuild>? {
    let builds = names.compactMap { name -> (path: String, build: SoftwareBuild)? in
      let text = name.dropFirst("xen".count).drop { $0 == "-" }
      guard let version = Version(text) else { return nil }
      let stem = text.split(separator: ".gz").first?.split(separator: ".efi").first ?? text
      let isDebian = stem.hasSuffix("-amd64")
      let build = SoftwareBuild(
        version: version, vendor: isDebian ? "Debian" : nil, package: isDebian ? "\(stem)" : nil,
        text: "\(stem)")
      return ("/boot/\(name)", build)
    }
    return builds.max { $0.build.version < $1.build.version }
      .map { .known($0.build, source: .file($0.path)) }
  }

  /// Whether a name that starts with `xen` is a hypervisor and not its configuration or symbols.
  private static func isImage(_ name: String) -> Bool {
    [".gz", ".efi"].contains { name.hasSuffix($0) }
  }
}
