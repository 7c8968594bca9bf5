internal import HostModel

/// Finds the lines of a log that could fit any of many patterns, in one pass over its bytes.
///
/// Each pattern is looked for by its longest literal part. The first four bytes of a part are its
/// key; a small table of bits says for most places of the text that no key stands there.
struct LogSearch {
  /// Lines that hold a pattern's literal part, by pattern.
  private(set) var lines: [LogPattern: [Int]] = [:]

  private struct Part {
    var bytes: [UInt8]
    var pattern: LogPattern
  }

  private static let bits = 16

  init(patterns: Set<LogPattern>, in log: [String]) {
    var parts: [UInt32: [Part]] = [:]
    var table = [Bool](repeating: false, count: 1 << Self.bits)
    for pattern in patterns {
      let bytes = Array(pattern.anchor.utf8)
      guard let key = Self.key(bytes.span, at: 0) else { continue }
      lines[pattern] = []
      parts[key, default: []].append(Part(bytes: bytes, pattern: pattern))
      table[Self.place(of: key)] = true
    }
    guard !parts.isEmpty else { return }
    for (number, var line) in log.enumerated() {
      line.makeContiguousUTF8()
      let text = line.utf8.span
      guard text.count >= 4 else { continue }
      for start in 0...(text.count - 4) {
        guard let key = Self.key(text, at: start), table[Self.place(of: key)],
          let candidates = parts[key]
        else { continue }
        for part in candidates where Self.stands(part.bytes, in: text, at: start) {
          if lines[part.pattern]?.last != number { lines[part.pattern]?.append(number) }
        }
      }
    }
  }

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

extension Quirk {
  /// The conditions that an evaluation may ask.
  var conditions: [Condition] {
    [when] + [armed].compactMap { $0 } + unless + confirmedBy + handledBy.map(\.condition)
      + actions.flatMap { [$0.condition, $0.verify].compactMap { $0 } }
  }
}

extension Evaluator {
  /// Looks through both logs once for all that these quirks may ask of them.
  mutating func searchLogs(for quirks: [Quirk]) {
    let terms = quirks.flatMap(\.conditions).flatMap(\.terms)
    if let log = host.kernelLog.value {
      var patterns: Set<LogPattern> = []
      for case .logPatterns(let some) in terms.map(\.payload) { patterns.formUnion(some) }
      kernelLines = LogSearch(patterns: patterns, in: log.lines).lines
    }
    if let log = host.xen.messages.value {
      var patterns: Set<LogPattern> = []
      for case .xenLog(let some) in terms.map(\.payload) {
        patterns.formUnion(some.map(\.pattern))
      }
      xenLines = LogSearch(patterns: patterns, in: log.lines).lines
    }
  }

  /// The first line that fits one of the patterns, of those where one could.
  func firstLine(
    fitting patterns: [LogPattern], in log: [String], found: [LogPattern: [Int]],
    address: PCIAddress?
  ) -> String? {
    var first: Int?
    for pattern in patterns {
      let candidates = found[pattern] ?? Array(log.indices)
      let hit = candidates.first { pattern.occurs(in: log[$0], address: address) }
      if let hit, hit < first ?? .max { first = hit }
    }
    return first.map { log[$0] }
  }
}
