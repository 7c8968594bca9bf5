internal import HostModel

extension Policy: FlatRecord {
  var recordName: String { name }

  func write(to writer: inout FlatWriter) {
    writer.write([name, title, why])
    writer.write(words) { writer, word in
      writer.write(word.target.rawValue)
      writer.write([word.option, word.why, word.price])
      writer.write(word.quirks)
      word.condition.write(to: &writer)
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let texts = try reader.fields(3)
    (name, title, why) = (texts[0], texts[1], texts[2])
    words = try reader.values { reader throws(FlatError) in
      let target = try reader.name(Action.Target.self)
      let texts = try reader.fields(3)
      let quirks = try reader.strings()
      let condition = try reader.optional { reader throws(FlatError) in
        try Condition(from: &reader)
      }
      return Word(
        target: target, option: texts[0], condition: condition, why: texts[1], price: texts[2],
        quirks: quirks)
    }
  }
}

extension IdleModel: FlatRecord {
  var recordName: String { table.name }

  func write(to writer: inout FlatWriter) {
    writer.write([String(model), since.description, before?.description ?? "", table.name])
    writer.write(table.states) { writer, state in
      writer.write([
        state.name, String(state.hint), String(state.latency), String(state.residency),
      ])
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let texts = try reader.fields(4)
    guard let model = Int(texts[0]), let since = Version(texts[1]) else {
      throw FlatError(description: "the built-in idle tables are damaged")
    }
    let states = try reader.values { reader throws(FlatError) in
      let texts = try reader.fields(4)
      guard let hint = UInt8(texts[1]), let latency = Int(texts[2]), let residency = Int(texts[3])
      else { throw FlatError(description: "the built-in idle table '\(texts[0])' is damaged") }
      return IdleTable.State(name: texts[0], hint: hint, latency: latency, residency: residency)
    }
    self.init(
      model: model, since: since, before: Version(texts[2]),
      table: IdleTable(name: texts[3], states: states))
  }
}

extension DeviceFamily: FlatRecord {
  var recordName: String { name }

  func write(to writer: inout FlatWriter) {
    writer.write([name, title])
    writer.write(ids)
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let texts = try reader.fields(2)
    self.init(name: texts[0], title: texts[1], ids: try reader.strings())
  }
}
