internal import CPCIShims
internal import Glibc
public import HostModel

/// A device that must not be read at offset `end` or behind it, because it locks up.
public typealias PCIReadLimit = (vendor: UInt16, device: UInt16, end: Int)

/// Why a function could not be read, in libpci's words.
public struct PCIAccessError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public var description: String { message }
}

/// Reads functions through libpci, one at a time, so that one that vanishes costs no other.
@safe
public struct PCIReader: ~Copyable {
  /// The folder that holds `devices`.
  private let sysfs: String
  /// Whether the configuration space is as long as the kernel gave it.
  private let isTold: Bool
  private let isLive: Bool
  private let limits: [PCIReadLimit]
  private let handle: OpaquePointer

  /// Opens this machine, or for a path the captured `sys/bus/pci` there.
  ///
  /// `isTold` says of a capture that it holds all that the kernel gave.
  ///
  /// Throws: what libpci says against it.
  public init(captured path: String? = nil, isTold: Bool = false, limits: [PCIReadLimit] = [])
    throws(PCIAccessError)
  {
    guard let handle = unsafe xq_pci_open(path) else {
      throw PCIAccessError(message: "no memory for libpci")
    }
    guard unsafe xq_pci_is_open(handle) else {
      let message = unsafe String(cString: xq_pci_message(handle))
      unsafe xq_pci_close(handle)
      throw PCIAccessError(message: message)
    }
    sysfs = path ?? "/sys/bus/pci"
    isLive = path == nil
    self.isTold = isTold || path == nil
    self.limits = limits
    unsafe self.handle = handle
  }

  deinit { unsafe xq_pci_close(handle) }

  /// One function, of whose software nothing is known yet.
  ///
  /// Throws: neither its ids nor its configuration space could be read; it may have vanished.
  public mutating func function(
    at address: PCIAddress, software: PCIFunctionSoftware
  ) throws(PCIAccessError) -> PCIFunction {
    guard
      unsafe xq_pci_choose(
        handle, address.domain, address.bus, address.device, address.function)
    else { throw failure }
    var ids = xq_pci_identity()
    let isIdentified = unsafe xq_pci_identify(handle, &ids)
    let problem = failure
    let config = config(of: address, vendor: ids.vendor, device: ids.device)
    guard isIdentified else {
      guard
        let function = PCIFunction(address: address, config: config, software: software)
      else { throw problem }
      return function
    }
    return PCIFunction(
      address: address, identity: PCIIdentity(ids, config: config), config: config,
      software: software)
  }

  private var failure: PCIAccessError {
    PCIAccessError(message: unsafe String(cString: xq_pci_message(handle)))
  }

  private func config(of address: PCIAddress, vendor: UInt16, device: UInt16) -> ConfigSpace {
    let path = "\(sysfs)/devices/\(address)/config"
    var status = stat()
    var access = ConfigFile.Access.readable
    if unsafe stat(path, &status) != 0 {
      access = .missing
    } else if unsafe Glibc.access(path, R_OK) != 0 {
      access = .refused
    }
    // A capture by an ordinary user holds what he was given of a longer file.
    let isCut = isTold && status.st_size > 0 && status.st_size < 256
    let limit = limits.first { $0.vendor == vendor && $0.device == device }
    let file = ConfigFile(
      access: access, size: isCut ? 256 : Int(status.st_size), end: limit?.end ?? 4096,
      isLive: isTold,
      isPrivileged: isLive && geteuid() == 0)
    return file.space { offset, count in
      var isRead = false
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        isRead = unsafe xq_pci_read(handle, CInt(offset), buffer.baseAddress, CInt(count))
        filled = isRead ? count : 0
      }
      return isRead ? bytes : nil
    }
  }
}

extension PCIIdentity {
  /// The ids of sysfs; what it does not know is taken from the header, unless the device is off.
  fileprivate init(_ ids: xq_pci_identity, config: ConfigSpace) {
    let header = config.readsAllOnes ? nil : config.identity
    self.init(
      vendor: ids.vendor, device: ids.device,
      classCode: ids.has_class ? ids.class_code : header?.classCode ?? 0,
      revision: ids.has_class ? ids.revision : header?.revision ?? 0)
    let subsystem = (ids.subsystem_vendor, ids.subsystem_device)
    if subsystem == (0, 0) || subsystem == (0xffff, 0xffff) {
      subsystemVendor = header?.subsystemVendor
      subsystemDevice = header?.subsystemDevice
    } else {
      (subsystemVendor, subsystemDevice) = subsystem
    }
  }
}
