internal import HostModel
internal import QuirkEngine

/// The PCI functions of a machine as rows of a tree, with what a reader looks for beside each.
struct PCITreeRows {
  struct Row {
    var function: PCIFunction
    /// How many bridges stand above it.
    var depth: Int
    /// Whether another row of the same depth follows below the same bridge, for each depth.
    var continues: [Bool]
    var isLast: Bool
    /// The state of its link, where it is the lower end of one: `L1`, `ASPM off`, `ASPM unknown`.
    var link: String?
    var linkIsOn: Bool
    /// The findings that it is a subject of.
    var marks: [(quirk: String, state: QuirkState)]
  }

  let rows: [Row]
  /// How many functions are not shown.
  let left: Int

  init?(_ report: Report, most: Int) {
    guard let topology = report.host.pci.value else { return nil }
    var marks: [PCIAddress: [(quirk: String, state: QuirkState)]] = [:]
    for finding in report.assessment.findings {
      for address in finding.subjects.compactMap(\.address) {
        marks[address, default: []].append((finding.quirk.id, finding.state))
      }
    }
    let links = Dictionary(topology.links.map { ($0.address, $0) }) { first, _ in first }
    var rows: [Row] = []
    let roots = topology.functions.indices.filter { topology.parents[$0] == nil }
    // A stack, since a chain of bridges may be as long as there are buses.
    var open = Self.level(roots, depth: 0, continues: [])
    while let next = open.popLast() {
      let function = topology.functions[next.index]
      let state = links[function.address].map(Self.text)
      rows.append(
        Row(
          function: function, depth: next.depth, continues: next.continues, isLast: next.isLast,
          link: state?.text, linkIsOn: state?.isOn ?? false, marks: marks[function.address] ?? []))
      guard rows.count < most else { break }
      let below = topology.children[next.index] ?? []
      guard next.depth < 64 else { continue }
      open += Self.level(
        below, depth: next.depth + 1, continues: next.continues + [!next.isLast])
    }
    self.rows = rows
    left = topology.functions.count - rows.count
  }

  private typealias Step = (index: Int, depth: Int, continues: [Bool], isLast: Bool)

  /// The steps of one bus, the first on top of the stack.
  private static func level(_ indices: [Int], depth: Int, continues: [Bool]) -> [Step] {
    indices.reversed().enumerated().map { place, index in
      (index, depth, continues, place == 0)
    }
  }

  private static func text(of link: PCILink) -> (text: String, isOn: Bool) {
    let l0s = link.isOn(.l0s).value
    let l1 = link.isOn(.l1).value
    if l0s == nil, l1 == nil { return ("ASPM unknown", false) }
    let names = [l0s == true ? "L0s" : nil, l1 == true ? "L1" : nil].compactMap { $0 }
    if !names.isEmpty { return ("ASPM " + names.joined(separator: " "), true) }
    return (link.supported.value?.isEmpty == true ? "no ASPM" : "ASPM off", false)
  }

  /// The tree with the lines that `lspci -t` draws, one row each.
  var text: String {
    var lines = rows.map { row -> String in
      let rails = row.continues.dropFirst().map { $0 ? "|  " : "   " }.joined()
      let branch = row.depth == 0 ? "" : rails + (row.isLast ? "\\- " : "+- ")
      let link = row.link.map { "  [\($0)]" } ?? ""
      let marks = row.marks.filter { $0.state != .latent }
        .map { "  <- \($0.state.rawValue) \($0.quirk)" }.joined()
      let name = row.function.name.map { "  " + $0.clipped(to: 100).printable } ?? ""
      return "\(branch)\(row.function.address) \(row.function.identity.text)\(name)\(link)\(marks)"
    }
    if left > 0 { lines.append("... and \(left) functions more") }
    return lines.joined(separator: "\n")
  }
}
