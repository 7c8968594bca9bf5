internal import HostModel

/// /proc/interrupts: a column for each CPU, a line for each interrupt.
///
/// Source: show_interrupts (kernel/irq/proc.c).
struct InterruptTable {
  /// The numbered lines; `NMI:` and its like belong to no device.
  private(set) var lines: [InterruptLine] = []

  init(parsing text: String) {
    let rows = text.split(separator: "\n")
    guard let head = rows.first else { return }
    let cpus = head.split(separator: " ").count { $0.hasPrefix("CPU") }
    for row in rows.dropFirst() {
      let words = row.split(separator: " ")
      guard let label = words.first, label.last == ":", let number = Int(label.dropLast()) else {
        continue
      }
      let counts = words.dropFirst().prefix(cpus).prefix { Int($0) != nil }
      guard counts.count == cpus else { continue }
      var rest = words.dropFirst(1 + cpus)
      var chip = rest.popFirst().map(String.init) ?? ""
      // `xen-pirq    -msi`: the flow's name stands in a column of its own.
      if let next = rest.first, next.hasPrefix("-") {
        chip += String(next)
        rest.removeFirst()
      }
      if let next = rest.first, Self.isHardwareNumber(next) { rest.removeFirst() }
      let users = rest.joined(separator: " ").split(separator: ",").map {
        withoutHardwareAddress(withoutIdentifyingValues(String($0.drop { $0 == " " })))
      }
      let count = counts.reduce(0) { total, word in
        total.addingReportingOverflow(Int(word) ?? 0).partialValue
      }
      lines.append(
        InterruptLine(number: number, count: max(0, count), chip: chip, users: users))
    }
  }

  /// `2-edge`, `16-fasteoi`, `524288-edge`, and the bare number of some chips.
  private static func isHardwareNumber(_ word: Substring) -> Bool {
    let parts = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard Int(parts[0]) != nil else { return false }
    return parts.count == 1 || ["edge", "level", "fasteoi", "percpu"].contains(parts[1])
  }
}
