/// The power management capability (PCI PM 1.2, 3.2).
public struct PowerManagement: Sendable, Hashable {
  public var offset: Int
  /// Power Management Control/Status, the word at +4.
  public var status: UInt16

  public init(offset: Int, status: UInt16) {
    self.offset = offset
    self.status = status
  }

  /// 0 to 3 for D0 to D3hot.
  public var state: Int { Int(status & 3) }
}

/// Advanced Error Reporting (PCIe 7.8.4): the status registers hold errors seen since they were
/// cleared.
public struct AdvancedErrorReporting: Sendable, Hashable {
  public var offset: Int
  /// +4.
  public var uncorrectableStatus: UInt32
  /// +0x10.
  public var correctableStatus: UInt32

  public init(offset: Int, uncorrectableStatus: UInt32, correctableStatus: UInt32) {
    self.offset = offset
    self.uncorrectableStatus = uncorrectableStatus
    self.correctableStatus = correctableStatus
  }
}

/// Access Control Services (PCIe 7.7.8).
public struct AccessControlServices: Sendable, Hashable {
  public var offset: Int
  /// ACS Capability, the word at +4.
  public var capabilities: UInt16
  /// ACS Control, the word at +6.
  public var control: UInt16

  public init(offset: Int, capabilities: UInt16, control: UInt16) {
    self.offset = offset
    self.capabilities = capabilities
    self.control = control
  }
}

/// Alternative Routing-ID Interpretation (PCIe 7.8.7): one device with up to 256 functions.
public struct AlternativeRoutingID: Sendable, Hashable {
  public var offset: Int

  public init(offset: Int) { self.offset = offset }
}

/// SR-IOV (PCIe 9.3.3): the virtual functions of a physical one.
public struct SingleRootIOVirtualization: Sendable, Hashable {
  public var offset: Int
  /// SR-IOV Control, +8.
  public var control: UInt16
  public var totalVFs: UInt16
  public var numVFs: UInt16
  /// First VF Offset, +0x14, added to the physical function's routing id.
  public var firstOffset: UInt16
  /// VF Stride, +0x16.
  public var stride: UInt16

  public init(
    offset: Int, control: UInt16, totalVFs: UInt16, numVFs: UInt16, firstOffset: UInt16,
    stride: UInt16
  ) {
    self.offset = offset
    self.control = control
    self.totalVFs = totalVFs
    self.numVFs = numVFs
    self.firstOffset = firstOffset
    self.stride = stride
  }

  /// VF Enable, bit 0.
  public var isEnabled: Bool { control & 1 != 0 }
}

/// All that the configuration space of a function says of its capabilities.
public struct PCIRegisters: Sendable {
  public var capabilities: CapabilityList
  public var extendedCapabilities: Fact<CapabilityList>
  public var powerManagement: Fact<PowerManagement>
  public var msi: Fact<MSI>
  public var msix: Fact<MSIX>
  public var express: Fact<PCIExpress>
  public var hyperTransportMSIMapping: Fact<HyperTransportMSIMapping>
  public var l1Substates: Fact<L1Substates>
  public var advancedErrorReporting: Fact<AdvancedErrorReporting>
  public var accessControlServices: Fact<AccessControlServices>
  public var alternativeRoutingID: Fact<AlternativeRoutingID>
  public var singleRootIOVirtualization: Fact<SingleRootIOVirtualization>

