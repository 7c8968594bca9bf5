/// The difference of two texts as `diff -u` prints it.
public struct UnifiedDiff: Sendable, CustomStringConvertible {
  private var lines: [String] = []

  /// Empty where the texts are the same.
  public init(from old: [UInt8], to new: [UInt8], path: String) {
    guard old != new else { return }
    let (before, after) = (Self.lines(of: old), Self.lines(of: new))
    let steps = Self.steps(from: before, to: after)
    lines = ["--- \(path)", "+++ \(path)"]
    for hunk in Self.hunks(of: steps) {
      let part = steps[hunk]
      let oldCount = part.count { $0.kind != .added }
      let newCount = part.count { $0.kind != .removed }
      let first = part.first
      lines.append(
        "@@ -\(Self.range(first?.old ?? 0, oldCount)) +\(Self.range(first?.new ?? 0, newCount)) @@")
      for step in part {
        lines.append(step.kind.rawValue + step.text)
        if step.lacksNewline { lines.append("\\ No newline at end of file") }
      }
    }
  }

  public var isEmpty: Bool { lines.isEmpty }
  public var description: String { lines.map { $0 + "\n" }.joined() }

  private struct Step {
    enum Kind: String {
      case same = " "
      case removed = "-"
      case added = "+"
    }
    var kind: Kind
    var text: String
    var lacksNewline: Bool
    /// The numbers of lines before it, in the old and in the new text.
    var old: Int
    var new: Int
  }

  private static func lines(of bytes: [UInt8]) -> [Bytes] {
    SourceLine.lines(of: bytes).map { $0.content + $0.ending }
  }

  private static func range(_ before: Int, _ count: Int) -> String {
    count == 1 ? "\(before + 1)" : "\(count == 0 ? before : before + 1),\(count)"
  }

  private static func steps(from before: [Bytes], to after: [Bytes]) -> [Step] {
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in after.difference(from: before) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var steps: [Step] = []
    var (old, new) = (0, 0)
    func take(_ kind: Step.Kind, _ line: Bytes) {
      let hasNewline = line.last == .newline
      steps.append(
        Step(
          kind: kind, text: (hasNewline ? line.dropLast() : line).text, lacksNewline: !hasNewline,
          old: old, new: new))
      if kind != .added { old += 1 }
      if kind != .removed { new += 1 }
    }
    while old < before.count || new < after.count {
      if removed.contains(old) {
        take(.removed, before[old])
      } else if added.contains(new) {
        take(.added, after[new])
      } else {
        take(.same, before[old])
      }
    }
    return steps
  }

  /// The ranges of steps around changes, with three lines of context.
  private static func hunks(of steps: [Step]) -> [Range<Int>] {
    var hunks: [Range<Int>] = []
    for index in steps.indices where steps[index].kind != .same {
      let range = max(0, index - 3)..<min(steps.count, index + 4)
      if let last = hunks.last, last.upperBound >= range.lowerBound {
        hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
      } else {
        hunks.append(range)
      }
    }
    return hunks
  }
}
