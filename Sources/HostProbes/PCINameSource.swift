internal import HostModel
internal import SystemAccess
internal import UdevAccess

/// Where names come from: a pci.ids, and for what it does not have the hardware database.
struct PCINameSource {
  /// Debian's place and Red Hat's.
  private static let usualFiles = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids"]

  /// The one file to use; nil for the usual places.
  var file: String?

  /// `VENDOR DEVICE` by vendor and device id, as `lspci` prints it; nothing where the vendor is
  /// unknown.
  ///
  /// Throws: the file that the person named can't be read.
  func names(of ids: [(vendor: UInt16, device: UInt16)]) throws(ProbeError) -> [UInt32: String] {
    let wanted = Set(ids.map { PCINames.key($0.vendor, $0.device) })
    if wanted.isEmpty { return [:] }
    let known = try read(wanted)
    let isWhole = wanted.allSatisfy { known.devices[$0] != nil }
    let database = isWhole || file != nil ? nil : HardwareDatabase()
    var names: [UInt32: String] = [:]
    for key in wanted {
      let (vendorID, deviceID) = (UInt16(key >> 16), UInt16(key & 0xffff))
      var vendor = known.vendors[vendorID]
      var device = known.devices[key]
      if vendor == nil || device == nil {
        switch database {
        case .some(let database):
          let found = database.names(vendor: vendorID, device: deviceID)
          vendor = vendor ?? found.vendor
          device = device ?? found.device
        case .none: break
        }
      }
      guard let vendor else { continue }
      names[key] = "\(vendor) \(device ?? "Device \(hex(deviceID, width: 4))")"
    }
    return names
  }

  /// The ids that the file has no name for; nil where there is no file.
  ///
  /// Throws: the file that the person named can't be read.
  func unnamed(
    of ids: [(vendor: UInt16, device: UInt16)]
  ) throws(ProbeError) -> [(vendor: UInt16, device: UInt16)]? {
    let known = try read(Set(ids.map { PCINames.key($0.vendor, $0.device) }))
    guard !known.vendors.isEmpty else { return nil }
    return ids.filter { known.devices[PCINames.key($0.vendor, $0.device)] == nil }
  }

  private func read(_ wanted: Set<UInt32>) throws(ProbeError) -> PCINames {
    if let file {
      do {
        let bytes = try readNamedFile(file)
        return PCINames(parsing: bytes.span, wanted: wanted)
      } catch {
        throw ProbeError(error, named: file)
      }
    }
    for path in Self.usualFiles {
      if let file = try? MappedFile(path: path) {
        return file.withBytes { PCINames(parsing: $0, wanted: wanted) }
      }
    }
    return PCINames()
  }
}
