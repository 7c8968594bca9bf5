/// Where the keys of a TOML text stand: TOMLKit tells places for syntax errors only.
///
/// Paths are those of a walk through the parsed tables: `quirk[0].action[1].option`. A key inside
/// an inline table has
/// the line of the key that holds it.
struct SourceLines {
  private var lines: [String: Int] = [:]
  private var prefix = ""
  private var counts: [String: Int] = [:]

  init(_ text: String) {
    var state = LineState()
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if state.isOpen {
        state.read(line)
        continue
      }
      let trimmed = line.drop { $0 == " " || $0 == "\t" }
      if trimmed.hasPrefix("[["), let end = trimmed.firstRange(of: "]]") {
        enterArray(String(trimmed[trimmed.index(trimmed.startIndex, offsetBy: 2)..<end.lowerBound]))
        lines[prefix] = number + 1
      } else if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
        prefix = resolve(String(trimmed[trimmed.index(after: trimmed.startIndex)..<end]))
        lines[prefix] = number + 1
      } else if let equals = trimmed.firstIndex(of: "="), !trimmed.hasPrefix("#") {
        let key = trimmed[..<equals].filter { $0 != " " && $0 != "\"" && $0 != "\t" }
        lines[prefix.isEmpty ? key : "\(prefix).\(key)"] = number + 1
        state.read(trimmed[equals...])
      }
    }
  }

  /// The line of a path, or of the nearest table around it.
  func line(of path: String) -> Int {
    var path = path[...]
    while !path.isEmpty {
      if let line = lines[String(path)] ?? lines["\(path)[0]"] { return line }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
      path = path[..<cut]
    }
    return 1
  }

  private mutating func enterArray(_ name: String) {
    let path = resolve(name)
    let base = path.last == "]" ? String(path.prefix { $0 != "[" }) : path
    let count = counts[base, default: 0]
    counts[base] = count + 1
    for key in counts.keys where key.hasPrefix("\(base)[\(count)]") { counts[key] = nil }
    prefix = "\(base)[\(count)]"
  }

  /// The path of a header: each part that is an array of tables stands for its last table.
  private func resolve(_ name: String) -> String {
    var path = ""
    let parts = name.split(separator: ".").map { $0.filter { $0 != " " && $0 != "\"" } }
    for (index, part) in parts.enumerated() {
      path += path.isEmpty ? part : ".\(part)"
      if index < parts.count - 1, let count = counts[path] { path += "[\(count - 1)]" }
    }
    return path
  }
}

/// Whether a line ends inside a text of several lines or inside brackets.
private struct LineState {
  private var delimiter: Substring?
  private var depth = 0

  var isOpen: Bool { delimiter != nil || depth > 0 }

  mutating func read(_ line: Substring) {
    var rest = line
    while let character = rest.first {
      if let open = delimiter {
        if rest.hasPrefix(open) {
          rest = rest.dropFirst(open.count)
          delimiter = nil
        } else {
          rest = rest.dropFirst(character == "\\" && open.first == "\"" ? 2 : 1)
        }
      } else if rest.hasPrefix("\"\"\"") || rest.hasPrefix("'''") {
        delimiter = rest.prefix(3)
        rest = rest.dropFirst(3)
      } else if character == "\"" || character == "'" {
        delimiter = rest.prefix(1)
        rest = rest.dropFirst()
      } else if character == "#" {
        return closeLine()
      } else {
        if "[{".contains(character) { depth += 1 }
        if "]}".contains(character) { depth -= 1 }
        rest = rest.dropFirst()
      }
    }
    closeLine()
  }

  /// A text in single quotation marks ends with its line.
  private mutating func closeLine() {
    if delimiter?.count == 1 { delimiter = nil }
  }
}
