internal import BootAdvice
public import QuirkEngine

/// Every quirk and every option on one page, as Markdown.
public struct ReferencePage {
  private let quirks: [Quirk]
  private let options: [BootOption]

  public init(quirks: [Quirk], options: [BootOption]) {
    self.quirks = quirks
    self.options = options
  }

  public var markdown: String {
    let categories = Category.allCases.map { category in
      (category, quirks.filter { $0.category == category }.sorted { $0.id < $1.id })
    }.filter { !$0.1.isEmpty }
    var lines = [
      "# Quirks and options", "",
      "Written by `make reference` from the files of this folder; what is here is what `xenquirks quirks show` and",
      "`xenquirks options show` tell. \(quirks.count) quirks, \(options.count) options.", "",
    ]
    lines += categories.map { "- [\($0.rawValue)](#\($0.rawValue)): \($1.count)" }
    lines += ["- [Options of Xen](#options-of-xen)", "- [Options of Linux](#options-of-linux)"]
    for (category, quirks) in categories {
      lines += ["", "## \(category.rawValue)"]
      for quirk in quirks { lines += [""] + entry(quirk) }
    }
    for (side, title) in [(BootOption.Side.xen, "Xen"), (.linux, "Linux")] {
      lines += ["", "## Options of \(title)", "", "| option | what it does |", "|---|---|"]
      lines += options.filter { $0.side == side }.sorted { $0.name < $1.name }.map(row)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func entry(_ quirk: Quirk) -> [String] {
    var lines = [
      "### \(quirk.id)", "",
      "**\(escaped(quirk.title)).** \(quirk.severity.rawValue), evidence \(quirk.evidence.rawValue). "
        + escaped(quirk.why), "",
    ]
    for action in quirk.actions {
      let text = action.isForLine ? "`\(action.text)`" : escaped(action.text)
      lines.append("- \(action.target.rawValue): \(text)")
    }
    for handler in quirk.handledBy { lines.append("- handled by \(escaped(handler.by))") }
    for reference in quirk.references {
      lines.append("- [\(reference.kind.rawValue)](\(reference.url)): \(escaped(reference.note))")
    }
    return lines
  }

  private func row(_ option: BootOption) -> String {
    let members = option.members.map { "`\($0.name)`" }.joined(separator: " ")
    let text = option.effect + (members.isEmpty ? "" : " Members: \(members)")
    return "| `\(option.syntax.replacing("|", with: "\\|"))` | \(escaped(text)) |"
  }

  /// Text that Markdown would take for its own signs.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "*_|<>[]`".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
