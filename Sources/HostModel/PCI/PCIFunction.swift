/// The identity of a function, from its configuration header.
public struct PCIIdentity: Sendable, Hashable {
  public var vendor: UInt16
  public var device: UInt16
  /// Base class, sub-class and programming interface: 0x010802 for NVMe.
  public var classCode: UInt32
  public var revision: UInt8
  /// Absent in a bridge without the capability.
  public var subsystemVendor: UInt16?
  public var subsystemDevice: UInt16?

  public init(
    vendor: UInt16, device: UInt16, classCode: UInt32 = 0, revision: UInt8 = 0,
    subsystemVendor: UInt16? = nil, subsystemDevice: UInt16? = nil
  ) {
    self.vendor = vendor
    self.device = device
    self.classCode = classCode
    self.revision = revision
    self.subsystemVendor = subsystemVendor
    self.subsystemDevice = subsystemDevice
  }

  /// `8086:10d3`.
  public var text: String { "\(hex(vendor, width: 4)):\(hex(device, width: 4))" }
}

/// The bus numbers of a PCI-to-PCI or CardBus bridge (header offsets 0x18 to 0x1a).
public struct BridgeBuses: Sendable, Hashable {
  public var primary: UInt8
  public var secondary: UInt8
  public var subordinate: UInt8

  public init(primary: UInt8, secondary: UInt8, subordinate: UInt8) {
    self.primary = primary
    self.secondary = secondary
    self.subordinate = subordinate
  }
}

/// What the running kernel says of a function: it changes without the hardware changing.
public struct PCIFunctionSoftware: Sendable {
  /// The bound driver; absent when none is bound.
  public var driver: Fact<String>
  /// Network interfaces, block devices, SCSI hosts and ports of ATA (`ata1`) that hang below the function.
  public var interfaces: Fact<[String]>
  public var disks: Fact<[String]>
  public var scsiHosts: Fact<[String]>
  public var ataPorts: Fact<[String]>
  /// Absent on a machine without NUMA.
  public var numaNode: Fact<Int>
  /// Whether the kernel lets the function, or the bus below it, use MSI (`msi_bus`).
  public var msiAllowed: Fact<Bool>
  /// The vectors in use, by kind: `msi`, `msix` (`msi_irqs/`).
  public var msiInterrupts: Fact<[String]>
  /// The states of the link that the kernel offers to switch (`link/*_aspm`), with what they are
  /// set to.
  public var linkControls: Fact<[String: Bool]>
  public var driverOverride: Fact<String>
  /// The physical function, where this one is virtual.
  public var physicalFunction: PCIAddress?

  public init(allUnknown reason: Unknown) {
    driver = .unknown(reason)
    interfaces = .unknown(reason)
    disks = .unknown(reason)
    scsiHosts = .unknown(reason)
    ataPorts = .unknown(reason)
    numaNode = .unknown(reason)
    msiAllowed = .unknown(reason)
    msiInterrupts = .unknown(reason)
    linkControls = .unknown(reason)
    driverOverride = .unknown(reason)
  }
}

/// One PCI function.
public struct PCIFunction: Sendable {
  public var address: PCIAddress
  public var identity: PCIIdentity
  public var config: ConfigSpace
  public var registers: PCIRegisters
  /// Nil unless the header is that of a bridge.
  public var bridge: BridgeBuses?
  public var software: PCIFunctionSoftware
  /// The vendor's and the device's name from pci.ids or the hardware database.
  public var name: String?

  /// A function whose identity was read beside its configuration space (sysfs keeps it for a device
  /// that is off).
  public init(
    address: PCIAddress, identity: PCIIdentity, config: ConfigSpace, software: PCIFunctionSoftware
  ) {
    self.address = address
    self.identity = identity
    self.config = config
    registers = PCIRegisters(decoding: config)
    bridge = config.bridgeBuses
    self.software = software
  }

  /// A function of which only the configuration space is known; nil when even the ids lie behind
  /// its end.
  public init?(address: PCIAddress, config: ConfigSpace, software: PCIFunctionSoftware) {
    guard let identity = config.identity else { return nil }
    self.init(address: address, identity: identity, config: config, software: software)
  }
}

extension ConfigSpace {
  /// The identity in the header, or nil when fewer than 4 bytes were read.
  public var identity: PCIIdentity? {
    guard let vendor = word(at: 0), let device = word(at: 2) else { return nil }
    let classAndRevision = doubleWord(at: 8) ?? 0
    var identity = PCIIdentity(
      vendor: vendor, device: device, classCode: classAndRevision >> 8,
      revision: UInt8(classAndRevision & 0xff))
    let subsystem: Int? =
      switch headerType {
      case 0: 0x2c
      case 1: capabilities.capabilities.first { $0.id == 0x0d }.map { $0.offset + 4 }
      case 2: 0x40
      default: nil
      }
    if let subsystem, let vendor = word(at: subsystem), let device = word(at: subsystem + 2),
      (vendor, device) != (0, 0), (vendor, device) != (0xffff, 0xffff)
    {
      identity.subsystemVendor = vendor
      identity.subsystemDevice = device
    }
    return identity
  }

  /// Header Type without the multi-function bit: 0 normal, 1 PCI bridge, 2 CardBus bridge.
  public var headerType: UInt8? { byte(at: 0x0e).map { $0 & 0x7f } }

  /// The bus numbers, in the header of a bridge.
  public var bridgeBuses: BridgeBuses? {
    guard let headerType, headerType == 1 || headerType == 2, let primary = byte(at: 0x18),
      let secondary = byte(at: 0x19), let subordinate = byte(at: 0x1a)
    else { return nil }
    return BridgeBuses(primary: primary, secondary: secondary, subordinate: subordinate)
  }
}
