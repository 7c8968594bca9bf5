internal import HostModel

/// The report as one page: no script, nothing from elsewhere.
struct HTMLRenderer {
  let report: Report

  func text() -> String {
    let content = TicketContent(report)
    var body =
      "<h1>xenquirks report</h1>\n<p class=\"summary\">\(Self.escaped(content.summary))</p>\n"
    body += table(content.machine.map { ["<th scope=\"row\">\($0.name)</th>", cell($0.text)] })
    body += section("Boot lines", content.lines.map(lines).joined())
    body += section(
      "To do",
      content.asking.isEmpty
        ? "<p>Nothing: no known defect of this machine asks for anything.</p>\n"
        : content.asking.map(finding).joined())
    if let tree = PCITreeRows(report, most: 1_200) {
      body += section("PCI functions and links", Self.wide(PCITreePicture(tree).svg, "PCI tree"))
    }
    if let picture = CStatePicture(report) {
      body += section("C-states", Self.wide(picture.svg, "C-states"))
    }
    if !content.settled.isEmpty {
      body += section("In order", content.settled.map(finding).joined())
    }
    if !content.evidence.isEmpty {
      let items = content.evidence.map { item in
        "<li>\(Self.escaped(item.head)) \(Self.escaped(item.text))</li>\n"
      }
      body += section("Logged and measured", "<ul>\n\(items.joined())</ul>\n")
    }
    if !content.undecided.isEmpty {
      let items = content.undecided.map { item in
        "<li><code>\(item.quirk)</code> needs \(Self.escaped(item.needs))</li>\n"
      }
      body += section("Not decided", "<ul>\n\(items.joined())</ul>\n")
    }
    body += beside(content)
    if !content.latent.isEmpty {
      body += section(
        "Quiet",
        "<details><summary>\(content.latent.count) defects are here, and nothing arms them now</summary>\n"
          + content.latent.map(finding).joined() + "</details>\n")
    }
    body +=
      "<footer>\n"
      + content.footer.map { "<p>\(Self.escaped($0))</p>\n" }.joined() + "</footer>\n"
    return Self.page(title: "xenquirks report", body: body)
  }

  /// A picture that may be wider than the window, and is scrolled by itself.
  private static func wide(_ picture: String, _ name: String) -> String {
    "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"\(name)\">\n\(picture)</div>\n"
  }

  /// A whole page.
  static func page(title: String, body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(title))</title>
    <style>
    \(HTMLStyle.sheet)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  private func section(_ title: String, _ content: String) -> String {
    "<section>\n<h2>\(title)</h2>\n\(content)</section>\n"
  }

  private func table(_ rows: [[String]]) -> String {
    "<table>\n" + rows.map { "<tr>\($0.joined())</tr>\n" }.joined() + "</table>\n"
  }

  private func cell(_ text: String) -> String { "<td>\(Self.escaped(text))</td>" }

  private func lines(
    _ line: (name: String, present: String?, advised: String, isComplete: Bool)
  ) -> String {
    let present = line.present.map { $0.isEmpty ? "(empty)" : $0 } ?? "(not known)"
    let advised = line.advised.isEmpty ? "(nothing)" : line.advised
    return
      "<h3>\(line.name)</h3>\n<dl>\n<dt>now</dt><dd><code>\(Self.escaped(present))</code></dd>\n"
      + "<dt>\(line.isComplete ? "advised" : "add")</dt><dd><code>\(Self.escaped(advised))</code></dd>\n</dl>\n"
  }

  private func finding(_ row: TicketContent.Row) -> String {
    let places = row.subjects.prefix(8).map { "<li>\(Self.escaped($0))</li>" }.joined()
    let reasons = row.reasons.map { "<li>\(Self.escaped($0))</li>" }.joined()
    let references = row.references.map { url in
      "<li><a href=\"\(Self.escaped(url))\" rel=\"noreferrer\">\(Self.escaped(url))</a></li>"
    }.joined()
    return """
      <article class="\(row.state)">
      <h3><span class="state">\(row.state)</span> \(Self.escaped(row.title))</h3>
      <p><code>\(row.quirk)</code>, \(row.severity), evidence \(row.evidence)</p>
      <ul>\(places)</ul>
      <details><summary>why</summary>
      <ul>\(reasons)</ul>
      <ul>\(references)</ul>
      </details>
      </article>

      """
  }

  private func beside(_ content: TicketContent) -> String {
    let beside = content.beside.map { "<li>\($0.target): \(Self.escaped($0.text))</li>\n" }
    let withheld = content.withheld.map { item in
      "<li>not on a line: <code>\(Self.escaped(item.word))</code>, \(item.status): \(Self.escaped(item.reason))</li>\n"
    }
    let items = (beside + withheld).joined()
    return items.isEmpty ? "" : section("Beside the lines", "<ul>\n\(items)</ul>\n")
  }

  /// Text as HTML and SVG show it; control characters become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.printable {
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }
}

/// How the page looks, in light and dark and on paper.
enum HTMLStyle {
  static let sheet = """
    :root { --fore: #1b1f24; --back: #ffffff; --soft: #57606a; --line: #d0d7de; --bad: #b3261e; --good: #1a7f37; --careful: #9a6700; }
    @media (prefers-color-scheme: dark) {
      :root { --fore: #e6edf3; --back: #0d1117; --soft: #9da7b1; --line: #30363d; --bad: #ff8a80; --good: #56d364; --careful: #e3b341; }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--back); color: var(--fore); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; margin-bottom: 0.25rem; }
    table { border-collapse: collapse; width: 100%; } th { text-align: left; vertical-align: top; padding-right: 1rem; font-weight: 600; }
    td, dd, li, p, h3, code, a { overflow-wrap: anywhere; } dd { margin: 0 0 0.5rem 0; } dt { color: var(--soft); }
    code { font: 0.9em/1.4 ui-monospace, monospace; } a { color: inherit; } footer { color: var(--soft); font-size: 0.85rem; }
    article { border-left: 4px solid var(--line); padding-left: 0.75rem; margin: 1rem 0; }
    article p, article ul { margin: 0.25rem 0; } article h3 { margin: 0; } details { margin: 0.25rem 0; } h3, article { break-inside: avoid; }
    article.missing, article.needed, article.ineffective { border-color: var(--bad); } article.applied, article.handled { border-color: var(--good); }
    .state { color: var(--soft); font-weight: 400; } .missing .state, .needed .state, .ineffective .state { color: var(--bad); }
    .wide { overflow-x: auto; } svg { max-width: none; } svg text { fill: var(--fore); font: 13px ui-monospace, monospace; }
    svg .soft { fill: var(--soft); } svg .bad { fill: var(--bad); } svg .good { fill: var(--good); } svg .careful { fill: var(--careful); }
    svg .rail { stroke: var(--soft); fill: none; } svg .bar { fill: var(--soft); } svg .gone { fill: none; stroke: var(--bad); stroke-dasharray: 4 3; }
    @media print {
      :root { --fore: #000000; --back: #ffffff; --soft: #444444; --line: #999999; --bad: #b3261e; --good: #1a7f37; --careful: #7a5200; }
      .wide { overflow: visible; } svg { max-width: 100%; height: auto; } article details::details-content { content-visibility: visible; }
    }
    """
}
