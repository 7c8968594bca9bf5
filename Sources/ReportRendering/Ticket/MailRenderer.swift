internal import HostModel

/// The report for a mailing list or the Debian BTS: plain text, 72 columns.
struct MailRenderer {
  let report: Report

  func text() -> String {
    let content = TicketContent(report)
    let style = TextStyle(width: 72)
    var parts = ["xenquirks report", style.wrapped(content.summary.printable, indent: 0)]
    parts.append(
      content.machine.map { name, text in
        style.wrapped(text.printable, head: "\(name):", indent: 10)
      }.joined(separator: "\n"))
    let lines = content.lines.map { line in
      let present = style.wrapped(
        line.present.map { $0.isEmpty ? "(empty)" : $0.printable } ?? "(not known)",
        head: "  now", indent: 10)
      let advised = style.wrapped(
        line.advised.isEmpty ? "(nothing)" : line.advised.printable,
        head: line.isComplete ? "  advised" : "  add", indent: 10)
      return "\(line.name)'s line\n\(present)\n\(advised)"
    }
    parts.append(lines.joined(separator: "\n"))
    for (title, rows) in [
      ("To do", content.asking), ("In order", content.settled), ("Quiet", content.latent),
    ] where !rows.isEmpty {
      parts.append(title + "\n" + rows.map { text(of: $0, style) }.joined(separator: "\n"))
    }
    if !content.evidence.isEmpty {
      let items = content.evidence.map { item in
        style.wrapped("\(item.head) \(item.text)".printable, head: "  -", indent: 4)
      }
      parts.append("Logged and measured\n" + items.joined(separator: "\n"))
    }
    if !content.undecided.isEmpty {
      let items = content.undecided.map { item in
        style.wrapped("\(item.quirk): needs \(item.needs)".printable, head: "  -", indent: 4)
      }
      parts.append("Not decided\n" + items.joined(separator: "\n"))
    }
    let beside = content.beside.map { item in
      style.wrapped("\(item.target): \(item.text)".printable, head: "  -", indent: 4)
    }
    let withheld = content.withheld.map { item in
      style.wrapped(
        "not on a line: \(item.word), \(item.status): \(item.reason)".printable, head: "  -",
        indent: 4)
    }
    if !(beside + withheld).isEmpty {
      parts.append("Beside the lines\n" + (beside + withheld).joined(separator: "\n"))
    }
    if let tree = PCITreeRows(report, most: 400) {
      parts.append("PCI functions\n" + tree.text)
    }
    parts.append(content.footer.map { style.wrapped($0, indent: 0) }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func text(of row: TicketContent.Row, _ style: TextStyle) -> String {
    var lines = [
      style.wrapped(
        "\(row.state): \(row.title) (\(row.severity))".printable, head: "  -", indent: 4)
    ]
    lines.append(
      style.wrapped(row.subjects.prefix(4).joined(separator: ", ").printable, indent: 4))
    lines += row.reasons.map { style.wrapped($0.printable, indent: 4) }
    lines.append("    \(row.quirk), evidence \(row.evidence)")
    return lines.joined(separator: "\n")
  }
}
