public import BootAdvice
internal import QuirkEngine

/// The judgement of the boot lines, for people and for programs.
public struct CheckPage {
  private let lines: CheckedLines
  private let style: TextStyle

  public init(_ lines: CheckedLines, style: TextStyle) {
    self.lines = lines
    self.style = style
  }

  // MARK: Text

  /// Each word with its verdict, the reason, and the better word.
  public var text: String {
    var sections: [String] = []
    for (side, name) in [(CheckedWord.Side.xen, "XEN'S LINE"), (.dom0, "DOM0'S LINE")] {
      let words = lines.words.filter { $0.target == side }
      guard !words.isEmpty else { continue }
      sections.append(
        ([style.paint(name, .bold)] + words.map(text(of:))).joined(separator: "\n"))
    }
    if !lines.missing.isEmpty {
      sections.append(
        ([style.paint("MISSING", .bold)] + lines.missing.map(text(of:))).joined(separator: "\n"))
    }
    sections.append(summary)
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func text(of word: CheckedWord) -> String {
    let head = style.paint(word.word.printable, .bold) + "  " + painted(word.verdict)
    var rows = ["  " + head]
    let reasons = word.verdict == .setting ? Array(word.reasons.prefix(1)) : word.reasons
    rows += reasons.map { style.wrapped($0.printable, head: "    ", indent: 6) }
    if !word.better.isEmpty { rows.append("      better: \(word.better.printable)") }
    return rows.joined(separator: "\n")
  }

  private func text(of advice: Advice) -> String {
    let line = advice.target == .xen ? "Xen's line" : "dom0's line"
    let head = style.paint(advice.text, .bold) + "  on \(line)"
    let asker = advice.quirks.isEmpty ? "the policy" : advice.quirks.joined(separator: ", ")
    return "  \(head)\n" + style.wrapped("asked for by \(asker)", head: "    ", indent: 6)
  }

  private func painted(_ verdict: CheckedWord.Verdict) -> String {
    switch verdict {
    case .needed: style.paint("needed", .good)
    case .setting: style.paint("a setting", .quiet)
    case .unknown, .undecided: style.paint(verdict.title, .careful)
    default: style.paint(verdict.title, verdict.asksForChange ? .bad : .quiet)
    }
  }

  private var summary: String {
    guard !lines.words.isEmpty || !lines.missing.isEmpty else {
      return
        "No line is known: run this in dom0 as root, or give --config, --xen-line or --dom0-line."
    }
    let wrong = lines.words.count { $0.verdict.asksForChange }
    var parts = ["\(counted(lines.words.count, "word")), \(wrong) to change"]
    if !lines.missing.isEmpty { parts.append("\(lines.missing.count) missing") }
    if !lines.undecided.isEmpty {
      parts.append("\(counted(lines.undecided.count, "defect")) not decided")
    }
    var text = parts.joined(separator: ", ") + "."
    if lines.asksForChange {
      text += " 'xenquirks bootline' adds what is missing; take away yourself what is not needed."
    }
    return style.wrapped(text, indent: 0)
  }

  private func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  // MARK: JSON

  /// The same for programs: `words[]{word, side, verdict, reason, better}` and `missing[]`.
  public var json: String {
    let words = lines.words.map { word -> JSONValue in
      [
        "word": .string(word.word), "side": .string(word.target.rawValue),
        "verdict": .string(word.verdict.rawValue), "change": .bool(word.verdict.asksForChange),
        "reason": .optional(word.reasons.first), "reasons": .strings(word.reasons),
        "better": .optional(word.better.isEmpty ? nil : word.better),
        "quirks": .strings(word.quirks), "cost": .optional(word.cost.isEmpty ? nil : word.cost),
      ]
    }
    let missing = lines.missing.map { advice -> JSONValue in
      [
        "words": .string(advice.text), "side": .string(advice.target.rawValue),
        "quirks": .strings(advice.quirks),
      ]
    }
    let value: JSONValue = [
      "schema": "xenquirks-check/1", "words": .array(words), "missing": .array(missing),
      "undecided": .strings(lines.undecided), "change": .bool(lines.asksForChange),
    ]
    return value.text
  }
}

extension CheckedWord.Verdict {
  /// As people read it.
  fileprivate var title: String {
    switch self {
    case .wrongSide: "on the wrong side"
    case .misspelt: "misspelt"
    case .ignored: "ignored"
    case .badValue: "bad value"
    case .harmful: "harmful here"
    case .cancelled: "cancelled"
    case .repeated: "repeated"
    case .noEffect: "without effect"
    case .ineffective: "does not help"
    case .insufficient: "not enough"
    case .notNeeded: "not needed here"
    case .undecided: "not decided"
    case .unknown: "unknown"
    case .needed: "needed"
    case .setting: "a setting"
    }
  }
}
