/// What stands in front of a message: `<6>`, `[    1.234567] `, `Nov 22 04:00:00 HOST kernel: ` or
/// `kern  :info  : `.
struct LogLineHead {
  /// Where the message starts and ends.
  private(set) var start = 0
  private(set) var end: Int
  /// In microseconds since the start of the kernel.
  private(set) var time: Int?
  private(set) var level: Int?

  private static let levels: [StaticString] = [
    "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
  ]

  /// Nil for a line that journalctl or the Xen console adds.
  init?(of line: Span<UInt8>) {
    end = line.count
    if end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    if line.starts(with: "-- ") || line.starts(with: "(XEN)") { return nil }
    if Self.isDate(line), let mark = Self.place(of: " kernel: ", in: line, 0..<min(end, 120)) {
      start = mark + 9
    }
    readLevel(line)
    while start < end, line[start] == UInt8(ascii: "["), let close = bracket(line) {
      guard readStamp(line, (start + 1)..<close) else { break }
      start = close + 1
      // Some put a blank between the stamp and the caller.
      if start + 2 < end, line[start] == UInt8(ascii: " "), line[start + 1] == UInt8(ascii: "["),
        let close = bracket(line, from: start + 2)
      {
        var copy = self
        if copy.readStamp(line, (start + 2)..<close) { start += 1 }
      }
    }
    if start < end, line[start] == UInt8(ascii: " ") { start += 1 }
    if time != nil { skipHost(line) }
  }

  private mutating func readLevel(_ line: Span<UInt8>) {
    if start < end, line[start] == UInt8(ascii: "<") {
      var place = start + 1
      var value = 0
      while place < min(end, start + 5), Self.isDigit(line[place]) {
        value = value * 10 + Int(line[place] - 0x30)
        place += 1
      }
      if place > start + 1, place < end, line[place] == UInt8(ascii: ">") {
        level = value
        start = place + 1
      }
    }
    guard start + 24 <= end, line.extracting(start..<end).starts(with: "kern ") else { return }
    guard let close = Self.lastPlace(of: ": ", in: line, start..<(start + 24)) else { return }
    let words = line.extracting(start..<close)
    for (number, name) in Self.levels.enumerated()
    where Self.place(of: name, in: words, 0..<words.count) != nil {
      level = number
    }
    start = close + 2
  }

  private func bracket(_ line: Span<UInt8>, from place: Int? = nil) -> Int? {
    let start = place ?? start
    for place in start..<min(end, start + 40) where line[place] == UInt8(ascii: "]") {
      return place
    }
    return nil
  }

  /// Whether brackets hold seconds (`    1.234567`), a date (`Sat Nov 22 04:00:00 2026`) or a caller
  /// (`   T1`).
  private mutating func readStamp(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var first = range.lowerBound
    while first < range.upperBound, line[first] == UInt8(ascii: " ") { first += 1 }
    guard first < range.upperBound, Self.isDigit(line[range.upperBound - 1]) else { return false }
    if Self.isDigit(line[first]) {
      guard let seconds = Self.microseconds(line, first..<range.upperBound) else { return false }
      time = time ?? seconds
      return true
    }
    let rest = line.extracting((first + 1)..<range.upperBound)
    if line[first] == UInt8(ascii: "T") || line[first] == UInt8(ascii: "C"), Self.isNumber(rest) {
      return true
    }
    var colons = 0
    var blanks = 0
    for place in 0..<rest.count {
      if rest[place] == UInt8(ascii: ":") { colons += 1 }
      if rest[place] == UInt8(ascii: " ") { blanks += 1 }
    }
    return colons == 2 && blanks >= 4
  }

  /// The host's name and `kernel:`, which `journalctl -o short-monotonic` puts behind the stamp.
  private mutating func skipHost(_ line: Span<UInt8>) {
    var place = start
    while place < min(end, start + 65), line[place] > UInt8(ascii: " ") { place += 1 }
    guard place > start, place < end, line[place - 1] != UInt8(ascii: ":") else { return }
    if line.extracting(place..<end).starts(with: " kernel: ") { start = place + 9 }
  }

  // MARK: Bytes

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isNumber(_ text: Span<UInt8>) -> Bool {
    for place in 0..<text.count where !isDigit(text[place]) { return false }
    return true
  }

  /// `1.234567` in microseconds; nil for another text.
  private static func microseconds(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var whole = 0
    var digits = -1
    for place in range {
      if line[place] == UInt8(ascii: "."), digits < 0 {
        digits = 0
      } else if isDigit(line[place]) {
        if digits >= 6 { continue }
        guard whole < 1 << 58 else { return nil }
        whole = whole * 10 + Int(line[place] - 0x30)
        if digits >= 0 { digits += 1 }
      } else {
        return nil
      }
    }
    guard digits >= 0, whole < 1 << 40 else { return nil }
    for _ in digits..<max(digits, 6) { whole *= 10 }
    return whole
  }

  private static func place(
    of text: StaticString, in line: Span<UInt8>, _ range: Range<Int>
  ) -> Int? {
    let length = text.utf8CodeUnitCount
    guard range.count >= length else { return nil }
    for place in range.lowerBound...(range.upperBound - length)
    where line.extracting(place..<(place + length)).starts(with: text) {
      return place
    }
    return nil
  }

  private static func lastPlace(
    of text: StaticString, in line: Span<UInt8>, _ range: Range<Int>
  ) -> Int? {
    var last: Int?
    var rest = range
    while let found = place(of: text, in: line, rest) {
      last = found
      rest = (found + 1)..<range.upperBound
    }
    return last
  }

  /// Whether a line starts `Nov 22 04:00:00` or `2026-11-22T04:00:00`.
  private static func isDate(_ line: Span<UInt8>) -> Bool {
    guard line.count >= 8 else { return false }
    if isNumber(line.extracting(0..<4)) { return line[4] == UInt8(ascii: "-") }
    return line[3] == UInt8(ascii: " ") && isDigit(line[5]) && line[6] == UInt8(ascii: " ")
  }
}
