import BootConfig
import TestSupport

/// The boot loaders' files that the tests edit, each of our own making.
enum Samples {
  static let folder = "Tests/Fixtures/boot"
  static let files = Fixtures.files(under: folder, suffix: "")

  static func style(of path: String) -> BootStyle {
    let styles: [(suffix: String, style: BootStyle)] = [
      (".menu.lst", .menuList), (".grub.conf", .menuList), (".default-grub", .grub),
      (".grub.cfg", .grubScript), (".xen.cfg", .xenEFI), (".xcp-ng", .xcpNG), (".raw", .raw),
    ]
    return styles.first { path.hasSuffix($0.suffix) }?.style ?? .raw
  }

  static func document(_ path: String) throws -> any BootDocument {
    try style(of: path).document(Fixtures.bytes(path), path: path)
  }

  /// The entry that a person would mean.
  static func entry(of document: any BootDocument) -> Int {
    document.entries.firstIndex(where: \.isDefault) ?? 0
  }

  /// What is done to each sample.
  static let operations: [(name: String, changes: LineChanges)] = [
    (
      "add",
      LineChanges(
        xen: [.added("max_cstate=1"), .added("ivrs_ioapic[4]=00:14.0")],
        dom0: [.added("pcie_aspm.policy=performance")])
    ),
    (
      "replace",
      LineChanges(
        xen: [.replaced("dom0_mem=2048M", by: "dom0_mem=2048M,max:2048M")],
        dom0: [.replaced("pcie_aspm=off", by: "pcie_aspm=force")])
    ),
    (
      "merge a list",
      LineChanges(xen: [.replaced("iommu=verbose", by: "iommu=verbose,no-intremap")], dom0: [])
    ),
    (
      "quote",
      LineChanges(
        xen: [.added("com1=115200,8n1;x")], dom0: [.added("dyndbg=\"file a.c +p\""), .added("a$b")])
    ),
  ]
}
