/// What the MADT (signature `APIC`) says of interrupt controllers.
///
/// Source: ACPI specification, section 5.2.12.
public struct MADT: Sendable, Hashable {
  public struct IOAPIC: Sendable, Hashable {
    public var id: UInt8
    public var address: UInt32
    public var firstGSI: UInt32

    public init(id: UInt8, address: UInt32, firstGSI: UInt32) {
      self.id = id
      self.address = address
      self.firstGSI = firstGSI
    }
  }
  /// Which global interrupt an ISA interrupt really is.
  public struct Override: Sendable, Hashable {
    public var irq: UInt8
    public var gsi: UInt32
    public var flags: UInt16

    public init(irq: UInt8, gsi: UInt32, flags: UInt16) {
      self.irq = irq
      self.gsi = gsi
      self.flags = flags
    }
  }

  /// Local APICs and x2APICs that are enabled.
  public var enabledCPUs: Int
  /// Those that are not, which may be slots for CPUs to come.
  public var disabledCPUs: Int
  public var ioAPICs: [IOAPIC]
  public var overrides: [Override]

  public init(enabledCPUs: Int, disabledCPUs: Int, ioAPICs: [IOAPIC], overrides: [Override]) {
    self.enabledCPUs = enabledCPUs
    self.disabledCPUs = disabledCPUs
    self.ioAPICs = ioAPICs
    self.overrides = overrides
  }

  /// Throws: malformed, when a structure does not fit into the table.
  public init(_ table: ACPITable) throws(Unknown) {
    enabledCPUs = 0
    disabledCPUs = 0
    ioAPICs = []
    overrides = []
    for place in try table.structures(from: 44, lengthAt: 1, width: 1) {
      let start = place.lowerBound
      switch (table.bytes[start], place.count) {
      case (0, 8...): count(table.long(at: start + 4))
      case (9, 16...): count(table.long(at: start + 8))
      case (1, 12...):
        ioAPICs.append(
          IOAPIC(
            id: table.bytes[start + 2], address: table.long(at: start + 4) ?? 0,
            firstGSI: table.long(at: start + 8) ?? 0))
      case (2, 10...):
        overrides.append(
          Override(
            irq: table.bytes[start + 3], gsi: table.long(at: start + 4) ?? 0,
            flags: table.word(at: start + 8) ?? 0))
      default: break
      }
    }
  }

  private mutating func count(_ flags: UInt32?) {
    if (flags ?? 0) & 1 != 0 { enabledCPUs += 1 } else { disabledCPUs += 1 }
  }
}
