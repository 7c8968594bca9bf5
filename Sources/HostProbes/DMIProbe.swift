internal import HostModel

/// The board and its firmware, from the files of sys/class/dmi/id that everybody may read.
struct DMIProbe: Probe {
  private static let files: [(field: DMIHost.Field, name: String)] = [
    (.biosVendor, "bios_vendor"), (.biosVersion, "bios_version"), (.biosDate, "bios_date"),
    (.systemVendor, "sys_vendor"), (.productName, "product_name"),
    (.productVersion, "product_version"), (.boardVendor, "board_vendor"),
    (.boardName, "board_name"),
  ]

  /// Vendors and products of virtual machines.
  private static let virtual = [
    "QEMU", "Bochs", "VMware", "innotek", "VirtualBox", "Xen", "HVM domU", "Virtual Machine",
    "KVM", "Amazon EC2", "Google Compute Engine", "Parallels", "OpenStack", "BHYVE",
  ]

  func fill(_ host: inout Host, from context: ProbeContext) {
    for (field, name) in Self.files {
      let text = context.text("/sys/class/dmi/id/\(name)")
      host.dmi[field] = text.value == "" ? .absent : text
    }
    // Xen's own dom0 shows the board's table, be the board real or not.
    guard host.role.value == .dom0, host.xen.isNested.value == nil else { return }
    for field in [DMIHost.Field.systemVendor, .productName] {
      guard case .known(let text, let source) = host.dmi[field] else { continue }
      if Self.virtual.contains(where: text.contains) {
        host.xen.isNested = .known(true, source: source)
        return
      }
    }
  }
}
