/// What is wrong with a dump, and where.
public struct PCIDumpError: Error, Sendable, Hashable {
  /// Counted from 1.
  public var line: Int
  public var message: String
}

/// Reads the text that `lspci -x`, `-xxx` or `-xxxx` prints.
///
/// A function starts at a line `[DOMAIN:]BUS:DEVICE.FUNCTION …`, its bytes stand in lines `OFFSET:
/// BYTE BYTE …`,
/// a blank line ends it; every other line is decoration. What `lspci -F` refuses is refused here
/// too (pciutils,
/// lib/dump.c): a line over 254 characters, one without its line feed, a byte that is no byte.
public struct PCIDump: Sendable {
  public private(set) var functions: [PCIFunction] = []
  private var open: (address: PCIAddress, line: Int)?
  private var bytes: [UInt8] = []
  private var gap = false

  private static let longestLine = 254
  private static let software = PCIFunctionSoftware(
    allUnknown: Unknown(.notCaptured, needs: "a captured tree or the live machine (--root DIR)"))

  /// Reads a whole dump.
  public init(parsing text: borrowing Span<UInt8>) throws(PCIDumpError) {
    bytes.reserveCapacity(256)
    var start = 0
    var line = 0
    while start < text.count {
      line += 1
      var end = start
      while end < text.count, text[end] != UInt8(ascii: "\n") {
        guard text[end] != 0 else {
          throw PCIDumpError(line: line, message: "a NUL byte; this is not the text of a dump")
        }
        end += 1
      }
      guard end < text.count else {
        throw PCIDumpError(
          line: line, message: "the last line has no line feed: the dump is cut off")
      }
      var length = end - start
      guard length <= Self.longestLine else {
        let message =
          "a line of \(length) characters; lspci writes at most \(Self.longestLine), so the text was reflowed"
        throw PCIDumpError(line: line, message: message)
      }
      if length > 0, text[end - 1] == UInt8(ascii: "\r") { length -= 1 }
      try read(text.extracting(start..<start + length), line: line)
      start = end + 1
    }
    try close()
    guard !functions.isEmpty else {
      throw PCIDumpError(
        line: max(line, 1), message: "no PCI function in it; write it with 'lspci -xxx' as root")
    }
  }

  /// Whether the dump looks like that of a whole machine: its host bridge and its ISA bridge are
  /// there.
  public var isComplete: Bool {
    functions.contains { $0.address.sortKey & 0xffff == 0 && $0.identity.classCode >> 8 == 0x0600 }
      && functions.contains { $0.address.bus == 0 && $0.identity.classCode >> 8 == 0x0601 }
  }

  private mutating func read(_ line: borrowing Span<UInt8>, line number: Int) throws(PCIDumpError) {
    if line.isEmpty { return try close() }
    guard line[0] != UInt8(ascii: "\t"), let first = Self.word(line) else { return }
    if line[first] == UInt8(ascii: " "), first > 0, line[first - 1] == UInt8(ascii: ":") {
      // An offset of two or three digits, or decoration.
      if first == 3 || first == 4, open != nil, let offset = Self.number(line, 0..<first - 1) {
        try readBytes(line, from: first + 1, offset: offset, line: number)
      }
    } else if first >= 7 {
      if let address = Self.address(line, end: first) {
        try close()
        open = (address, number)
      }
    }
  }

  /// The end of the first word; nil where the line is one word without a blank behind it.
  private static func word(_ line: borrowing Span<UInt8>) -> Int? {
    var index = 0
    while index < line.count, line[index] != UInt8(ascii: " ") { index += 1 }
    return index < line.count ? index : nil
  }

  private static func number(_ line: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
      guard let digit = hexDigit(line[index]) else { return nil }
      value = value << 4 | Int(digit)
    }
    return value
  }

  private static func address(_ line: borrowing Span<UInt8>, end: Int) -> PCIAddress? {
    guard end <= 17, line[end - 2] == UInt8(ascii: ".") else { return nil }
    var word: [UInt8] = []
    word.reserveCapacity(end)
    for index in 0..<end { word.append(line[index]) }
    return PCIAddress(parsing: word)
  }

  private mutating func readBytes(
    _ line: borrowing Span<UInt8>, from start: Int, offset: Int, line number: Int
  ) throws(PCIDumpError) {
    var index = start
    var offset = offset
    while index < line.count {
      guard index + 1 < line.count, let high = hexDigit(line[index]),
        let low = hexDigit(line[index + 1]),
        index + 2 == line.count || line[index + 2] == UInt8(ascii: " ")
      else {
        throw PCIDumpError(
          line: number, message: "expected two hexadecimal digits at column \(index + 1)")
      }
      guard offset < 4096 else {
        throw PCIDumpError(line: number, message: "configuration space ends at 4096 bytes")
      }
      if offset == bytes.count, !gap {
        bytes.append(high << 4 | low)
      } else if offset < bytes.count {
        bytes[offset] = high << 4 | low
      } else {
        gap = true
      }
      offset += 1
      index += 3
    }
  }

  private mutating func close() throws(PCIDumpError) {
    guard let (address, _) = open else { return }
    open = nil
    defer {
      bytes.removeAll(keepingCapacity: true)
      gap = false
    }
    let space = ConfigSpace(bytes: bytes, beyond: beyond)
    if let function = PCIFunction(address: address, config: space, software: Self.software) {
      functions.append(function)
    }
  }

  private var beyond: Unknown {
    if gap { return Unknown(.malformed, needs: "a dump without a gap in its bytes") }
    switch bytes.count {
    case ...64: return Unknown(.notCaptured, needs: "a dump written as root (lspci -xxx)")
    case 256: return Unknown(.notCaptured, needs: "a dump of extended space (lspci -xxxx as root)")
    default: return Unknown(.truncated, needs: "the whole dump")
    }
  }
}
