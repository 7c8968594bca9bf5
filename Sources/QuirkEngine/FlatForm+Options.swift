extension BootOption: FlatRecord {
  var recordName: String { name }

  func write(to writer: inout FlatWriter) {
    writer.write(side.rawValue)
    writer.write(form.rawValue)
    writer.write([
      name, syntax, standard, effect, cost, group, deprecated, aliasOf, dom0, source,
      build, architecture,
      limitsCStates ? "cstates" : "", reservesMemory ? "memory" : isPersonal ? "personal" : "",
      origin.file,
    ])
    writer.write(String(origin.line))
    for texts in [
      takes.map(\.text), replaces, implies, conflicts, insecure, versions?.values ?? [],
    ] {
      writer.write(texts)
    }
    writer.write(members) { writer, member in
      writer.write([member.name, member.standard, member.effect])
      for texts in [member.takes.map(\.text), member.insecure, member.versions?.values ?? []] {
        writer.write(texts)
      }
    }
    writer.write(traps) { writer, trap in
      writer.write(trap.verdict.rawValue)
      writer.write([trap.text, trap.better])
      writer.write(trap.values)
      writer.write(trap.versions?.values ?? [])
      trap.condition.write(to: &writer)
    }
    writer.write(vetoes) { writer, veto in
      writer.write(veto.reason)
      writer.write(veto.values)
      veto.condition.write(to: &writer)
    }
    writer.write(proofs) { writer, proof in
      writer.write(proof.text)
      writer.write(proof.values)
      proof.condition.write(to: &writer)
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let side = try reader.name(Side.self)
    let form = try reader.name(Form.self)
    let texts = try reader.fields(15)
    self.init(
      side: side, name: texts[0], form: form, syntax: texts[1], effect: texts[3], cost: texts[4],
      origin: Origin(file: texts[14], line: try reader.count()))
    (standard, group, deprecated, aliasOf) = (texts[2], texts[5], texts[6], texts[7])
    (dom0, source) = (texts[8], texts[9])
    (build, architecture) = (texts[10], texts[11])
    limitsCStates = texts[12] == "cstates"
    reservesMemory = texts[13] == "memory"
    isPersonal = texts[13] == "personal"
    takes = try reader.shapes()
    replaces = try reader.strings()
    implies = try reader.strings()
    conflicts = try reader.strings()
    insecure = try reader.strings()
    versions = try reader.bound()
    members = try reader.values { reader throws(FlatError) in
      let texts = try reader.fields(3)
      let takes = try reader.shapes()
      let insecure = try reader.strings()
      return Member(
        name: texts[0], takes: takes, standard: texts[1], versions: try reader.bound(),
        effect: texts[2], insecure: insecure)
    }
    traps = try reader.values { reader throws(FlatError) in
      let verdict = try reader.name(Trap.Verdict.self)
      let texts = try reader.fields(2)
      let values = try reader.strings()
      let versions = try reader.bound()
      let condition = try reader.optional { reader throws(FlatError) in
        try Condition(from: &reader)
      }
      return Trap(
        values: values, versions: versions, condition: condition, verdict: verdict,
        text: texts[0], better: texts[1])
    }
    vetoes = try reader.values { reader throws(FlatError) in
      let reason = try reader.string()
      let values = try reader.strings()
      return Veto(values: values, condition: try Condition(from: &reader), reason: reason)
    }
    proofs = try reader.values { reader throws(FlatError) in
      let text = try reader.string()
      let values = try reader.strings()
      return Proof(values: values, condition: try Condition(from: &reader), text: text)
    }
  }
}

extension FlatReader {
  /// A version bound; nil where none was written.
  mutating func bound() throws(FlatError) -> VersionBound? {
    let values = try strings()
    do {
      return values.isEmpty ? nil : try VersionBound(parsing: values)
    } catch {
      throw FlatError(description: error.message)
    }
  }

  fileprivate mutating func shapes() throws(FlatError) -> [ValueShape] {
    try values { reader throws(FlatError) in
      let text = try reader.string()
      do throws(TermError) {
        return try ValueShape(parsing: text)
      } catch {
        throw FlatError(description: error.message)
      }
    }
  }
}
