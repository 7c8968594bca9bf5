public import BootAdvice
internal import QuirkEngine

/// What an upgrade of Xen or Linux changes, for people and for programs.
public struct UpgradePage {
  private let upgrade: Upgrade
  private let title: String
  private let style: TextStyle

  /// `title` names both softwares, as `Xen 4.17 -> 4.20`.
  public init(_ upgrade: Upgrade, title: String, style: TextStyle) {
    self.upgrade = upgrade
    self.title = title
    self.style = style
  }

  /// The lists, each with its reason, and the lines.
  public var text: String {
    var sections = [style.paint("UPGRADE  \(title)", .bold)]
    sections += section("NO LONGER NEEDED", upgrade.unneeded) { change in
      "it is \(change.before?.rawValue ?? "") now; then: \(change.reason)"
    }
    if !upgrade.vanishing.isEmpty {
      let rows = upgrade.vanishing.map { word in
        "  \(word.word.printable)  on \(word.target == .xen ? "Xen's" : "dom0's") line\n"
          + style.wrapped(word.reason, head: "    ", indent: 4)
      }
      sections.append(
        ([style.paint("WORDS THAT VANISH", .bold)] + rows).joined(separator: "\n"))
    }
    sections += section("NEW", upgrade.new) { $0.quirk.title }
    sections += section("STAYS", upgrade.staying) { $0.quirk.title }
    sections += section("ONLY A BOOT CAN TELL", upgrade.unknown) { change in
      "it is \(change.before?.rawValue ?? "") now; \(change.reason)"
    }
    if sections.count == 1 { sections.append("  Nothing that is known here changes.") }
    sections.append(lines)
    return sections.joined(separator: "\n\n") + "\n"
  }

  private func section(
    _ title: String, _ changes: [Upgrade.Change], _ text: (Upgrade.Change) -> String
  ) -> [String] {
    guard !changes.isEmpty else { return [] }
    let rows = changes.map { change in
      "  \(change.quirk.id)\n" + style.wrapped(text(change), head: "    ", indent: 4)
    }
    return [([style.paint(title, .bold)] + rows).joined(separator: "\n")]
  }

  private var lines: String {
    [("xen ", upgrade.plan.xen), ("dom0", upgrade.plan.dom0)].map { name, line in
      style.wrapped(
        line.text.isEmpty ? "(empty)" : line.text.printable, head: "  \(name)  ", indent: 8)
    }.joined(separator: "\n")
  }

  /// The same for programs.
  public var json: String {
    let changes = { (changes: [Upgrade.Change]) -> JSONValue in
      .array(
        changes.map { change in
          [
            "quirk": .string(change.quirk.id), "title": .string(change.quirk.title),
            "before": .optional(change.before?.rawValue),
            "after": .optional(change.after?.rawValue),
            "reason": .optional(change.reason.isEmpty ? nil : change.reason),
          ]
        })
    }
    let vanishing = upgrade.vanishing.map { word -> JSONValue in
      [
        "word": .string(word.word), "side": .string(word.target.rawValue),
        "reason": .string(word.reason),
      ]
    }
    let value: JSONValue = [
      "schema": "xenquirks-upgrade/1", "unneeded": changes(upgrade.unneeded),
      "new": changes(upgrade.new), "staying": changes(upgrade.staying),
      "unknown": changes(upgrade.unknown), "vanishing": .array(vanishing),
      "bootline": [
        "xen": .string(upgrade.plan.xen.text), "dom0": .string(upgrade.plan.dom0.text),
        "complete": .bool(upgrade.plan.xen.isComplete && upgrade.plan.dom0.isComplete),
      ],
    ]
    return value.text
  }
}
