internal import CLibudev
internal import HostModel

/// Names from udev's hardware database (hwdb.bin), which is not on every machine.
@safe
public struct HardwareDatabase: ~Copyable {
  private let context: OpaquePointer
  private let database: OpaquePointer

  /// Nil when there is no database.
  public init?() {
    guard let context = unsafe udev_new() else { return nil }
    guard let database = unsafe udev_hwdb_new(context) else {
      _ = unsafe udev_unref(context)
      return nil
    }
    unsafe self.context = context
    unsafe self.database = database
  }

  deinit {
    _ = unsafe udev_hwdb_unref(database)
    _ = unsafe udev_unref(context)
  }

  /// The vendor's and the device's name, as far as the database has them.
  public func names(vendor: UInt16, device: UInt16) -> (vendor: String?, device: String?) {
    // A modalias as the kernel writes it; the database matches it by pattern.
    let vendorDigits = hex(UInt32(vendor), width: 8).uppercased()
    let deviceDigits = hex(UInt32(device), width: 8).uppercased()
    let key = "pci:v\(vendorDigits)d\(deviceDigits)sv*sd*bc*sc*i*"
    var names: (vendor: String?, device: String?) = (nil, nil)
    var entry = unsafe udev_hwdb_get_properties_list_entry(database, key, 0)
    while let current = unsafe entry {
      if let name = unsafe udev_list_entry_get_name(current),
        let value = unsafe udev_list_entry_get_value(current)
      {
        switch unsafe String(cString: name) {
        case "ID_VENDOR_FROM_DATABASE": names.vendor = unsafe String(cString: value)
        case "ID_MODEL_FROM_DATABASE": names.device = unsafe String(cString: value)
        default: break
        }
      }
      unsafe entry = udev_list_entry_get_next(current)
    }
    return names
  }
}
