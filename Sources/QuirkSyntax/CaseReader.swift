internal import QuirkEngine
internal import TOMLKit

/// Reads a `[[quirk.test]]`: on which machines the entry must be in which state.
enum CaseReader {
  static func cases(_ table: TableReader) -> [QuirkCase] {
    var table = table
    let origin = Origin(file: table.log.file, line: table.log.line(of: table.path))
    let cases =
      table.keys.contains("machine") ? ofOneMachine(&table, origin) : ofFiles(&table, origin)
    table.finish()
    if cases.isEmpty { table.complain("a test names a state and the machines that are in it") }
    return cases
  }

  /// `missing = ["NAME"]`: files of the folder `machines`, by state.
  private static func ofFiles(_ table: inout TableReader, _ origin: Origin) -> [QuirkCase] {
    QuirkCase.states.flatMap { state in
      table.texts(state).map { QuirkCase(machine: .file($0), state: state, origin: origin) }
    }
  }

  /// `machine`, the state that it is in, and what becomes of it `with` other lines.
  private static func ofOneMachine(_ table: inout TableReader, _ origin: Origin) -> [QuirkCase] {
    let text = table.rawText("machine")
    let machine: QuirkCase.Machine = text.contains("\n") ? .lines(text) : .file(text)
    let action = table.text("action", required: false)
    var cases: [QuirkCase] = []
    for state in QuirkCase.states where table.keys.contains(state) {
      if table.flag(state) {
        cases.append(
          QuirkCase(machine: machine, state: state, action: action, origin: origin))
      }
    }
    if cases.count > 1 { table.complain("one machine is in one state") }
    if !action.isEmpty, cases.isEmpty {
      table.complain(
        "'action' is what is proposed in the state of the machine; name that", at: "action")
    }
    guard let value = table.value("with") else { return cases }
    guard let with = value.table else {
      table.complain("'with' is a table: with.handled = [\"xen 4.3.0\"]", at: "with")
      return cases
    }
    var reader = TableReader(with, path: table.place("with"), log: table.log)
    for state in QuirkCase.states {
      for change in reader.texts(state) {
        let lines = change.split(separator: ";").map(String.init)
        cases.append(QuirkCase(machine: machine, changes: lines, state: state, origin: origin))
      }
    }
    reader.finish()
    return cases
  }
}
