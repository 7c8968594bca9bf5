import HostModel
import Testing

/// Tables of the firmware, built by hand from the specifications.
@Suite struct ACPITests {
  /// A table with a right length and checksum, whatever stands in it.
  private static func bytes(_ signature: String, _ content: [UInt8], revision: UInt8 = 1) -> [UInt8]
  {
    var bytes = Array(signature.utf8) + [UInt8](repeating: 0, count: 32) + content
    bytes[8] = revision
    return sealed(bytes)
  }

  private static func sealed(_ table: [UInt8]) -> [UInt8] {
    var bytes = table
    bytes[4] = UInt8(bytes.count & 0xff)
    bytes[5] = UInt8(bytes.count >> 8)
    bytes[9] = 0
    bytes[9] = 0 &- bytes.reduce(0, &+)
    return bytes
  }

  private static func table(_ signature: String, _ content: [UInt8]) throws -> ACPITable {
    try ACPITable(checking: bytes(signature, content), name: signature)
  }

  // MARK: What is refused

  private static let hpet = bytes(
    "HPET", [0x01, 0xa3, 0x86, 0x80, 0, 64, 0, 0, 0, 0, 0xd0, 0xfe, 0, 0, 0, 0, 0, 0xee, 0x37, 0])

  @Test func `a checksum that is off by one is malformed`() {
    var bytes = Self.hpet
    bytes[50] &+= 1
    #expect(throws: Unknown.self) { try ACPITable(checking: bytes, name: "HPET") }
    do {
      _ = try ACPITable(checking: bytes, name: "HPET")
    } catch {
      #expect(error.cause == .malformed)
      #expect(error.needs.contains("checksum"))
    }
  }

  @Test(arguments: [UInt32(0), 35, 57, 0xffff_ffff])
  func `a length that lies is malformed`(length: UInt32) {
    var bytes = Self.hpet
    for index in 0..<4 { bytes[4 + index] = UInt8(length >> UInt32(8 * index) & 0xff) }
    bytes[9] = 0
    bytes[9] = 0 &- bytes.reduce(0, &+)
    #expect(throws: Unknown.self) { try ACPITable(checking: bytes, name: "HPET") }
  }

