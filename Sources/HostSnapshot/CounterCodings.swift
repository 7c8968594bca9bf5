internal import HostModel

extension Coding where Value == Counter {
  static var counter: Coding {
    Coding { counter in
      .object([
        "subject": .string(counter.subject), "name": .string(counter.name),
        "value": .integer(counter.value),
      ])
    } _: { json throws(SnapshotError) in
      Counter(
        subject: try json.string("subject"), name: try json.string("name"),
        value: try json.integer("value"))
    }
  }
}

extension Coding where Value == InterruptLine {
  static var line: Coding {
    Coding { line in
      .object([
        "number": .integer(line.number), "count": .integer(line.count),
        "chip": .string(line.chip), "users": .strings(line.users),
        "functions": .strings(line.functions.map(\.description)),
      ])
    } _: { json throws(SnapshotError) in
      let names = try json.member("functions", Coding<[String]>.texts.decode)
      let functions = names.compactMap { PCIAddress($0) }
      guard functions.count == names.count else { throw json.problem("no address of a function") }
      return InterruptLine(
        number: try json.integer("number"), count: try json.integer("count"),
        chip: try json.string("chip"),
        users: try json.member("users", Coding<[String]>.texts.decode), functions: functions)
    }
  }
}
