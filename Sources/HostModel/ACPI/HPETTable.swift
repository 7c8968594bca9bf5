/// What the table `HPET` says of the High Precision Event Timer.
///
/// Whether a comparator can send its interrupt over the FSB stands in none of it, only in the
/// timer's registers. Source: IA-PC HPET specification 1.0a, sections 2.3.4 and 3.2.4.
public struct HPETTable: Sendable, Hashable {
  /// The low half of the timer's capability register.
  public var eventTimerBlockID: UInt32
  /// 0 for memory, 1 for I/O ports.
  public var addressSpace: UInt8
  public var baseAddress: UInt64
  public var sequenceNumber: UInt8
  /// The least ticks in periodic mode that lose no interrupt.
  public var minimumTick: UInt16

  public init(
    eventTimerBlockID: UInt32, addressSpace: UInt8, baseAddress: UInt64, sequenceNumber: UInt8,
    minimumTick: UInt16
  ) {
    self.eventTimerBlockID = eventTimerBlockID
    self.addressSpace = addressSpace
    self.baseAddress = baseAddress
    self.sequenceNumber = sequenceNumber
    self.minimumTick = minimumTick
  }

  /// Throws: malformed, when the table ends before its last field.
  public init(_ table: ACPITable) throws(Unknown) {
    guard let block = table.long(at: 36), let space = table.byte(at: 40),
      let address = table.number(at: 44, width: 8), let sequence = table.byte(at: 52),
      let tick = table.word(at: 53)
    else { throw table.tooShort("its minimum tick") }
    eventTimerBlockID = block
    addressSpace = space
    baseAddress = address
    sequenceNumber = sequence
    minimumTick = tick
  }

  /// How many comparators there are, 1 to 32.
  public var comparators: Int { Int(eventTimerBlockID >> 8 & 0x1f) + 1 }
  public var counterIs64Bit: Bool { eventTimerBlockID & 1 << 13 != 0 }
  /// Whether timers 0 and 1 can take the place of the PIT and the RTC.
  public var canReplaceLegacy: Bool { eventTimerBlockID & 1 << 15 != 0 }
}
