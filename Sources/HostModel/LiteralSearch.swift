/// Finds which of many literal texts occur in a line, in one pass over its bytes.
///
/// The first four bytes of a text are its key; a small table says for most places that no key stands
/// there.
public struct LiteralSearch: Sendable {
  private struct Literal {
    var bytes: [UInt8]
    var number: Int
  }

  private static let bits = 16
  private var literals: [UInt32: [Literal]] = [:]
  private var table: [Bool]

  /// Takes the texts; one of less than four bytes is never found.
  public init(_ texts: [String]) {
    table = [Bool](repeating: false, count: 1 << Self.bits)
    for (number, text) in texts.enumerated() {
      let bytes = Array(text.utf8)
      guard let key = Self.key(bytes.span, at: 0) else { continue }
      literals[key, default: []].append(Literal(bytes: bytes, number: number))
      table[Self.place(of: key)] = true
    }
  }

  /// The numbers of the texts that occur, each as often as it does.
  public func numbers(in line: Span<UInt8>) -> [Int] {
    var found: [Int] = []
    search(line) { number in
      found.append(number)
      return true
    }
    return found
  }

  public func hasAny(in line: Span<UInt8>) -> Bool {
    var isFound = false
    search(line) { _ in
      isFound = true
      return false
    }
    return isFound
  }

  @inline(__always)
  private func search(_ line: Span<UInt8>, _ goesOn: (Int) -> Bool) {
    guard line.count >= 4 else { return }
    let table = table.span
    var key = UInt32(line[0]) << 8 | UInt32(line[1]) << 16 | UInt32(line[2]) << 24
    for start in 0...(line.count - 4) {
      key = key >> 8 | UInt32(line[start + 3]) << 24
      guard table[Self.place(of: key)], let candidates = literals[key] else { continue }
      for literal in candidates where Self.stands(literal.bytes, in: line, at: start) {
        if !goesOn(literal.number) { return }
      }
    }
  }

  @inline(__always)
  private static func place(of key: UInt32) -> Int {
    Int((key &* 0x9e37_79b1) >> UInt32(32 - bits))
  }

  /// The four bytes at a place; nil where there are fewer.
  private static func key(_ text: Span<UInt8>, at start: Int) -> UInt32? {
    guard start + 4 <= text.count else { return nil }
    return UInt32(text[start]) | UInt32(text[start + 1]) << 8 | UInt32(text[start + 2]) << 16
      | UInt32(text[start + 3]) << 24
  }

  private static func stands(_ part: [UInt8], in text: Span<UInt8>, at start: Int) -> Bool {
    guard start + part.count <= text.count else { return false }
    for offset in part.indices where text[start + offset] != part[offset] { return false }
    return true
  }
}
