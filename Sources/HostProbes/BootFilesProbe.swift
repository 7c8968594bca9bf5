internal import HostModel
internal import SystemAccess

/// The images in /boot.
struct BootFilesProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) {
    guard let root = context.root else { return }
    do {
      let names = try root.list("/boot")
      let files = BootFiles(
        xen: names.filter { $0.hasPrefix("xen") && Self.isImage($0) },
        kernels: names.filter { $0.hasPrefix("vmlinuz") || $0.hasPrefix("kernel-") },
        initialRAMDisks: names.filter { $0.hasPrefix("initrd") || $0.hasPrefix("initramfs") })
      host.boot = .known(files, source: .file("/boot"))
    } catch {
      host.boot = .unknown(Unknown(error, isLive: root.isLive))
    }
  }

  /// Whether a name that starts with `xen` is a hypervisor and not its configuration or symbols.
  private static func isImage(_ name: String) -> Bool {
    [".gz", ".efi"].contains { name.hasSuffix($0) }
  }
}
