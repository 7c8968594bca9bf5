internal import HostModel

extension JSON {
  /// How often each line came and when, as `COUNT FIRST LAST`; empty for a line that came once, at a
  /// time that nobody knows.
  static func stamps(_ lines: [LogLine]) -> JSON {
    .strings(
      lines.map { line in
        if line.count == 1, line.first == nil, line.last == nil { return "" }
        let times = [line.first, line.last].map { $0.map(String.init) ?? "-" }
        return "\(line.count) \(times[0]) \(times[1])"
      })
  }

  /// The lines of a log; snapshots of earlier versions have no stamps.
  func logLines() throws(SnapshotError) -> [LogLine] {
    let texts = try member("lines", Coding<[String]>.lines.decode)
    let stamps = try optional("stamps", Coding<[String]>.texts.decode) ?? []
    guard stamps.isEmpty || stamps.count == texts.count else {
      throw problem("\(stamps.count) stamps for \(texts.count) lines")
    }
    var lines: [LogLine] = []
    for (place, text) in texts.enumerated() {
      guard place < stamps.count, !stamps[place].isEmpty else {
        lines.append(LogLine(text))
        continue
      }
      let words = stamps[place].split(separator: " ")
      let times = words.dropFirst().map { Int($0) }
      guard words.count == 3, let count = Int(words[0]), count > 0,
        zip(words.dropFirst(), times).allSatisfy({ $0 == "-" || $1 != nil })
      else { throw problem("'\(stamps[place].prefix(40))' is no stamp such as \"3 1500000 -\"") }
      lines.append(LogLine(text, count: count, first: times[0], last: times[1]))
    }
    return lines
  }

  /// What a log lacks; earlier versions said only whether it was whole.
  func gaps() throws(SnapshotError) -> [LogGap] {
    let isComplete = try bool("complete")
    let gaps = try optional("gaps", Coding<LogGap>.name.list.decode)
    return gaps ?? (isComplete ? [] : [.start])
  }
}
