internal import HostModel

/// The report for a bug tracker: the summary first, details folded.
struct MarkdownRenderer {
  let report: Report
  /// What GitHub and GitLab take in one comment, in characters; bytes are counted, which are never fewer.
  static let limit = 65_536
  /// Linux and Xen take no longer line than this.
  private static let longestLine = 4096

  /// The text, under the limit: the longest details are cut, and that is said.
  func text() -> String {
    let content = TicketContent(report)
    var details = sections(content)
    let head = head(content)
    let foot = "\n---\n" + content.footer.map { Self.plain($0) + "\n" }.joined(separator: "\n")
    let note = "\n*Cut here to fit the tracker: attach the whole of it as a file.*\n"
    var room = Self.limit - 512 - head.utf8.count - foot.utf8.count
    // The longest part is cut until the rest fits.
    while details.reduce(0, { $0 + $1.text.utf8.count }) > room {
      guard
        let longest = details.indices.max(by: {
          details[$0].body.utf8.count < details[$1].body.utf8.count
        }),
        details[longest].body.utf8.count > 400
      else { break }
      let excess = details.reduce(0) { $0 + $1.text.utf8.count } - room
      let keep = max(200, details[longest].body.utf8.count - excess - note.utf8.count)
      details[longest].cut(to: keep, note: note)
      room -= 1
    }
    return head + details.map(\.text).joined() + foot
  }

  /// A folded part.
  private struct Section {
    var title: String
    /// Lines, in a code block or not.
    var body: String
    var isCode: Bool
    var note = ""

    var text: String {
      let inner = isCode ? "```\n\(body)\n```" : body
      return "\n<details><summary>\(title)</summary>\n\n\(inner)\n\(note)\n</details>\n"
    }

    mutating func cut(to count: Int, note: String) {
      var lines = body.split(separator: "\n", omittingEmptySubsequences: false)
      var length = body.utf8.count
      while length > count, lines.count > 1, let last = lines.popLast() {
        length -= last.utf8.count + 1
      }
      body = lines.joined(separator: "\n")
      if body.utf8.count > count {
        body = String(decoding: body.utf8.prefix(count - 3), as: UTF8.self)
      }
      self.note = note
    }
  }

  private func head(_ content: TicketContent) -> String {
    var text = "## xenquirks\n\n\(Self.plain(content.summary))\n\n"
    text += "| | |\n|---|---|\n"
    for (name, line) in content.machine { text += "| \(name) | \(Self.cell(line)) |\n" }
    if !content.asking.isEmpty {
      text += "\n| state | defect | where |\n|---|---|---|\n"
      for row in content.asking.prefix(40) {
        text +=
          "| \(row.state) | \(Self.cell(row.title)) (\(Self.code(row.quirk)), evidence \(row.evidence)) "
        text += "| \(row.subjects.prefix(4).map { Self.code($0) }.joined(separator: ", ")) |\n"
      }
    }
    for line in content.lines {
      text += "\n\(line.name)'s line, as advised\(line.isComplete ? "" : " (additions alone)"):\n\n"
      text += Self.block(
        line.advised.isEmpty ? "(nothing)" : line.advised.clipped(to: Self.longestLine))
    }
    return text
  }

  private func sections(_ content: TicketContent) -> [Section] {
    var sections: [Section] = []
    let rows = { (rows: [TicketContent.Row]) in
      rows.map { row in
        var text =
          "- **\(row.state)** \(Self.plain(row.title)) (\(Self.code(row.quirk)), \(row.severity), evidence \(row.evidence))\n"
        text += "  " + row.subjects.prefix(8).map { Self.code($0) }.joined(separator: ", ") + "\n"
        text += row.reasons.map { "  - \(Self.plain($0))\n" }.joined()
        text += row.references.map { "  - <\($0)>\n" }.joined()
        return text
      }.joined()
    }
    let all = content.asking + content.settled + content.latent
    if !all.isEmpty {
      sections.append(
        Section(title: "Why (\(all.count) findings)", body: rows(all), isCode: false))
    }
    if !content.evidence.isEmpty {
      let body = content.evidence.map { "- \(Self.plain($0.head)) \(Self.plain($0.text))\n" }
      sections.append(
        Section(
          title: "Logged and measured (\(content.evidence.count))", body: body.joined(),
          isCode: false))
    }
    if !content.undecided.isEmpty {
      let body = content.undecided.map { item in
        "- \(Self.code(item.quirk)) needs \(Self.plain(item.needs))\n"
      }.joined()
      sections.append(
        Section(title: "Not decided (\(content.undecided.count))", body: body, isCode: false))
    }
    if !content.beside.isEmpty || !content.withheld.isEmpty {
      let beside = content.beside.map { "- \($0.target): \(Self.plain($0.text))\n" }
      let withheld = content.withheld.map { item in
        "- not on a line: \(Self.code(item.word)), \(item.status): \(Self.plain(item.reason))\n"
      }
      sections.append(
        Section(
          title: "Beside the lines", body: (beside + withheld).joined(), isCode: false))
    }
    let present = content.lines.map { "\($0.name): \($0.present ?? "(not known)")" }
    sections.append(
      Section(
        title: "The present lines", body: Self.fenced(present.joined(separator: "\n")), isCode: true
      ))
    if let tree = PCITreeRows(report, most: 2_000) {
      sections.append(
        Section(
          title: "PCI functions (\(tree.rows.count + tree.left))", body: Self.fenced(tree.text),
          isCode: true))
    }
    return sections
  }

  // MARK: Strings that anybody may have written

  /// Text that Markdown shows as it is.
  static func plain(_ text: String) -> String {
    var result = ""
    for character in text.printable {
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "$": result += "\\\(character)"
      // Nobody is to be called, and no other issue to be linked.
      case "@": result += "&#64;"
      case "\n", "\r", "\r\n": result += " "
      default: result.append(character)
      }
    }
    return result
  }

  static func cell(_ text: String) -> String { plain(text) }

  /// A code span that nothing in it can end.
  static func code(_ text: String) -> String {
    let text = text.printable.replacing("|", with: "¦").replacing("`", with: "'")
      .replacing("<", with: "‹")
    return "`\(text)`"
  }

  /// Lines for a code block that nothing in it can end.
  static func fenced(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).printable.replacing("```", with: "'''") }.joined(separator: "\n")
  }

  private static func block(_ text: String) -> String { "```\n\(fenced(text))\n```\n" }
}
