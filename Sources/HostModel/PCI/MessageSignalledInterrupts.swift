/// The MSI capability of a function (PCI 3.0, 6.8.1).
public struct MSI: Sendable, Hashable {
  /// The capability's offset in configuration space.
  public var offset: Int
  /// Message Control, the word at +2.
  public var control: UInt16

  public init(offset: Int, control: UInt16) {
    self.offset = offset
    self.control = control
  }

  /// MSI Enable, bit 0.
  public var isEnabled: Bool { control & 0x0001 != 0 }
  /// Vectors the function asks for, 1 to 32 (Multiple Message Capable, bits 3:1).
  public var maximum: Int { 1 << Int(control >> 1 & 7) }
  /// Vectors the software gave, 1 to 32 (Multiple Message Enable, bits 6:4).
  public var count: Int { 1 << Int(control >> 4 & 7) }
  /// 64-bit Address Capable, bit 7.
  public var is64Bit: Bool { control & 0x0080 != 0 }
  /// Per-vector Masking Capable, bit 8.
  public var isMaskable: Bool { control & 0x0100 != 0 }
}

/// The MSI-X capability of a function (PCI 3.0, 6.8.2).
public struct MSIX: Sendable, Hashable {
  public var offset: Int
  /// Message Control, the word at +2.
  public var control: UInt16

  public init(offset: Int, control: UInt16) {
    self.offset = offset
    self.control = control
  }

  /// MSI-X Enable, bit 15.
  public var isEnabled: Bool { control & 0x8000 != 0 }
  /// Function Mask, bit 14: every vector is masked.
  public var isMasked: Bool { control & 0x4000 != 0 }
  /// Entries of the vector table, 1 to 2048 (Table Size, bits 10:0, holds one less).
  public var tableSize: Int { Int(control & 0x07ff) + 1 }
}

/// A HyperTransport capability that maps MSI writes to interrupts (HyperTransport 3.1, 7.11).
public struct HyperTransportMSIMapping: Sendable, Hashable {
  public var offset: Int
  /// Enable, bit 0 of the flags at +2.
  public var isEnabled: Bool

  public init(offset: Int, isEnabled: Bool) {
    self.offset = offset
    self.isEnabled = isEnabled
  }
}
