internal import BootAdvice
internal import HostModel
internal import QuirkEngine

/// The PCI tree as a picture: a row for each function, rails for bridges, a mark for each defect.
struct PCITreePicture {
  let tree: PCITreeRows

  init(_ tree: PCITreeRows) { self.tree = tree }

  private static let row = 22
  private static let indent = 18

  var svg: String {
    let longest = tree.rows.map { $0.depth * Self.indent + label($0).count * 8 }.max() ?? 0
    let width = longest + 260
    let height = (tree.rows.count + (tree.left > 0 ? 1 : 0)) * Self.row + 8
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\">",
      "<title>PCI functions, their links with ASPM state, and the defective ones marked</title>",
    ]
    for (place, row) in tree.rows.enumerated() { parts.append(picture(of: row, at: place)) }
    if tree.left > 0 {
      let y = tree.rows.count * Self.row + 16
      parts.append("<text class=\"soft\" x=\"8\" y=\"\(y)\">and \(tree.left) functions more</text>")
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  private func label(_ row: PCITreeRows.Row) -> String {
    let name = row.function.name.map { " \($0.clipped(to: 56).printable)" } ?? ""
    return "\(row.function.address) \(row.function.identity.text)\(name)"
  }

  private func picture(of row: PCITreeRows.Row, at place: Int) -> String {
    let top = place * Self.row
    let x = row.depth * Self.indent + 8
    let y = top + 16
    var parts: [String] = []
    for (level, goesOn) in row.continues.enumerated() where goesOn && level > 0 {
      let rail = level * Self.indent
      parts.append("<path class=\"rail\" d=\"M\(rail) \(top)v\(Self.row)\"/>")
    }
    if row.depth > 0 {
      let rail = row.depth * Self.indent
      let end = row.isLast ? 12 : Self.row
      parts.append("<path class=\"rail\" d=\"M\(rail) \(top)v\(end)M\(rail) \(top + 12)h6\"/>")
    }
    parts.append("<text x=\"\(x)\" y=\"\(y)\">\(HTMLRenderer.escaped(label(row)))</text>")
    var next = x + label(row).count * 8 + 12
    if let link = row.link {
      parts.append(
        "<text class=\"\(row.linkIsOn ? "careful" : "soft")\" x=\"\(next)\" y=\"\(y)\">\(link)</text>"
      )
      next += link.count * 8 + 12
    }
    let asking = row.marks.filter { $0.state.asksForAction }
    if let first = asking.first {
      let names = asking.map { "\($0.state.rawValue) \($0.quirk)" }.joined(separator: ", ")
      parts.append(
        "<circle class=\"bad\" cx=\"\(next + 5)\" cy=\"\(y - 4)\" r=\"5\"><title>\(names)</title></circle>"
      )
      parts.append(
        "<text class=\"bad\" x=\"\(next + 14)\" y=\"\(y)\">\(first.state.rawValue)</text>")
    }
    return parts.joined()
  }
}

/// The C-states of the processor as bars: how long each takes to wake, and which the advised limit
/// forbids.
struct CStatePicture {
  private let states: [IdleTable.State]
  private let forbidden: Set<String>
  private let limit: String?

  /// Nil where no table of this processor is known.
  init?(_ report: Report) {
    guard let table = report.host.idle.table.value, !table.states.isEmpty else { return nil }
    states = table.states
    let word = report.plan.xen.words.last { $0.hasPrefix("max_cstate=") }
    limit = word
    let numbers = (word?.dropFirst("max_cstate=".count) ?? "").split(separator: ",").map { Int($0) }
    if let type = numbers.first ?? nil {
      let limit = CStateLimit(type: type, substate: numbers.count > 1 ? numbers[1] : nil)
      forbidden = Set(table.forbidden(by: limit).map(\.name))
    } else {
      forbidden = []
    }
  }

  var svg: String {
    let height = states.count * 26 + 34
    let most = states.map { Self.length($0.latency) }.max() ?? 1
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"\(most + 330)\" height=\"\(height)\" viewBox=\"0 0 \(most + 330) \(height)\">",
      "<title>C-states that Xen knows for this processor, with the time to wake</title>",
    ]
    for (place, state) in states.enumerated() {
      let y = place * 26 + 18
      let isGone = forbidden.contains(state.name)
      parts.append("<text x=\"8\" y=\"\(y)\">\(HTMLRenderer.escaped(state.name))</text>")
      parts.append(
        "<rect class=\"\(isGone ? "gone" : "bar")\" x=\"90\" y=\"\(y - 12)\" width=\"\(Self.length(state.latency))\" height=\"14\"/>"
      )
      parts.append(
        "<text class=\"\(isGone ? "bad" : "soft")\" x=\"\(Self.length(state.latency) + 98)\" y=\"\(y)\">\(state.latency) µs\(isGone ? ", forbidden" : "")</text>"
      )
    }
    let note = limit.map { "with \($0) on Xen's line" } ?? "no limit on Xen's line"
    parts.append(
      "<text class=\"soft\" x=\"8\" y=\"\(height - 10)\">\(HTMLRenderer.escaped(note))</text>")
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  /// The length of a bar in pixels: each doubling of the time adds as much.
  private static func length(_ latency: Int) -> Int {
    var length = 12
    var rest = max(0, latency)
    while rest > 0 {
      length += 28
      rest >>= 1
    }
    return length
  }
}
