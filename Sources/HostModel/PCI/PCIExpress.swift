/// Power states that a PCI Express link enters by itself (Active State Power Management).
public struct ASPMStates: OptionSet, Sendable, Hashable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Standby of one direction, entered by its transmitter alone.
  public static let l0s = ASPMStates(rawValue: 1)
  /// Low-power standby of the whole link; both ends must agree.
  public static let l1 = ASPMStates(rawValue: 2)

  /// The names that the report uses: `l0s`, `l1`.
  public var names: [String] {
    (contains(.l0s) ? ["l0s"] : []) + (contains(.l1) ? ["l1"] : [])
  }

  /// The names as people write them: `L0s L1`, or `off`.
  public var text: String {
    isEmpty ? "off" : names.map { $0 == "l0s" ? "L0s" : "L1" }.joined(separator: " ")
  }
}

/// What kind of PCI Express function this is (PCI Express Capabilities Register, bits 7:4).
public enum PortType: UInt8, Sendable, CaseIterable {
  case endpoint = 0
  case legacyEndpoint = 1
  case rootPort = 4
  case upstreamPort = 5
  case downstreamPort = 6
  case expressToPCIBridge = 7
  case pciToExpressBridge = 8
  case rootComplexIntegratedEndpoint = 9
  case rootComplexEventCollector = 10

  /// The name that quirks and the report use.
  public var name: String {
    switch self {
    case .endpoint: "endpoint"
    case .legacyEndpoint: "legacy-endpoint"
    case .rootPort: "root-port"
    case .upstreamPort: "upstream-port"
    case .downstreamPort: "downstream-port"
    case .expressToPCIBridge: "express-to-pci-bridge"
    case .pciToExpressBridge: "pci-to-express-bridge"
    case .rootComplexIntegratedEndpoint: "root-complex-integrated-endpoint"
    case .rootComplexEventCollector: "root-complex-event-collector"
    }
  }

  /// Whether a link hangs below this port.
  public var isUpstreamEndOfLink: Bool {
    self == .rootPort || self == .downstreamPort || self == .pciToExpressBridge
  }

  /// Whether this function sits at the lower end of a link.
  public var isDownstreamEndOfLink: Bool {
    switch self {
    case .endpoint, .legacyEndpoint, .upstreamPort, .expressToPCIBridge: true
    default: false
    }
  }

  /// Whether the function has link registers that mean something.
  public var hasLink: Bool {
    self != .rootComplexIntegratedEndpoint && self != .rootComplexEventCollector
  }
}

/// The speed of a link, as the specification numbers it: 1 is 2.5 GT/s.
public struct LinkSpeed: Sendable, Hashable {
  public var code: UInt8

  public init(code: UInt8) { self.code = code }

  /// In GT/s as `lspci` prints it, or nil for a code that no specification defines.
  public var text: String? {
    switch code {
    case 1: "2.5GT/s"
    case 2: "5GT/s"
    case 3: "8GT/s"
    case 4: "16GT/s"
    case 5: "32GT/s"
    case 6: "64GT/s"
    default: nil
    }
  }
}

/// The corresponding register is LnkCap (PCIe 7.5.3.6).
public struct LinkCapabilities: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public var maximumSpeed: LinkSpeed { LinkSpeed(code: UInt8(rawValue & 0xf)) }
  /// In lanes; 0 is reserved.
  public var maximumWidth: Int { Int(rawValue >> 4 & 0x3f) }
  /// ASPM Support, bits 11:10.
  public var aspm: ASPMStates { ASPMStates(rawValue: UInt8(rawValue >> 10 & 3)) }
  /// Clock Power Management, bit 18: the reference clock may stop through CLKREQ#.
  public var clockPowerManagement: Bool { rawValue & 0x4_0000 != 0 }
}

/// The corresponding register is LnkCtl (PCIe 7.5.3.7).
public struct LinkControl: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// ASPM Control, bits 1:0.
  public var aspm: ASPMStates { ASPMStates(rawValue: UInt8(rawValue & 3)) }
  /// Enable Clock Power Management, bit 8.
  public var clockPowerManagement: Bool { rawValue & 0x100 != 0 }
}

/// The corresponding register is LnkSta (PCIe 7.5.3.8).
public struct LinkStatus: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public var speed: LinkSpeed { LinkSpeed(code: UInt8(rawValue & 0xf)) }
  /// In lanes; 0 when the link is down.
  public var width: Int { Int(rawValue >> 4 & 0x3f) }
}

/// The link registers of a function.
public struct LinkRegisters: Sendable, Hashable {
  public var capabilities: LinkCapabilities
  public var control: LinkControl
  public var status: LinkStatus
  /// Target Link Speed (LnkCtl2 bits 3:0, PCIe 7.5.3.19): what a port trains its link to at most; nil
  /// where the capability is of version 1 and lacks it, or says nothing.
  public var targetSpeed: LinkSpeed?

  public init(
    capabilities: LinkCapabilities, control: LinkControl, status: LinkStatus,
    targetSpeed: LinkSpeed? = nil
  ) {
    self.capabilities = capabilities
    self.control = control
    self.status = status
    self.targetSpeed = targetSpeed
  }
}

/// L1 PM Substates (PCIe 5.5): which are supported or enabled.
public struct L1Substates: Sendable, Hashable {
  public var offset: Int
  /// L1 PM Substates Capabilities, +4.
  public var capabilities: UInt32
  /// L1 PM Substates Control 1, +8.
  public var control1: UInt32

  public init(offset: Int, capabilities: UInt32, control1: UInt32) {
    self.offset = offset
    self.capabilities = capabilities
    self.control1 = control1
  }

  public var supported: [String] { Self.names(of: capabilities) }
  public var enabled: [String] { Self.names(of: control1) }

  private static func names(of bits: UInt32) -> [String] {
    zip(0..., ["pci-pm-l1.2", "pci-pm-l1.1", "aspm-l1.2", "aspm-l1.1"])
      .filter { bits >> UInt32($0.0) & 1 != 0 }.map(\.1)
  }
}

/// The PCI Express capability of a function (PCIe 7.5.3).
public struct PCIExpress: Sendable, Hashable {
  public var offset: Int
  /// PCI Express Capabilities Register, the word at +2.
  public var flags: UInt16
  /// DevCap, +4.
  public var deviceCapabilities: UInt32
  /// LnkCap, LnkCtl and LnkSta; nil in a function without a link (root complex integrated).
  public var link: LinkRegisters?
  /// DevCtl2, +0x28; 0 where the capability is of version 1 and lacks it.
  public var deviceControl2: UInt16

  public init(
    offset: Int, flags: UInt16, deviceCapabilities: UInt32, link: LinkRegisters?,
    deviceControl2: UInt16 = 0
  ) {
    self.offset = offset
    self.flags = flags
    self.deviceCapabilities = deviceCapabilities
    self.link = link
    self.deviceControl2 = deviceControl2
  }

  /// Capability version, bits 3:0 of the flags.
  public var version: Int { Int(flags & 0xf) }
  /// Nil for a type that no specification defines.
  public var portType: PortType? { PortType(rawValue: UInt8(flags >> 4 & 0xf)) }
  /// Role-Based Error Reporting, DevCap bit 15: the function follows PCIe 1.1 or later.
  public var roleBasedErrorReporting: Bool { deviceCapabilities & 0x8000 != 0 }
  /// ARI Forwarding Enable, DevCtl2 bit 5.
  public var ariForwarding: Bool { deviceControl2 & 0x20 != 0 }
}