  @Test func `a table cut anywhere is malformed, never a crash`() {
    for length in 0..<Self.hpet.count {
      #expect(throws: Unknown.self) {
        try ACPITable(checking: Array(Self.hpet.prefix(length)), name: "HPET")
      }
      guard length >= ACPITable.headerLength else { continue }
      // Even with its length and checksum put right, the fields at its end are not there.
      let short = Self.sealed(Array(Self.hpet.prefix(length)))
      if length < 55 {
        #expect(throws: Unknown.self) {
          try HPETTable(try ACPITable(checking: short, name: "HPET"))
        }
      }
    }
  }

  @Test func `bytes behind the table's end are not looked at`() throws {
    let table = try ACPITable(checking: Self.hpet + [1, 2, 3], name: "HPET")
    #expect(table.length == 56)
  }

  // MARK: What is read

  @Test func `the HPET's block says comparators, width and legacy route`() throws {
    let table = try HPETTable(try ACPITable(checking: Self.hpet, name: "HPET"))
    #expect(table.eventTimerBlockID == 0x8086_a301)
    #expect(table.baseAddress == 0xfed0_0000)
    #expect(table.comparators == 4)
    #expect(table.counterIs64Bit)
    #expect(table.canReplaceLegacy)
    #expect(table.minimumTick == 0x37ee)
  }

  private static func fadt(length: Int, boot: UInt8) -> [UInt8] {
    var content = [UInt8](repeating: 0, count: length - ACPITable.headerLength)
    content[96 - 36] = 101
    content[98 - 36] = 0xe9
    content[99 - 36] = 0x03
    content[109 - 36] = boot
    return content
  }

  @Test func `flags of the FADT count where the table is longer than 132 bytes`() throws {
    let long = try FADT(Self.table("FACP", Self.fadt(length: 244, boot: 0x18)))
    #expect(long.forbidsMSI)
    #expect(long.forbidsASPM)
    #expect(long.c2Latency == 101)
    #expect(long.c3Latency == 1001)
    #expect(try FADT(Self.table("FACP", Self.fadt(length: 133, boot: 0x10))).forbidsASPM)
  }

  @Test(arguments: [116, 132])
  func `in a short FADT nothing counts`(length: Int) throws {
    let short = try FADT(Self.table("FACP", Self.fadt(length: length, boot: 0x18)))
    #expect(short.bootArchitecture == nil)
    #expect(!short.forbidsMSI)
    #expect(!short.forbidsASPM)
  }

  private static let madt: [UInt8] =
    [0, 0, 0xe0, 0xfe, 1, 0, 0, 0]
    + [0, 8, 0, 0, 1, 0, 0, 0] + [0, 8, 1, 2, 0, 0, 0, 0]
    + [9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]
    + [1, 12, 8, 0, 0, 0, 0xc0, 0xfe, 24, 0, 0, 0] + [2, 10, 0, 0, 2, 0, 0, 0, 5, 0]

  @Test func `the MADT counts CPUs, IO-APICs and overrides`() throws {
    let table = try MADT(Self.table("APIC", Self.madt))
    #expect(table.enabledCPUs == 2)
    #expect(table.disabledCPUs == 1)
    #expect(table.ioAPICs == [MADT.IOAPIC(id: 8, address: 0xfec0_0000, firstGSI: 24)])
    #expect(table.overrides == [MADT.Override(irq: 0, gsi: 2, flags: 5)])
  }

  @Test(arguments: [UInt8(0), 1, 200])
  func `a structure of a length that can't be is malformed`(length: UInt8) {
    var content = Self.madt
    content[9] = length
    #expect(throws: Unknown.self) { try MADT(Self.table("APIC", content)) }
  }

  @Test func `a DMAR is read under every signature that Xen leaves it`() throws {
    let content: [UInt8] =
      [45, 3] + [UInt8](repeating: 0, count: 10) + [0, 0, 16, 0] + [UInt8](repeating: 0, count: 12)
      + [1, 0, 24, 0] + [UInt8](repeating: 0, count: 20)
    for signature in DMAR.signatures {
      let table = try DMAR(Self.table(signature, content))
      #expect(table.hostAddressWidth == 46)
      #expect(table.hasInterruptRemapping)
      #expect(table.optsOutOfX2APIC)
      #expect(table.units == 1)
      #expect(table.reservedRegions == 1)
    }
  }

  @Test func `an IVRS names the sources of IO-APIC and HPET once`() throws {
    let special: (UInt8, UInt8, UInt8) -> [UInt8] = { [0x48, 0, 0, 0, $0, $1, 0, $2] }
    let entries = special(7, 0xa0, 1) + special(0, 0xa0, 2) + [3, 0, 0, 0] + special(7, 0xa0, 1)
    var block: [UInt8] = [0x10, 0, UInt8(24 + entries.count), 0]
    block += [UInt8](repeating: 0, count: 20) + entries
    let table = try IVRS(Self.table("IVRS", [UInt8](repeating: 0, count: 12) + block))
    #expect(table.hardwareBlocks == 1)
    let southbridge = PCIAddress(bus: 0, device: 0x14, function: 0)
    #expect(
      table.specialDevices == [
        IVRS.SpecialDevice(variety: .ioAPIC, handle: 7, source: southbridge),
        IVRS.SpecialDevice(variety: .hpet, handle: 0, source: southbridge),
      ])
  }

  @Test func `random tables with a right head never crash a reader`() {
    var random = SystemRandomNumberGenerator()
    var readable = 0
    for _ in 0..<2000 {
      let content = (0..<Int.random(in: 0...200, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      guard let table = try? Self.table("TEST", content) else { continue }
      _ = try? FADT(table)
      _ = try? HPETTable(table)
      _ = try? MADT(table)
      _ = try? MCFG(table)
      _ = try? DMAR(table)
      if (try? IVRS(table)) != nil { readable += 1 }
    }
    // A table of a header and little else has no block that could be wrong.
    #expect(readable > 0)
    #expect(readable < 2000)
  }
}
