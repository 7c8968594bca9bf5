public import BootAdvice
public import HostModel

/// One entry of GRUB legacy's menu.lst that boots Xen with a dom0 kernel.
public struct MenuEntry: Sendable, Hashable {
  public var title: String
  /// Xen's image, with its path as GRUB sees it, and the words behind it.
  public var xenImage: String
  public var xenWords: [String]
  public var kernelImage: String
  public var kernelWords: [String]
  /// Nil where the kernel needs none, or none is known.
  public var initialRAMDisk: String?

  public init(
    title: String, xenImage: String, xenWords: [String], kernelImage: String,
    kernelWords: [String], initialRAMDisk: String?
  ) {
    self.title = title
    self.xenImage = xenImage
    self.xenWords = xenWords
    self.kernelImage = kernelImage
    self.kernelWords = kernelWords
    self.initialRAMDisk = initialRAMDisk
  }

  /// The entry that boots this machine as advised: what the present lines hold stays, the advice
  /// joins it.
  ///
  /// The images are those of /boot where it was read; else the names that every distribution links
  /// them to.
  public init(host: Host, plan: BootPlan) {
    let files = host.boot.value
    let release = host.linux.release.value
    let kernel =
      files?.kernels.first { name in release.map { name.hasSuffix($0) } ?? false }
      ?? files?.kernels.last
    let version = kernel.map { String($0.drop { $0 != "-" }) }
    let ramDisk = files?.initialRAMDisks.first { name in
      version.map { name.contains($0) } ?? false
    }
    title = [
      "Xen", host.xen.build.value?.version.description, release.map { "with Linux \($0)" },
      "(advised)",
    ]
    .compactMap { $0 }.joined(separator: " ")
    xenImage = "/boot/\(files?.xen.last ?? "xen.gz")"
    xenWords = plan.xen.words
    kernelImage = "/boot/\(kernel ?? "vmlinuz")"
    kernelWords = plan.dom0.words
    initialRAMDisk = ramDisk.map { "/boot/\($0)" }
  }

  /// The lines as menu.lst has them.
  public var text: String {
    var lines = ["title \(title)"]
    lines.append((["        kernel", xenImage] + xenWords).joined(separator: " "))
    lines.append((["        module", kernelImage] + kernelWords).joined(separator: " "))
    if let initialRAMDisk { lines.append("        module \(initialRAMDisk)") }
    return lines.joined(separator: "\n") + "\n"
  }
}
