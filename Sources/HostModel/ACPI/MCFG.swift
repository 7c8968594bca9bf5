/// Where the table `MCFG` says that configuration space lies in memory.
///
/// Source: PCI Firmware Specification 3.0, section 4.1.2.
public struct MCFG: Sendable, Hashable {
  public struct Region: Sendable, Hashable {
    public var base: UInt64
    public var segment: UInt16
    public var firstBus: UInt8
    public var lastBus: UInt8

    public init(base: UInt64, segment: UInt16, firstBus: UInt8, lastBus: UInt8) {
      self.base = base
      self.segment = segment
      self.firstBus = firstBus
      self.lastBus = lastBus
    }
  }

  public var regions: [Region]

  public init(regions: [Region]) {
    self.regions = regions
  }

  /// Throws: malformed, when the last region is cut off.
  public init(_ table: ACPITable) throws(Unknown) {
    regions = []
    var offset = 44
    while offset < table.length {
      guard let base = table.number(at: offset, width: 8), let segment = table.word(at: offset + 8),
        let first = table.byte(at: offset + 10), let last = table.byte(at: offset + 11),
        offset + 16 <= table.length
      else { throw table.tooShort("the region at offset \(offset)") }
      regions.append(Region(base: base, segment: segment, firstBus: first, lastBus: last))
      offset += 16
    }
  }
}
