internal import QuirkEngine

/// What an entry must keep to beyond its shape.
enum QuirkLint {
  private static let placeholders: Set = ["address", "segment", "bus", "device", "function"]
  private static let linePlaceholder = "xen-line:"
  private static let memoryPlaceholder = "memory:"

  static func check(_ quirk: Quirk, _ cases: [QuirkCase], _ table: TableReader) {
    for term in quirk.when.terms where term.key.isChangedByLine {
      table.complain(
        "'when' is the defect itself: '\(term.key.rawValue)' can be changed by a word on the line "
          + "and belongs in 'armed'", at: "when")
    }
    let armed = quirk.armed?.terms ?? []
    if armed.contains(where: { $0.key == .kernelLog || $0.key == .xenLog }),
      !(quirk.when.terms + armed).contains(where: \.key.isOfHardware)
    {
      table.complain("a log line accuses nobody alone; add a term of the hardware", at: "armed")
    }
    if quirk.subject == .function, quirk.when.required.allSatisfy({ !$0.key.isOfFunction }) {
      table.complain(
        "'when' names no function; add pci or class, or say subject = \"host\"", at: "when")
    }
    if !table.keys.contains("reference") { table.complain("an entry needs a [[quirk.reference]]") }
    if cases.allSatisfy({ $0.state != QuirkCase.nearMiss }) {
      table.complain(
        "an entry names a near miss in [[quirk.test]]: a machine that is close and does not have it"
      )
    }
    if !table.keys.contains("test") { return }
    if cases.allSatisfy({ $0.state == QuirkCase.nearMiss }) {
      table.complain("an entry names a machine that has it in [[quirk.test]]")
    }
  }

  /// Complains of names in braces that stand for nothing in a command.
  static func checkCommands(_ commands: [String], names: Set<String>, _ table: TableReader) {
    for command in commands {
      for part in command.split(separator: "{").dropFirst() {
        let name = String(part.prefix { $0 != "}" })
        if !names.contains(name) {
          let known = names.sorted().map { "{\($0)}" }.joined(separator: " ")
          table.complain("'{\(name)}' stands for nothing in a command; known are \(known)")
        }
      }
    }
  }

  static func checkPlaceholders(of action: Action, _ table: TableReader) {
    var rest = action.text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      let isShare =
        name.hasPrefix(memoryPlaceholder)
        && MemoryShare(name.dropFirst(memoryPlaceholder.count)) != nil
      if !placeholders.contains(name), !name.hasPrefix(linePlaceholder), !isShare {
        let names =
          placeholders.sorted() + [
            "\(linePlaceholder)NAME", "\(memoryPlaceholder)BASE+PERCENT%<MOST",
          ]
        let known = names.map { "{\($0)}" }.joined(separator: " ")
        table.complain("'{\(name)}' stands for nothing; known are \(known)")
      }
      rest = rest[rest.index(after: close)...]
    }
  }
}
