internal import HostModel

/// The lines of a log that matter, in bounded space: equal ones are counted, and so are those that
/// differ in their numbers alone once there are many.
struct KeptLines {
  private(set) var lines: [LogLine] = []
  /// Whether lines were left out, or counted as others, because there were too many.
  private(set) var isCrowded = false

  /// How many lines that differ in their numbers alone are kept apart.
  private static let mostOfOneShape = 64
  private static let most = 1 << 14

  private struct Shape {
    var count = 0
    var last = 0
  }

  /// Places in `lines`, by the hash of the text.
  private var places: [UInt64: Int] = [:]
  private var shapes: [UInt64: Shape] = [:]

  /// Keeps a line whatever it is.
  mutating func append(_ text: Span<UInt8>, at time: Int?) {
    lines.append(LogLine(withoutIdentifyingValues(text.string), first: time, last: time))
  }

  /// Keeps a line, or counts it with its like.
  mutating func count(_ text: Span<UInt8>, at time: Int?) {
    let (exact, shape) = Self.hashes(of: text)
    if let place = places[exact] { return repeated(place, at: time) }
    let known = shapes[shape]
    if let known, known.count >= Self.mostOfOneShape || lines.count >= Self.most {
      isCrowded = true
      return repeated(known.last, at: time)
    }
    guard lines.count < Self.most else {
      isCrowded = true
      return
    }
    places[exact] = lines.count
    shapes[shape] = Shape(count: (known?.count ?? 0) + 1, last: lines.count)
    append(text, at: time)
  }

  private mutating func repeated(_ place: Int, at time: Int?) {
    lines[place].count += 1
    if let time { lines[place].last = time }
  }

  /// FNV-1a of a text, and of it with each run of digits as one; a PCI address counts in both.
  private static func hashes(of text: Span<UInt8>) -> (exact: UInt64, shape: UInt64) {
    var exact: UInt64 = 0xcbf2_9ce4_8422_2325
    var shape = exact
    var wasDigit = false
    for place in 0..<text.count {
      let byte = text[place]
      exact = (exact ^ UInt64(byte)) &* 0x100_0000_01b3
      let isDigit = byte >= 0x30 && byte <= 0x39
      // What stands beside a colon may be an address, and tells one device from another.
      let isOfAddress =
        isDigit
        && ((place > 0 && text[place - 1] == UInt8(ascii: ":"))
          || (place + 1 < text.count && text[place + 1] == UInt8(ascii: ":"))
          || (place > 1 && text[place - 2] == UInt8(ascii: ":")))
      if !isDigit || isOfAddress {
        shape = (shape ^ UInt64(byte)) &* 0x100_0000_01b3
      } else if !wasDigit {
        shape = (shape ^ 0xff) &* 0x100_0000_01b3
      }
      wasDigit = isDigit
    }
    return (exact, shape)
  }
}
