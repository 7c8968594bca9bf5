public import BootAdvice
internal import QuirkEngine

/// What became of the advice after the boot, for people and for programs.
public struct VerifyPage {
  private let items: [Verification]
  private let style: TextStyle

  public init(_ items: [Verification], style: TextStyle) {
    self.items = items
    self.style = style
  }

  public var asksForChange: Bool { items.contains { $0.outcome.asksForChange } }

  // MARK: Text

  /// Each intention with its outcome, the steps that show it, and what to do next.
  public var text: String {
    guard !items.isEmpty else {
      return style.wrapped(
        "Nothing to verify: the lines hold no remedy and no word of which a machine shows an effect. "
          + "'xenquirks scan --save FILE' keeps advice for 'verify --advice FILE'.", indent: 0)
        + "\n"
    }
    return (items.map(text(of:)) + [summary]).joined(separator: "\n\n") + "\n"
  }

  private func text(of item: Verification) -> String {
    let intention = item.intention
    let place = intention.target.place(intention.operation)
    var rows = [
      style.wrapped(
        "\(style.paint(intention.text.printable, .bold))  \(place)  \(painted(item.outcome))",
        indent: 0)
    ]
    rows += item.checks.map { check in
      let quirk = check.quirk.isEmpty ? "" : "\(check.quirk): "
      let source = check.source.isEmpty ? "" : " (\(check.source))"
      let needs =
        check.answer == .unknown && check.needs.contains { !$0.isEmpty }
        ? "; needs \(check.needs.filter { !$0.isEmpty }.joined(separator: ", "))" : ""
      return style.wrapped(
        "\(check.answer.mark) \(quirk)\(check.proof)\(source)\(needs)".printable,
        head: "  \(check.question.rawValue)", indent: 10)
    }
    if !item.better.isEmpty {
      rows.append(
        style.wrapped("\(item.better.printable) in its place", head: "  better", indent: 10))
    }
    for advice in item.next {
      rows.append(
        style.wrapped(
          "\(advice.text) \(advice.target.place(advice.operation))".printable, head: "  next",
          indent: 10))
    }
    return rows.joined(separator: "\n")
  }

  private func painted(_ outcome: Verification.Outcome) -> String {
    switch outcome {
    case .inForce: style.paint("in force", .good)
    case .settled: style.paint("settled", .good)
    case .unproven: style.paint("done; nothing shows its effect", .careful)
    case .undecided: style.paint("not decided", .careful)
    case .ineffective: style.paint("without effect", .bad)
    case .refused: style.paint("refused", .bad)
    case .notDone: style.paint("not done", .bad)
    }
  }

  private var summary: String {
    let count = { (outcome: Verification.Outcome) in items.count { $0.outcome == outcome } }
    let parts = [
      ("in force", count(.inForce)), ("settled", count(.settled)),
      ("without effect", count(.ineffective)),
      ("refused", count(.refused)), ("not done", count(.notDone)),
      ("not decided", count(.undecided)), ("without a sign either way", count(.unproven)),
    ].filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }
    return style.wrapped("\(items.count) checked: \(parts.joined(separator: ", ")).", indent: 0)
  }

  // MARK: JSON

  /// The same for programs: `items[]{text, target, operation, outcome, quirks, checks[], next[]}`.
  public var json: String {
    let items = items.map { item -> JSONValue in
      [
        "text": .string(item.intention.text), "target": .string(item.intention.target.rawValue),
        "operation": .string(item.intention.operation.rawValue),
        "outcome": .string(item.outcome.rawValue), "change": .bool(item.outcome.asksForChange),
        "quirks": .strings(item.intention.quirks),
        "better": .optional(item.better.isEmpty ? nil : item.better),
        "checks": .array(
          item.checks.map { check in
            [
              "question": .string(check.question.rawValue),
              "answer": .string(check.answer.rawValue), "proof": .string(check.proof),
              "source": .optional(check.source.isEmpty ? nil : check.source),
              "needs": .strings(check.needs.filter { !$0.isEmpty }),
              "quirk": .optional(check.quirk.isEmpty ? nil : check.quirk),
            ]
          }),
        "next": .array(
          item.next.map { advice in
            [
              "text": .string(advice.text), "target": .string(advice.target.rawValue),
              "operation": .string(advice.operation.rawValue),
            ]
          }),
      ]
    }
    let value: JSONValue = [
      "schema": "xenquirks-verify/1", "items": .array(items), "change": .bool(asksForChange),
    ]
    return value.text
  }
}

extension Action.Target {
  /// Where an action belongs, in words.
  fileprivate func place(_ operation: Action.Operation) -> String {
    switch self {
    case .xen: operation == .remove ? "off Xen's line" : "on Xen's line"
    case .dom0: operation == .remove ? "off dom0's line" : "on dom0's line"
    case .runtime: "at run time"
    case .firmware: "in the firmware"
    case .toolstack: "in the toolstack"
    case .guest: "in the guests"
    }
  }
}

extension Verdict {
  fileprivate var mark: String {
    switch self {
    case .yes: "yes:"
    case .no: "no:"
    case .unknown: "unknown:"
    }
  }
}
