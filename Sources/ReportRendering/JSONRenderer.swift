internal import BootAdvice
internal import HostModel
internal import QuirkEngine

/// The report as `reports/schema/report-1.json` describes it.
struct JSONRenderer {
  let report: Report

  func text() -> String {
    let value: JSONValue = [
      "schema": "xenquirks-report/1",
      "tool": ["name": "xenquirks", "version": .string(report.toolVersion)],
      "database": [
        "quirks": .int(report.database.quirks), "skipped": .int(report.database.skipped),
        "digest": .string(report.database.digest),
      ],
      "redaction": redaction,
      "target": target,
      "host": JSONHost(host: report.host).value,
      "findings": .array(report.assessment.findings.map(finding)),
      "undecided": .array(report.assessment.undecided.map(undecided)),
      "outOfReach": .array(report.assessment.outOfReach.map(undecided)),
      "logs": LogLines(hits: report.assessment.logs).values,
      "obstacle": .optional(report.assessment.obstacle?.text),
      "advice": advice,
      "bootline": [
        "xen": .string(report.plan.xen.text), "dom0": .string(report.plan.dom0.text),
        "complete": .bool(report.plan.xen.isComplete && report.plan.dom0.isComplete),
        "words": .array(report.plan.words.map(word)),
      ],
    ]
    return value.text
  }

  /// What was left out, and of which class.
  private var redaction: JSONValue {
    let counts = report.redaction.counts.mapValues { JSONValue.int($0) }
    return ["level": .string(report.redaction.level.rawValue), "leftOut": .object(counts)]
  }

  private var target: JSONValue {
    let build = { (build: SoftwareBuild?) -> JSONValue in
      guard let build else { return .null }
      return ["version": .string(build.text), "assumed": .bool(build.isAssumed)]
    }
    return [
      "xen": build(report.host.xen.build.value), "linux": build(report.host.linux.build.value),
      "policy": .string(report.policy),
    ]
  }

  // MARK: Findings

  private func finding(_ finding: Finding) -> JSONValue {
    let quirk = finding.quirk
    let inForce: JSONValue =
      switch (finding.state, finding.isInForce) {
      case (_, .some(let inForce)): .bool(inForce)
      case (.applied, .none):
        .unknown(Unknown(.interfaceMissing, needs: "the fact that the remedy would change"))
      default: .null
      }
    return [
      "quirk": .string(quirk.id), "title": .string(quirk.title),
      "category": .string(quirk.category.rawValue), "severity": .string(quirk.severity.rawValue),
      "evidence": .string(quirk.evidence.rawValue), "state": .string(finding.state.rawValue),
      "subjects": subjects(finding.subjects),
      "because": .array(
        finding.because.map { because -> JSONValue in
          [
            "fact": .string(because.fact), "value": .string(because.value),
            "source": .string(because.source),
          ]
        }),
      "handled": finding.handler.map { handler -> JSONValue in
        [
          "by": .string(handler.by), "lost": .string(handler.lost),
          "regain": .string(handler.regain),
        ]
      } ?? .null,
      "confirmed": finding.isConfirmed.map { .bool($0) } ?? .null,
      "inForce": inForce,
      "explanation": finding.explanation.isEmpty ? .null : .string(finding.explanation),
      "actions": .array(actions(of: finding)),
      "references": .array(
        quirk.references.map { reference -> JSONValue in
          [
            "kind": .string(reference.kind.rawValue), "url": .string(reference.url),
            "note": .string(reference.note), "seen": .string(reference.seen),
          ]
        }),
    ]
  }

  /// Each distinct action once, with the subjects that it is for.
  private func actions(of finding: Finding) -> [JSONValue] {
    var distinct: [(action: Action, subjects: [Subject])] = []
    for (subject, actions) in zip(finding.subjects, finding.actions) {
      for action in actions {
        if let place = distinct.firstIndex(where: { $0.action == action }) {
          distinct[place].subjects.append(subject)
        } else {
          distinct.append((action, [subject]))
        }
      }
    }
    return distinct.map { action, subjects -> JSONValue in
      [
        "target": .string(action.target.rawValue), "op": .string(action.operation.rawValue),
        action.isForLine ? "option" : "text": .string(action.text),
        "subjects": self.subjects(subjects), "undo": .string(action.undo),
      ]
    }
  }

  private func subjects(_ subjects: [Subject]) -> JSONValue {
    .strings(subjects.map(\.description).unique)
  }

  private func undecided(_ item: Undecided) -> JSONValue {
    [
      "quirk": .string(item.quirk.id), "title": .string(item.quirk.title),
      "category": .string(item.quirk.category.rawValue),
      "severity": .string(item.quirk.severity.rawValue), "subjects": subjects(item.subjects),
      "needs": .strings(item.needs.isEmpty ? ["more than can be read"] : item.needs),
    ]
  }

  // MARK: Advice

  private var advice: JSONValue {
    var lists: [String: JSONValue] = [
      "remove": .array(report.plan.advice.filter { $0.operation == .remove }.map(advice))
    ]
    for target in Action.Target.allCases {
      lists[target.rawValue] = .array(
        report.plan.advice.filter { $0.target == target && $0.operation != .remove }.map(advice))
    }
    return .object(lists)
  }

  private func advice(_ advice: Advice) -> JSONValue {
    let isForLine = advice.target == .xen || advice.target == .dom0
    return [
      "target": .string(advice.target.rawValue), "op": .string(advice.operation.rawValue),
      isForLine ? "option" : "text": .string(advice.text),
      "state": .string(advice.status.rawValue), "reason": .string(advice.reason),
      "quirks": .strings(advice.quirks), "subjects": subjects(advice.subjects),
      "evidence": .optional(advice.evidence?.rawValue), "cost": .string(advice.cost),
      "undo": .string(advice.undo), "effect": .string(advice.effect),
      "policy": .optional(advice.policy), "needed": need(advice.need),
    ]
  }

  /// Whether the machine needs it; an unknown names the quirks that would.
  private func need(_ need: Need) -> JSONValue {
    switch need {
    case .needed: true
    case .notNeeded: false
    case .undecided(let quirks):
      .unknown(Unknown(.interfaceMissing, needs: "a decision on \(quirks.joined(separator: ", "))"))
    }
  }

  private func word(_ note: WordNote) -> JSONValue {
    [
      "word": .string(note.word), "side": .string(note.target.rawValue),
      "verdict": .string(note.verdict.rawValue), "reason": .string(note.reason),
    ]
  }
}
