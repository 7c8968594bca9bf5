internal import HostModel

extension Coding where Value == CPUIdentity {
  static var cpu: Coding {
    Coding { cpu in
      .object([
        "vendor": .string(cpu.vendorID), "family": .integer(cpu.family),
        "model": .integer(cpu.model), "stepping": .integer(cpu.stepping),
      ])
    } _: { json throws(SnapshotError) in
      CPUIdentity(
        vendorID: try json.string("vendor"), family: try json.integer("family"),
        model: try json.integer("model"), stepping: try json.integer("stepping"))
    }
  }
}

extension Coding where Value == CStateLimit {
  static var limit: Coding {
    Coding { limit in
      .object([
        "type": .optional(limit.type, JSON.integer),
        "substate": .optional(limit.substate, JSON.integer),
      ])
    } _: { json throws(SnapshotError) in
      let integer = Coding<Int>.integer.decode
      return CStateLimit(
        type: try json.optional("type", integer), substate: try json.optional("substate", integer))
    }
  }
}

extension Coding where Value == IdleState {
  static var state: Coding {
    Coding { state in
      .object([
        "name": .string(state.name), "latency": .optional(state.latency, JSON.integer),
        "residency": .optional(state.residency, JSON.integer),
        "usage": .optional(state.usage, JSON.integer), "time": .optional(state.time, JSON.integer),
        "disabled": .optional(state.isDisabled, JSON.bool),
      ])
    } _: { json throws(SnapshotError) in
      let integer = Coding<Int>.integer.decode
      let count = { (json: JSON) throws(SnapshotError) -> UInt64 in
        try json.integer(in: UInt64.min...UInt64.max)
      }
      return IdleState(
        name: try json.string("name"), latency: try json.optional("latency", integer),
        residency: try json.optional("residency", integer),
        usage: try json.optional("usage", count), time: try json.optional("time", count),
        isDisabled: try json.optional("disabled", Coding<Bool>.bool.decode))
    }
  }
}

extension Coding where Value == IdleTable {
  static var idleTable: Coding {
    let states = Coding<IdleTable.State>.tableState.list
    return Coding {
      .object(["name": .string($0.name), "states": states.encode($0.states)])
    } _: { json throws(SnapshotError) in
      IdleTable(name: try json.string("name"), states: try json.member("states", states.decode))
    }
  }
}

extension Coding where Value == IdleTable.State {
  static var tableState: Coding {
    Coding { state in
      .object([
        "name": .string(state.name), "hint": .register(state.hint),
        "latency": .integer(state.latency), "residency": .integer(state.residency),
      ])
    } _: { json throws(SnapshotError) in
      IdleTable.State(
        name: try json.string("name"),
        hint: try json.member("hint") { hint throws(SnapshotError) in try hint.register() },
        latency: try json.integer("latency"), residency: try json.integer("residency"))
    }
  }
}
