internal import HostModel

extension JSON {
  fileprivate func register<Number: FixedWidthInteger & UnsignedInteger>(
    _ name: String
  ) throws(SnapshotError) -> Number {
    try member(name) { json throws(SnapshotError) in try json.register() }
  }

  /// A number that fits into a field of a table.
  fileprivate func field<Number: FixedWidthInteger & UnsignedInteger>(
    _ name: String
  ) throws(SnapshotError) -> Number {
    try integer(name, in: Number.min...Number.max)
  }
}

extension Coding where Value == HPETTable {
  static var hpet: Coding {
    Coding { table in
      .object([
        "eventTimerBlockID": .register(table.eventTimerBlockID),
        "addressSpace": .integer(table.addressSpace), "baseAddress": .register(table.baseAddress),
        "sequenceNumber": .integer(table.sequenceNumber),
        "minimumTick": .integer(table.minimumTick),
      ])
    } _: { json throws(SnapshotError) in
      HPETTable(
        eventTimerBlockID: try json.register("eventTimerBlockID"),
        addressSpace: try json.field("addressSpace"),
        baseAddress: try json.register("baseAddress"),
        sequenceNumber: try json.field("sequenceNumber"),
        minimumTick: try json.field("minimumTick"))
    }
  }
}

extension Coding where Value == FADT {
  static var fadt: Coding {
    Coding { table in
      .object([
        "revision": .integer(table.revision), "length": .integer(table.length),
        "iapcBootArch": .optional(table.bootArchitecture?.rawValue, JSON.register),
        "c2Latency": .integer(table.c2Latency), "c3Latency": .integer(table.c3Latency),
        "flags": .register(table.flags),
      ])
    } _: { json throws(SnapshotError) in
      let flags = try json.optional("iapcBootArch") { json throws(SnapshotError) -> UInt16 in
        try json.register()
      }
      return FADT(
        revision: try json.field("revision"), length: try json.integer("length"),
        bootArchitecture: flags.map(FADT.BootArchitecture.init(rawValue:)),
        c2Latency: try json.field("c2Latency"), c3Latency: try json.field("c3Latency"),
        flags: try json.register("flags"))
    }
  }
}

extension Coding where Value == MADT {
  static var madt: Coding {
    let chips = Coding<MADT.IOAPIC>.ioAPIC.list
    let overrides = Coding<MADT.Override>.interruptOverride.list
    return Coding { table in
      .object([
        "enabledCPUs": .integer(table.enabledCPUs), "disabledCPUs": .integer(table.disabledCPUs),
        "ioAPICs": chips.encode(table.ioAPICs), "overrides": overrides.encode(table.overrides),
      ])
    } _: { json throws(SnapshotError) in
      MADT(
        enabledCPUs: try json.integer("enabledCPUs"),
        disabledCPUs: try json.integer("disabledCPUs"),
        ioAPICs: try json.member("ioAPICs", chips.decode),
        overrides: try json.member("overrides", overrides.decode))
    }
  }
}

extension Coding where Value == MADT.IOAPIC {
  static var ioAPIC: Coding {
    Coding { chip in
      .object([
        "id": .integer(chip.id), "address": .register(chip.address),
        "firstGSI": .integer(chip.firstGSI),
      ])
    } _: { json throws(SnapshotError) in
      MADT.IOAPIC(
        id: try json.field("id"), address: try json.register("address"),
        firstGSI: try json.field("firstGSI"))
    }
  }
}

extension Coding where Value == MADT.Override {
  static var interruptOverride: Coding {
    Coding { entry in
      .object([
        "irq": .integer(entry.irq), "gsi": .integer(entry.gsi), "flags": .register(entry.flags),
      ])
    } _: { json throws(SnapshotError) in
      MADT.Override(
        irq: try json.field("irq"), gsi: try json.field("gsi"), flags: try json.register("flags"))
    }
  }
}

extension Coding where Value == MCFG {
  static var mcfg: Coding {
    let regions = Coding<MCFG.Region>.region.list
    return Coding {
      .object(["regions": regions.encode($0.regions)])
    } _: { json throws(SnapshotError) in
      MCFG(regions: try json.member("regions", regions.decode))
    }
  }
}

extension Coding where Value == MCFG.Region {
  static var region: Coding {
    Coding { region in
      .object([
        "base": .register(region.base), "segment": .integer(region.segment),
        "firstBus": .integer(region.firstBus), "lastBus": .integer(region.lastBus),
      ])
    } _: { json throws(SnapshotError) in
      MCFG.Region(
        base: try json.register("base"), segment: try json.field("segment"),
        firstBus: try json.field("firstBus"), lastBus: try json.field("lastBus"))
    }
  }
}

extension Coding where Value == DMAR {
  static var dmar: Coding {
    Coding { table in
      .object([
        "hostAddressWidth": .integer(table.hostAddressWidth),
        "interruptRemapping": .bool(table.hasInterruptRemapping),
        "x2apicOptOut": .bool(table.optsOutOfX2APIC), "units": .integer(table.units),
        "reservedRegions": .integer(table.reservedRegions),
      ])
    } _: { json throws(SnapshotError) in
      DMAR(
        hostAddressWidth: try json.integer("hostAddressWidth"),
        hasInterruptRemapping: try json.bool("interruptRemapping"),
        optsOutOfX2APIC: try json.bool("x2apicOptOut"), units: try json.integer("units"),
        reservedRegions: try json.integer("reservedRegions"))
    }
  }
}

extension Coding where Value == IVRS {
  static var ivrs: Coding {
    let devices = Coding<IVRS.SpecialDevice>.specialDevice.list
    return Coding { table in
      .object([
        "hardwareBlocks": .integer(table.hardwareBlocks),
        "memoryBlocks": .integer(table.memoryBlocks),
        "specialDevices": devices.encode(table.specialDevices),
      ])
    } _: { json throws(SnapshotError) in
      IVRS(
        hardwareBlocks: try json.integer("hardwareBlocks"),
        memoryBlocks: try json.integer("memoryBlocks"),
        specialDevices: try json.member("specialDevices", devices.decode))
    }
  }
}

extension Coding where Value == IVRS.SpecialDevice {
  private static var varieties: [(name: String, variety: IVRS.SpecialDevice.Variety)] {
    [("ioapic", .ioAPIC), ("hpet", .hpet)]
  }

  static var specialDevice: Coding {
    Coding { device in
      .object([
        "variety": .string(varieties.first { $0.variety == device.variety }?.name ?? ""),
        "handle": .integer(device.handle), "source": .string(device.source.description),
      ])
    } _: { json throws(SnapshotError) in
      let name = try json.string("variety")
      guard let variety = varieties.first(where: { $0.name == name })?.variety else {
        throw json.problem("'\(name.prefix(40))' is neither ioapic nor hpet")
      }
      return IVRS.SpecialDevice(
        variety: variety, handle: try json.field("handle"),
        source: try json.member("source", Coding<PCIAddress>.address.decode))
    }
  }
}
