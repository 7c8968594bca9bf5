public import ReportComparison

/// What differs between two reports, for people and for programs.
public struct DiffPage {
  /// One of the two, in words: `snapshot by xenquirks 0.1.0`.
  public struct Side: Sendable {
    /// `snapshot` or `report`.
    public var kind: String
    public var toolVersion: String

    public init(kind: String, toolVersion: String) {
      self.kind = kind
      self.toolVersion = toolVersion
    }
  }

  private let comparison: Comparison
  private let before: Side
  private let after: Side
  private let style: TextStyle
  /// How many functions or links are told one by one in text.
  private static let most = 40

  public init(_ comparison: Comparison, before: Side, after: Side, style: TextStyle) {
    self.comparison = comparison
    self.before = before
    self.after = after
    self.style = style
  }

  // MARK: Text

  /// Each difference with what was and what is.
  public var text: String {
    var sections: [String] = []
    if comparison.isSame {
      sections.append(
        style.wrapped(
          "No difference: both tell of the same machine, the same lines and the same defects.",
          indent: 0))
    } else {
      sections += section("MACHINE", comparison.host.map { change($0, indent: 2) })
      sections += section("PRESENT LINES", comparison.presentLines.map(text(of:)))
      sections += section(
        "FUNCTIONS",
        capped(
          comparison.gone.map { function("gone", $0) }
            + comparison.new.map { function("new", $0) } + parts(comparison.functions)))
      sections += section("LINKS", capped(parts(comparison.links)))
      sections += section("FINDINGS", comparison.findings.map(text(of:)))
      sections += section("ADVICE", comparison.advice.map(text(of:)))
      sections += section("ADVISED LINES", comparison.advisedLines.map(text(of:)))
    }
    if !comparison.notes.isEmpty {
      sections += section(
        "NOTE", comparison.notes.map { style.wrapped($0.printable, indent: 2) })
    }
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func section(_ title: String, _ rows: [String]) -> [String] {
    rows.isEmpty ? [] : [([style.paint(title, .bold)] + rows).joined(separator: "\n")]
  }

  private func capped(_ rows: [String]) -> [String] {
    guard rows.count > Self.most else { return rows }
    return rows.prefix(Self.most)
      + ["  and \(rows.count - Self.most) more; --format json lists them all"]
  }

  private func change(_ change: Comparison.Change, indent: Int) -> String {
    let head = String(repeating: " ", count: indent) + title(of: change.path)
    let text = "\(change.before.text) -> \(change.after.text)"
    return style.wrapped(
      text.printable, head: head.count < 25 ? head : head + "  ",
      indent: head.count < 25 ? 26 : indent + 4)
  }

  private func text(of line: Comparison.LineChange) -> String {
    let name = line.side == "xen" ? "Xen" : "dom0"
    if let change = line.change {
      return style.wrapped(
        "\(change.before.text) -> \(change.after.text)".printable, head: "  \(name)", indent: 8)
    }
    if line.isReordered { return "  \(name.padded(to: 6))the same words in another order" }
    var rows: [String] = []
    for (mark, words) in [("-", line.removed), ("+", line.added)] {
      for word in words {
        let head = "  \((rows.isEmpty ? name : "").padded(to: 6))\(mark)"
        rows.append(style.wrapped(word.printable, head: head, indent: 10))
      }
    }
    return rows.joined(separator: "\n")
  }

  private func function(_ state: String, _ function: Comparison.Function) -> String {
    let name = function.name.map { " \($0)" } ?? ""
    return style.wrapped(
      "\(function.address) \(function.ids)\(name)".printable, head: "  \(state)", indent: 8)
  }

  /// Functions with the same changes stand together.
  private func parts(_ parts: [Comparison.Part]) -> [String] {
    var order: [[Comparison.Change]] = []
    var names: [[Comparison.Change]: [String]] = [:]
    for part in parts {
      if names[part.changes] == nil { order.append(part.changes) }
      names[part.changes, default: []].append(part.name)
    }
    return order.map { changes in
      let all = names[changes] ?? []
      let shown = all.prefix(6).joined(separator: ", ")
      let more = all.count > 6 ? " and \(all.count - 6) more" : ""
      return
        ([style.wrapped((shown + more).printable, indent: 2)]
        + changes.map { change($0, indent: 6) }).joined(separator: "\n")
    }
  }

  private func text(of finding: Comparison.Finding) -> String {
    let places = finding.subjects.prefix(4).joined(separator: ", ")
    let more = finding.subjects.count > 4 ? " and \(finding.subjects.count - 4) more" : ""
    let rows = [
      style.wrapped(
        "\(finding.quirk): \(Self.states(finding.before, finding.after))".printable,
        head: "  \(Self.verb(finding.before, finding.after))", indent: 11),
      style.wrapped(
        "\(finding.title) [\(finding.severity)] \(places)\(more)".printable, indent: 11),
    ]
    return rows.joined(separator: "\n")
  }

  private func text(of advice: Comparison.Advice) -> String {
    let isForLine = advice.target == "xen" || advice.target == "dom0"
    let what =
      (isForLine ? "\(advice.operation) \(advice.text)" : advice.text) + " (\(advice.target))"
    return style.wrapped(
      "\(what): \(Self.states(advice.before, advice.after))".printable,
      head: "  \(Self.verb(advice.before, advice.after))", indent: 11)
  }

  private static func verb(_ before: String?, _ after: String?) -> String {
    before == nil ? "came" : after == nil ? "went" : "changed"
  }

  private static func states(_ before: String?, _ after: String?) -> String {
    switch (before, after) {
    case (.none, .some(let state)): state
    case (.some(let state), .none): "was \(state)"
    case (let before, let after): "\(before ?? "") -> \(after ?? "")"
    }
  }

  /// What a path means, in words where it has some.
  private func title(of path: String) -> String {
    (DiffTitles.all[path] ?? path).printable
  }

  // MARK: JSON

  /// The same for programs, as `reports/schema/diff-1.json` describes it.
  public var json: String {
    let side = { (side: Side) -> JSONValue in
      [
        "kind": .string(side.kind),
        "tool": ["name": "xenquirks", "version": .string(side.toolVersion)],
      ]
    }
    let parts = { (parts: [Comparison.Part]) -> JSONValue in
      .array(
        parts.map { part -> JSONValue in
          ["name": .string(part.name), "changes": .array(part.changes.map(self.value))]
        })
    }
    let functions = { (functions: [Comparison.Function]) -> JSONValue in
      .array(
        functions.map { function -> JSONValue in
          [
            "address": .string(function.address), "ids": .string(function.ids),
            "name": .optional(function.name),
          ]
        })
    }
    let document: JSONValue = [
      "schema": "xenquirks-diff/1", "same": .bool(comparison.isSame), "before": side(before),
      "after": side(after), "host": .array(comparison.host.map(self.value)),
      "presentLines": .array(comparison.presentLines.map(self.value)),
      "advisedLines": .array(comparison.advisedLines.map(self.value)),
      "functions": [
        "gone": functions(comparison.gone), "new": functions(comparison.new),
        "changed": parts(comparison.functions),
      ],
      "links": parts(comparison.links),
      "findings": .array(comparison.findings.map(self.value)),
      "advice": .array(comparison.advice.map(self.value)), "notes": .strings(comparison.notes),
    ]
    return document.text
  }

  private func value(_ change: Comparison.Change) -> JSONValue {
    [
      "path": .string(change.path), "before": change.before.json, "after": change.after.json,
    ]
  }

  private func value(_ line: Comparison.LineChange) -> JSONValue {
    [
      "side": .string(line.side), "added": .strings(line.added), "removed": .strings(line.removed),
      "reordered": .bool(line.isReordered),
      "before": line.change?.before.json ?? .null, "after": line.change?.after.json ?? .null,
    ]
  }

  private func value(_ finding: Comparison.Finding) -> JSONValue {
    [
      "quirk": .string(finding.quirk), "title": .string(finding.title),
      "severity": .string(finding.severity), "subjects": .strings(finding.subjects),
      "before": .optional(finding.before), "after": .optional(finding.after),
    ]
  }

  private func value(_ advice: Comparison.Advice) -> JSONValue {
    [
      "target": .string(advice.target), "op": .string(advice.operation),
      "text": .string(advice.text), "before": .optional(advice.before),
      "after": .optional(advice.after),
    ]
  }
}

extension Comparison.Value {
  fileprivate var text: String {
    switch self {
    case .absent: "absent"
    case .unknown(let cause, let needs):
      needs.isEmpty ? "unknown (\(cause))" : "unknown (\(cause): needs \(needs))"
    case .bool(let value): value ? "yes" : "no"
    case .number(let text): text
    case .text(let text): text.isEmpty ? "(empty)" : text
    case .list(let texts): texts.isEmpty ? "(none)" : texts.joined(separator: " ")
    case .structure(let members): "known (\(members) values)"
    }
  }

