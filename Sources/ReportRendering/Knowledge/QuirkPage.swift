public import QuirkEngine

/// What an entry says, whatever the machine.
public struct QuirkPage {
  private let style: TextStyle

  public init(style: TextStyle) { self.style = style }

  /// The whole entry.
  public func text(of quirk: Quirk) -> String {
    [head(of: quirk), conditions(of: quirk), advice(of: quirk), references(of: quirk)]
      .filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  func head(of quirk: Quirk) -> String {
    let tags = quirk.tags.isEmpty ? "" : ", tags \(quirk.tags.joined(separator: " "))"
    return [
      style.paint(quirk.id, .bold),
      style.wrapped(quirk.title, indent: 2),
      style.wrapped(
        "\(quirk.category.rawValue), \(quirk.severity.rawValue), evidence \(quirk.evidence.rawValue) "
          + "(\(quirk.origin))\(tags)", indent: 2),
      "", style.wrapped(quirk.why, head: "Why   ", indent: 6),
      style.wrapped(quirk.cost, head: "Cost  ", indent: 6),
    ].joined(separator: "\n")
  }

  private func conditions(of quirk: Quirk) -> String {
    var parts = [("When", quirk.when.lines())]
    if let armed = quirk.armed { parts.append(("Armed", armed.lines())) }
    parts += quirk.unless.map { ("Unless", $0.lines()) }
    for handler in quirk.handledBy {
      parts.append(("Handled by \(handler.by)", handler.condition.lines()))
      if !handler.lost.isEmpty {
        let regain = handler.regain.isEmpty ? "" : "; \(handler.regain) brings it back"
        parts[parts.count - 1].1.append("what is lost: \(handler.lost)\(regain)")
      }
    }
    parts += quirk.confirmedBy.map { ("Confirmed by", $0.lines()) }
    return parts.map { name, lines in
      ([style.wrapped(style.paint(name, .bold), indent: 0)] + lines.map(indented))
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// A line under a heading, its own indentation kept where it is broken.
  private func indented(_ line: String) -> String {
    let mark = line.prefix { $0 == " " || $0 == "-" }
    return style.wrapped(
      String(line.dropFirst(mark.count)).printable, head: "  \(mark)", indent: mark.count + 2)
  }

  func advice(of quirk: Quirk) -> String {
    var lines: [String] = []
    for action in quirk.actions {
      let verb = action.isForLine ? "\(action.operation.rawValue) " : ""
      lines.append(
        style.wrapped("\(verb)\(action.text)", head: "  \(action.target.rawValue)", indent: 12))
      if let condition = action.condition {
        lines.append(style.wrapped("if \(condition.sentence)", indent: 12))
      }
      if !action.undo.isEmpty { lines.append(style.wrapped("undo: \(action.undo)", indent: 12)) }
    }
    for folk in quirk.folk {
      lines.append(style.wrapped("\(folk.option): \(folk.verdict)", head: "  not", indent: 12))
    }
    return lines.isEmpty
      ? "" : style.paint("What to do", .bold) + "\n" + lines.joined(separator: "\n")
  }

  func references(of quirk: Quirk) -> String {
    guard !quirk.references.isEmpty else { return "" }
    let lines = quirk.references.map { reference in
      "  \(reference.kind.rawValue.padded(to: 9)) \(reference.url)"
        + (reference.note.isEmpty ? "" : "\n" + style.wrapped(reference.note, indent: 12))
    }
    return style.paint("References", .bold) + "\n" + lines.joined(separator: "\n")
  }
}
