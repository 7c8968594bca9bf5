internal import CLibudev
public import HostModel

/// The live machine's device names; libudev can't be pointed at a captured tree, so it is asked
/// little.
@safe
public struct Udev: ~Copyable {
  /// What hangs below a function.
  public enum Kind: Sendable, CaseIterable {
    case networkInterface
    /// A whole disk, not a partition.
    case disk
    case scsiHost
    case ataPort
  }

  private let context: OpaquePointer

  /// Nil when libudev can't start.
  public init?() {
    guard let context = unsafe udev_new() else { return nil }
    unsafe self.context = context
  }

  deinit { _ = unsafe udev_unref(context) }

  /// The driver bound to a function; nil when none is.
  public func driver(of address: PCIAddress) -> String? {
    guard
      let device = unsafe udev_device_new_from_subsystem_sysname(
        context, "pci", address.description)
    else { return nil }
    defer { _ = unsafe udev_device_unref(device) }
    return unsafe udev_device_get_driver(device).map { unsafe String(cString: $0) }
  }

  /// The names of all devices of a kind that hang below a PCI function, with the nearest function.
  ///
  /// Nil when libudev could not look.
  public func devices(_ kind: Kind) -> [(name: String, function: PCIAddress)]? {
    guard let search = unsafe udev_enumerate_new(context) else { return nil }
    defer { _ = unsafe udev_enumerate_unref(search) }
    guard unsafe udev_enumerate_add_match_subsystem(search, kind.subsystem) >= 0,
      unsafe udev_enumerate_scan_devices(search) >= 0
    else { return nil }
    var found: [(name: String, function: PCIAddress)] = []
    var entry = unsafe udev_enumerate_get_list_entry(search)
    while let current = unsafe entry {
      if let path = unsafe udev_list_entry_get_name(current) {
        let device = unsafe udev_device_new_from_syspath(context, path)
        if let device = unsafe device {
          defer { _ = unsafe udev_device_unref(device) }
          if let item = unsafe Self.item(device, kind) { found.append(item) }
        }
      }
      unsafe entry = udev_list_entry_get_next(current)
    }
    return found
  }

  private static func item(
    _ device: OpaquePointer, _ kind: Kind
  ) -> (name: String, function: PCIAddress)? {
    if let type = kind.deviceType {
      guard let actual = unsafe udev_device_get_devtype(device),
        unsafe String(cString: actual) == type
      else { return nil }
    }
    // The parent belongs to the device and is not released by itself.
    let parent = unsafe udev_device_get_parent_with_subsystem_devtype(device, "pci", nil)
    guard let parent = unsafe parent, let name = unsafe udev_device_get_sysname(device),
      let address = unsafe udev_device_get_sysname(parent),
      let function = PCIAddress(unsafe String(cString: address))
    else { return nil }
    return (unsafe String(cString: name), function)
  }
}

extension Udev.Kind {
  fileprivate var subsystem: String {
    switch self {
    case .networkInterface: "net"
    case .disk: "block"
    case .scsiHost: "scsi_host"
    case .ataPort: "ata_port"
    }
  }

  fileprivate var deviceType: String? { self == .disk ? "disk" : nil }
}