  /// Decodes what was read; a register that lies behind the end of it is unknown, never zero.
  public init(decoding space: ConfigSpace) {
    let list = space.capabilities
    capabilities = list
    powerManagement = space.decode(list.first(Capability.powerManagement)) { space, at in
      space.word(at: at + 4).map { PowerManagement(offset: at, status: $0) }
    }
    msi = space.decode(list.first(Capability.msi)) { space, at in
      space.word(at: at + 2).map { MSI(offset: at, control: $0) }
    }
    msix = space.decode(list.first(Capability.msix)) { space, at in
      space.word(at: at + 2).map { MSIX(offset: at, control: $0) }
    }
    let express = space.decode(list.first(Capability.express), space.express)
    self.express = express
    hyperTransportMSIMapping = space.hyperTransportMSIMapping(in: list)

    // Extended configuration space exists only behind a PCI Express capability.
    let extended: Fact<CapabilityList> =
      switch express {
      case .absent: .absent
      case .unknown(let reason): .unknown(reason)
      case .known(_, let source): .known(space.extendedCapabilities, source: source)
      }
    extendedCapabilities = extended
    let find = { (id: UInt16) in extended.flatMap { list, _ in list.first(id) } }
    l1Substates = space.decode(find(Capability.l1Substates)) { space, at in
      guard let capabilities = space.doubleWord(at: at + 4),
        let control1 = space.doubleWord(at: at + 8)
      else { return nil }
      return L1Substates(offset: at, capabilities: capabilities, control1: control1)
    }
    advancedErrorReporting = space.decode(find(Capability.advancedErrorReporting)) { space, at in
      guard let uncorrectable = space.doubleWord(at: at + 4),
        let correctable = space.doubleWord(at: at + 0x10)
      else { return nil }
      return AdvancedErrorReporting(
        offset: at, uncorrectableStatus: uncorrectable, correctableStatus: correctable)
    }
    accessControlServices = space.decode(find(Capability.accessControlServices)) { space, at in
      guard let capabilities = space.word(at: at + 4), let control = space.word(at: at + 6)
      else { return nil }
      return AccessControlServices(offset: at, capabilities: capabilities, control: control)
    }
    alternativeRoutingID = space.decode(find(Capability.alternativeRoutingID)) { _, at in
      AlternativeRoutingID(offset: at)
    }
    singleRootIOVirtualization = space.decode(
      find(Capability.singleRootIOVirtualization), space.singleRootIOVirtualization)
  }
}

extension ConfigSpace {
  fileprivate func decode<Value: Sendable>(
    _ capability: Fact<Capability>, _ read: (ConfigSpace, Int) -> Value?
  ) -> Fact<Value> {
    capability.flatMap { capability, source in
      guard let value = read(self, capability.offset) else { return .unknown(beyond) }
      return .known(value, source: source)
    }
  }

  fileprivate func express(_ space: ConfigSpace, at offset: Int) -> PCIExpress? {
    guard let flags = word(at: offset + 2), let deviceCapabilities = doubleWord(at: offset + 4)
    else { return nil }
    var express = PCIExpress(
      offset: offset, flags: flags, deviceCapabilities: deviceCapabilities, link: nil)
    if express.portType?.hasLink ?? true {
      guard let capabilities = doubleWord(at: offset + 0x0c),
        let control = word(at: offset + 0x10), let status = word(at: offset + 0x12)
      else { return nil }
      express.link = LinkRegisters(
        capabilities: LinkCapabilities(rawValue: capabilities),
        control: LinkControl(rawValue: control), status: LinkStatus(rawValue: status))
    }
    if express.version >= 2 {
      express.deviceControl2 = word(at: offset + 0x28) ?? 0
      let target = UInt8((word(at: offset + 0x30) ?? 0) & 0xf)
      express.link?.targetSpeed = target == 0 ? nil : LinkSpeed(code: target)
    }
    return express
  }

  fileprivate func singleRootIOVirtualization(
    _ space: ConfigSpace, at offset: Int
  ) -> SingleRootIOVirtualization? {
    guard let control = word(at: offset + 8), let total = word(at: offset + 0x0e),
      let number = word(at: offset + 0x10), let first = word(at: offset + 0x14),
      let stride = word(at: offset + 0x16)
    else { return nil }
    return SingleRootIOVirtualization(
      offset: offset, control: control, totalVFs: total, numVFs: number, firstOffset: first,
      stride: stride)
  }

  /// The first MSI mapping among the HyperTransport capabilities (type 10101b in bits 15:11 of the
  /// flags).
  fileprivate func hyperTransportMSIMapping(
    in list: CapabilityList
  ) -> Fact<HyperTransportMSIMapping> {
    for capability in list.capabilities where capability.id == Capability.hyperTransport {
      guard let flags = word(at: capability.offset + 2) else { return .unknown(beyond) }
      if flags & 0xf800 == 0xa800 {
        let mapping = HyperTransportMSIMapping(
          offset: capability.offset, isEnabled: flags & 1 != 0)
        return .known(mapping, source: .configSpace(offset: capability.offset))
      }
    }
    if let stopped = list.stopped { return .unknown(stopped) }
    return .absent
  }
}
