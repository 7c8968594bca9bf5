internal import HostModel

extension Coding where Value == PCITopology {
  /// Its functions; the tree and the links follow from them.
  static var topology: Coding {
    let functions = Coding<PCIFunction>.function.list
    var coding = Coding { topology in
      .object([
        "complete": .bool(topology.isComplete), "functions": functions.encode(topology.functions),
      ])
    } _: { json throws(SnapshotError) in
      PCITopology(
        try json.member("functions", functions.decode), isComplete: try json.bool("complete"))
    }
    coding.isSafeInParts = true
    return coding
  }
}

extension Coding where Value == PCIAddress {
  static var address: Coding {
    Coding {
      .string($0.description)
    } _: { json throws(SnapshotError) in
      let text = try json.string()
      guard let address = PCIAddress(text) else {
        throw json.problem("'\(text.prefix(40))' is no address such as 0000:03:00.0")
      }
      return address
    }
  }
}

extension Coding where Value == PCIFunction {
  static var function: Coding {
    let (address, identity) = (Coding<PCIAddress>.address, Coding<PCIIdentity>.identity)
    let (space, software) = (Coding<ConfigSpace>.space, Coding<PCIFunctionSoftware>.software)
    return Coding { function in
      .object([
        "address": address.encode(function.address),
        "identity": identity.encode(function.identity),
        "config": space.encode(function.config), "software": software.encode(function.software),
        "name": .optional(function.name.flatMap(plausible), JSON.string),
      ])
    } _: { json throws(SnapshotError) in
      var function = PCIFunction(
        address: try json.member("address", address.decode),
        identity: try json.member("identity", identity.decode),
        config: try json.member("config", space.decode),
        software: try json.optional("software", software.decode)
          ?? PCIFunctionSoftware(allUnknown: FactRow<PCIFunctionSoftware>.missing))
      function.name = try json.optional("name", Coding<String>.text.decode)
      return function
    }
  }

  private static func plausible(_ name: String) -> String? {
    name.utf8.count <= JSON.longestText ? name : nil
  }
}

extension Coding where Value == PCIIdentity {
  /// The kernel keeps it for a device that is off and whose configuration space reads as ones.
  static var identity: Coding {
    Coding { identity in
      .object([
        "vendor": .id(identity.vendor, width: 4), "device": .id(identity.device, width: 4),
        "class": .id(identity.classCode & 0xff_ffff, width: 6),
        "revision": .id(identity.revision, width: 2),
        "subsystemVendor": .optional(identity.subsystemVendor) { .id($0, width: 4) },
        "subsystemDevice": .optional(identity.subsystemDevice) { .id($0, width: 4) },
      ])
    } _: { json throws(SnapshotError) in
      let id = { (json: JSON) throws(SnapshotError) -> UInt16 in try json.id(width: 4) }
      return PCIIdentity(
        vendor: try json.member("vendor", id), device: try json.member("device", id),
        classCode: try json.member("class") { json throws(SnapshotError) in
          try json.id(width: 6)
        },
        revision: try json.member("revision") { json throws(SnapshotError) in
          try json.id(width: 2)
        },
        subsystemVendor: try json.optional("subsystemVendor", id),
        subsystemDevice: try json.optional("subsystemDevice", id))
    }
  }
}

extension FactRow where Root == PCIFunctionSoftware {
  /// Every fact of the software at a function, a row for each.
  static var function: [FactRow<PCIFunctionSoftware>] {
    [
      FactRow("driver", \.driver, .text),
      FactRow("interfaces", \.interfaces, .texts),
      FactRow("disks", \.disks, .texts),
      FactRow("scsiHosts", \.scsiHosts, .texts),
      FactRow("ataPorts", \.ataPorts, .texts),
      FactRow("numaNode", \.numaNode, .integer),
      FactRow("msiAllowed", \.msiAllowed, .bool),
      FactRow("msiInterrupts", \.msiInterrupts, .texts),
      FactRow("linkControls", \.linkControls, .table),
      FactRow("driverOverride", \.driverOverride, .text),
    ]
  }
}

extension Coding where Value == PCIFunctionSoftware {
  static var software: Coding {
    let rows = FactRow<PCIFunctionSoftware>.function
    return Coding { software in
      var members = JSON.facts(of: software, rows)
      members["physicalFunction"] = .optional(
        software.physicalFunction, Coding<PCIAddress>.address.encode)
      return .object(members)
    } _: { json throws(SnapshotError) in
      var software = PCIFunctionSoftware(allUnknown: FactRow<PCIFunctionSoftware>.missing)
      try json.fill(&software, rows)
      software.physicalFunction = try json.optional(
        "physicalFunction", Coding<PCIAddress>.address.decode)
      return software
    }
  }
}
