/// The configuration space of one function, as far as it could be read.
///
/// Linux shows an ordinary user 64 bytes, root 256 or, with PCI Express, 4096.
public struct ConfigSpace: Sendable {
  public var bytes: [UInt8]
  /// Why the bytes behind the last one are not here.
  public var beyond: Unknown

  public init(bytes: [UInt8], beyond: Unknown) {
    self.bytes = bytes
    self.beyond = beyond
  }

  /// The byte at an offset, or nil behind the end.
  @inline(__always)
  public func byte(at offset: Int) -> UInt8? {
    offset >= 0 && offset < bytes.count ? bytes[offset] : nil
  }

  /// The little-endian 16-bit word at an offset, or nil behind the end.
  @inline(__always)
  public func word(at offset: Int) -> UInt16? {
    guard offset >= 0, offset + 1 < bytes.count else { return nil }
    return UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
  }

  /// The little-endian 32-bit word at an offset, or nil behind the end.
  @inline(__always)
  public func doubleWord(at offset: Int) -> UInt32? {
    guard let low = word(at: offset), let high = word(at: offset + 2) else { return nil }
    return UInt32(low) | UInt32(high) << 16
  }

  /// Whether every byte of the header reads as ones: the device is powered off (D3cold) or gone.
  public var readsAllOnes: Bool {
    bytes.count >= 4 && bytes.prefix(64).allSatisfy { $0 == 0xff }
  }
}

/// One structure of the capability list.
///
/// The list starts at offset 0x34 (0x14 in a CardBus bridge); PCI Local Bus 3.0, 6.7.
public struct Capability: Sendable, Hashable {
  /// The capability id: 0x05 for MSI.
  public var id: UInt16
  /// The offset of its first byte in configuration space.
  public var offset: Int

  public init(id: UInt16, offset: Int) {
    self.id = id
    self.offset = offset
  }

  public static let powerManagement: UInt16 = 0x01
  public static let vitalProductData: UInt16 = 0x03
  public static let msi: UInt16 = 0x05
  public static let hyperTransport: UInt16 = 0x08
  public static let express: UInt16 = 0x10
  public static let msix: UInt16 = 0x11

  public static let advancedErrorReporting: UInt16 = 0x0001
  public static let deviceSerialNumber: UInt16 = 0x0003
  public static let accessControlServices: UInt16 = 0x000d
  public static let alternativeRoutingID: UInt16 = 0x000e
  public static let singleRootIOVirtualization: UInt16 = 0x0010
  public static let l1Substates: UInt16 = 0x001e
}

/// A capability list as far as it could be followed.
public struct CapabilityList: Sendable {
  public var capabilities: [Capability]
  /// Why the walk stopped before the end of the list; nil when it reached the end.
  public var stopped: Unknown?

  /// The first capability of an id: known, absent, or unknown where the walk stopped before the
  /// end.
  public func first(_ id: UInt16) -> Fact<Capability> {
    if let capability = capabilities.first(where: { $0.id == id }) {
      return .known(capability, source: .configSpace(offset: capability.offset))
    }
    if let stopped { return .unknown(stopped) }
    return .absent
  }
}

extension ConfigSpace {
  private static let looped = Unknown(
    .malformed, needs: "a capability list that does not loop (the device reports one that does)")
  private static let broken = Unknown(
    .malformed, needs: "a readable capability list (a pointer leads to nothing)")
  private static let poweredOff = Unknown(
    .interfaceMissing, needs: "the device powered on (its configuration space reads as ones)")

  /// The capability list (PCI 3.0, 6.7), bounds- and loop-checked.
  public var capabilities: CapabilityList {
    if readsAllOnes { return CapabilityList(capabilities: [], stopped: Self.poweredOff) }
    guard let status = word(at: 0x06), let headerType = byte(at: 0x0e) else {
      return CapabilityList(capabilities: [], stopped: beyond)
    }
    guard status & 0x10 != 0 else { return CapabilityList(capabilities: [], stopped: nil) }
    let start: Int
    switch headerType & 0x7f {
    case 0, 1: start = 0x34
    case 2: start = 0x14
    default:
      let reason = Unknown(.malformed, needs: "a header type that PCI defines")
      return CapabilityList(capabilities: [], stopped: reason)
    }
    guard let first = byte(at: start) else {
      return CapabilityList(capabilities: [], stopped: beyond)
    }
    return followCapabilities(from: Int(first & 0xfc))
  }

  private func followCapabilities(from first: Int) -> CapabilityList {
    var list = CapabilityList(capabilities: [], stopped: nil)
    var offset = first
    var seen: UInt64 = 0  // a bit for each of the 64 possible offsets
    while offset != 0 {
      guard offset >= 0x40 else {
        list.stopped = Self.broken
        break
      }
      guard let id = byte(at: offset), let next = byte(at: offset + 1) else {
        list.stopped = beyond
        break
      }
      guard id != 0xff else {
        list.stopped = Self.broken
        break
      }
      let bit = UInt64(1) << UInt64(offset >> 2)
      guard seen & bit == 0 else {
        list.stopped = Self.looped
        break
      }
      seen |= bit
      list.capabilities.append(Capability(id: UInt16(id), offset: offset))
      offset = Int(next & 0xfc)
    }
    return list
  }

  /// The list of extended capabilities (PCIe 7.6.3), which only a PCI Express function has.
  public var extendedCapabilities: CapabilityList {
    var list = CapabilityList(capabilities: [], stopped: nil)
    var offset = 0x100
    var seen = Set<Int>()
    while offset != 0 {
      guard let header = doubleWord(at: offset) else {
        list.stopped = beyond
        break
      }
      if offset == 0x100, header == 0 || header == 0xffff_ffff { break }
      guard header != 0xffff_ffff, offset >= 0x100 else {
        list.stopped = Self.broken
        break
      }
      guard seen.insert(offset).inserted else {
        list.stopped = Self.looped
        break
      }
      if header != 0 {
        list.capabilities.append(Capability(id: UInt16(header & 0xffff), offset: offset))
      }
      offset = Int(header >> 20) & 0xffc
    }
    return list
  }
}