  fileprivate var json: JSONValue {
    switch self {
    case .absent: .null
    case .unknown(let cause, let needs):
      ["unknown": .string(cause), "needs": .string(needs)]
    case .bool(let value): .bool(value)
    case .number(let text): Int(text).map { .int($0) } ?? .string(text)
    case .text(let text): .string(text)
    case .list(let texts): .strings(texts)
    case .structure(let members): ["members": .int(members)]
    }
  }
}

/// What the paths of a report mean, in the words of the text.
private enum DiffTitles {
  static let all = [
    "dmi.biosVendor": "BIOS vendor", "dmi.biosVersion": "BIOS version",
    "dmi.biosDate": "BIOS date", "dmi.boardVendor": "board vendor", "dmi.boardName": "board",
    "dmi.systemVendor": "system vendor", "dmi.productName": "product",
    "dmi.productVersion": "product version", "cpu.microcode": "microcode", "cpu.name": "CPU",
    "cpu.logicalCPUs": "logical CPUs", "cpu.smt": "SMT", "cpu.arat": "ARAT",
    "cpu.invariantTSC": "invariant TSC", "xen": "Xen", "xen.version": "Xen",
    "xen.vendor": "Xen's vendor", "xen.dom0Type": "dom0's type", "xen.scheduler": "scheduler",
    "xen.iommu": "Xen's IOMMU", "xen.interruptRemapping": "interrupt remapping",
    "linux.release": "kernel", "linux.version": "kernel's version",
    "linux.vendor": "kernel's vendor", "linux.aspmPolicy": "ASPM policy",
    "cpuidle.maximum": "deepest C-state", "cpuidle.owner": "C-states' owner",
    "cpuidle.driver": "idle driver", "cpuidle.deep": "deep C-states",
    "timekeeping.clocksource": "clocksource", "timekeeping.platformTimer": "Xen's timer",
    "timekeeping.hpetBroadcast": "HPET broadcast", "acpi.tables": "ACPI tables",
    "acpi.hpet": "HPET table", "acpi.dmar": "DMAR table", "acpi.ivrs": "IVRS table",
    "acpi.fadt": "FADT", "memory": "memory (MiB)", "obstacle": "advice withheld",
    "pci": "PCI functions", "msi.enabled": "MSI", "msix.enabled": "MSI-X",
    "express.link.speed": "link speed", "express.link.width": "link width",
    "express.link.maximumSpeed": "fastest link", "express.link.maximumWidth": "widest link",
    "express.aspm.enabled": "ASPM in LnkCtl", "express.clockPM": "clock PM", "l1": "L1",
    "l0sUpstream": "L0s upstream", "l0sDownstream": "L0s downstream",
    "l1Substates": "L1 substates", "osControl": "control by the OS", "msi": "MSI",
    "msix": "MSI-X", "express": "PCI Express",
  ]
}
