/// What the table `IVRS` says of AMD's IOMMUs.
///
/// Source: AMD I/O Virtualization Technology (IOMMU) specification, section 5.2.
public struct IVRS: Sendable, Hashable {
  /// The function that sends an IO-APIC's or an HPET's interrupts.
  public struct SpecialDevice: Sendable, Hashable {
    public enum Variety: Sendable, Hashable { case ioAPIC, hpet }
    public var variety: Variety
    /// The IO-APIC's id, or the HPET's number.
    public var handle: UInt8
    public var source: PCIAddress

    public init(variety: Variety, handle: UInt8, source: PCIAddress) {
      self.variety = variety
      self.handle = handle
      self.source = source
    }
  }

  /// I/O virtualization hardware definition blocks (IVHD), of every type.
  public var hardwareBlocks: Int
  /// Memory definition blocks (IVMD).
  public var memoryBlocks: Int
  /// Each once, although blocks of several types may name it.
  public var specialDevices: [SpecialDevice]

  public init(hardwareBlocks: Int, memoryBlocks: Int, specialDevices: [SpecialDevice]) {
    self.hardwareBlocks = hardwareBlocks
    self.memoryBlocks = memoryBlocks
    self.specialDevices = specialDevices
  }

  /// Throws: malformed, when a block or a device entry does not fit.
  public init(_ table: ACPITable) throws(Unknown) {
    hardwareBlocks = 0
    memoryBlocks = 0
    specialDevices = []
    for place in try table.structures(from: 48, lengthAt: 2, width: 2) {
      switch table.bytes[place.lowerBound] {
      case 0x10: try addHardware(table, place, head: 24)
      case 0x11, 0x40: try addHardware(table, place, head: 40)
      case 0x20...0x22: memoryBlocks += 1
      default: break
      }
    }
  }

  private mutating func addHardware(
    _ table: ACPITable, _ place: Range<Int>, head: Int
  ) throws(Unknown) {
    hardwareBlocks += 1
    var offset = place.lowerBound + head
    while offset < place.upperBound {
      let type = table.bytes[offset]
      let length: Int
      switch type {
      case 0..<0x40: length = 4
      case 0x40..<0x80: length = 8
      case 0xf0: length = 22 + Int(table.byte(at: offset + 21) ?? 0)
      default: length = type < 0xc0 ? 16 : 32
      }
      guard offset + length <= place.upperBound else {
        throw table.tooShort("the device entry at offset \(offset)")
      }
      if type == 0x48 { addSpecial(table, at: offset) }
      offset += length
    }
  }

  private mutating func addSpecial(_ table: ACPITable, at offset: Int) {
    let source = table.word(at: offset + 5) ?? 0
    let variety: SpecialDevice.Variety
    switch table.bytes[offset + 7] {
    case 1: variety = .ioAPIC
    case 2: variety = .hpet
    default: return
    }
    let device = SpecialDevice(
      variety: variety, handle: table.bytes[offset + 4],
      source: PCIAddress(
        domain: 0, bus: UInt8(source >> 8), device: UInt8(source >> 3 & 0x1f),
        function: UInt8(source & 7)))
    if !specialDevices.contains(device) { specialDevices.append(device) }
  }
}
