internal import HostModel

/// Finds the lines of a log that could fit any of many patterns, in one pass over its bytes.
///
/// Each pattern is looked for by its longest literal part.
struct LogSearch {
  /// Lines that hold a pattern's literal part, by pattern.
  private(set) var lines: [LogPattern: [Int]] = [:]

  init(patterns: Set<LogPattern>, in log: [LogLine]) {
    guard !patterns.isEmpty else { return }
    let all = Array(patterns)
    for pattern in all { lines[pattern] = [] }
    guard !log.isEmpty else { return }
    let search = LiteralSearch(all.map { String($0.anchor) })
    for (number, line) in log.enumerated() {
      var text = line.text
      text.makeContiguousUTF8()
      for found in search.numbers(in: text.utf8.span)
      where lines[all[found]]?.last != number {
        lines[all[found]]?.append(number)
      }
    }
  }
}

extension Quirk {
  /// The conditions that an evaluation may ask.
  var conditions: [Condition] {
    [when] + [armed].compactMap { $0 } + unless + confirmedBy + handledBy.map(\.condition)
      + actions.flatMap { [$0.condition, $0.verify].compactMap { $0 } }
  }
}

extension Quirk {
  /// The function that samples of lines speak of.
  private static let sampleAddress = PCIAddress(bus: 3, device: 0, function: 0)

  private var confirming: [LogPattern] {
    confirmedBy.flatMap(\.terms).flatMap { term -> [LogPattern] in
      switch term.payload {
      case .logPatterns(let patterns): patterns
      case .xenLog(let patterns): patterns.map(\.pattern)
      default: []
      }
    }
  }

  /// The patterns for lines of logs that confirm it.
  public var confirmingPatterns: [String] { confirming.map(\.text) }

  /// Those that a line about 0000:03:00.0 fits.
  public func confirmingPatterns(in line: String) -> [String] {
    confirming.filter { $0.occurs(in: line, address: Self.sampleAddress) }.map(\.text)
  }
}

extension Evaluator {
  /// Looks through both logs once for all that these quirks may ask of them.
  mutating func searchLogs(for quirks: [Quirk]) {
    let terms = quirks.flatMap(\.conditions).flatMap(\.terms)
    if let log = host.kernelLog.value, !log.lines.isEmpty {
      var patterns: Set<LogPattern> = []
      for case .logPatterns(let some) in terms.map(\.payload) { patterns.formUnion(some) }
      kernelLines = LogSearch(patterns: patterns, in: log.lines).lines
    }
    if let log = host.xen.messages.value, !log.lines.isEmpty {
      var patterns: Set<LogPattern> = []
      for case .xenLog(let some) in terms.map(\.payload) {
        patterns.formUnion(some.map(\.pattern))
      }
      xenLines = LogSearch(patterns: patterns, in: log.lines).lines
    }
  }

  /// The first line that fits one of the patterns, of those where one could.
  func firstLine(
    fitting patterns: [LogPattern], in log: [LogLine], found: [LogPattern: [Int]],
    address: PCIAddress?
  ) -> String? {
    var first: Int?
    for pattern in patterns {
      let candidates = found[pattern] ?? Array(log.indices)
      let hit = candidates.first { pattern.occurs(in: log[$0].text, address: address) }
      if let hit, hit < first ?? .max { first = hit }
    }
    return first.map { log[$0].text }
  }
}
