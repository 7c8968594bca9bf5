/// What the FADT (signature `FACP`) says of legacy hardware and C-states.
///
/// Source: ACPI specification, section 5.2.9.
public struct FADT: Sendable, Hashable {
  public var revision: UInt8
  /// In bytes.
  public var length: Int
  /// IAPC_BOOT_ARCH at offset 109.
  ///
  /// Nil where the table is of 132 bytes or less: ACPICA and Xen then take the field for nought
  /// (tbfadt.c, acpi_tb_convert_fadt), so nothing that stands there counts.
  public var bootArchitecture: BootArchitecture?
  /// P_LVL2_LAT in microseconds; more than 100 means that there is no C2 without _CST.
  public var c2Latency: UInt16
  /// P_LVL3_LAT in microseconds; more than 1000 means that there is no C3 without _CST.
  public var c3Latency: UInt16
  /// The fixed feature flags at offset 112.
  public var flags: UInt32

  /// The flags that tell an operating system what it must not do.
  public struct BootArchitecture: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let msiNotSupported = BootArchitecture(rawValue: 1 << 3)
    public static let aspmNotSupported = BootArchitecture(rawValue: 1 << 4)
  }

  private static let firstLengthWithBootArchitecture = 133

  public init(
    revision: UInt8, length: Int, bootArchitecture: BootArchitecture?, c2Latency: UInt16,
    c3Latency: UInt16, flags: UInt32
  ) {
    self.revision = revision
    self.length = length
    self.bootArchitecture = bootArchitecture
    self.c2Latency = c2Latency
    self.c3Latency = c3Latency
    self.flags = flags
  }

  /// Throws: malformed, when the table ends before the fixed feature flags.
  public init(_ table: ACPITable) throws(Unknown) {
    guard let c2 = table.word(at: 96), let c3 = table.word(at: 98), let boot = table.word(at: 109),
      let flags = table.long(at: 112)
    else { throw table.tooShort("its flags") }
    revision = table.revision
    length = table.length
    bootArchitecture =
      table.length >= Self.firstLengthWithBootArchitecture
      ? BootArchitecture(rawValue: boot) : nil
    c2Latency = c2
    c3Latency = c3
    self.flags = flags
  }

  /// Whether the firmware forbids MSI; a table too short to say it forbids nothing.
  public var forbidsMSI: Bool { bootArchitecture?.contains(.msiNotSupported) ?? false }
  /// Whether the firmware forbids the kernel to touch ASPM; that says nothing of what it switched
  /// on itself.
  public var forbidsASPM: Bool { bootArchitecture?.contains(.aspmNotSupported) ?? false }
}
