internal import HostModel

/// The parts of `host` that tell of the firmware, the processor, idle states and clocks.
struct JSONMachine {
  let host: Host

  var acpi: JSONValue {
    [
      "tables": .texts(host.acpi.tables),
      "hpet": .fact(host.acpi.hpet) { table in
        [
          "eventTimerBlockID": .hex(table.eventTimerBlockID, width: 8),
          "baseAddress": .hex(table.baseAddress, width: 8),
          "comparators": .int(table.comparators), "counterIs64Bit": .bool(table.counterIs64Bit),
          "legacyReplacement": .bool(table.canReplaceLegacy),
          "minimumTick": .int(Int(table.minimumTick)),
          "sequenceNumber": .int(Int(table.sequenceNumber)),
        ]
      },
      "fadt": .fact(host.acpi.fadt, fadt), "madt": .fact(host.acpi.madt, madt),
      "mcfg": .fact(host.acpi.mcfg, mcfg),
      "dmar": .fact(host.acpi.dmar) { table in
        [
          "hostAddressWidth": .int(table.hostAddressWidth),
          "interruptRemapping": .bool(table.hasInterruptRemapping),
          "x2apicOptOut": .bool(table.optsOutOfX2APIC), "units": .int(table.units),
          "reservedRegions": .int(table.reservedRegions),
        ]
      },
      "ivrs": .fact(host.acpi.ivrs, ivrs),
    ]
  }

  private func fadt(_ table: FADT) -> JSONValue {
    [
      "revision": .int(Int(table.revision)), "length": .int(table.length),
      "iapcBootArch": table.bootArchitecture.map { .hex($0.rawValue, width: 4) } ?? .null,
      "msiNotSupported": .bool(table.forbidsMSI), "aspmNotSupported": .bool(table.forbidsASPM),
      "c2Latency": .int(Int(table.c2Latency)), "c3Latency": .int(Int(table.c3Latency)),
      "flags": .hex(table.flags, width: 8),
    ]
  }

  private func madt(_ table: MADT) -> JSONValue {
    [
      "localAPICs": .int(table.enabledCPUs), "disabledAPICs": .int(table.disabledCPUs),
      "ioAPICs": .array(
        table.ioAPICs.map { chip -> JSONValue in
          [
            "id": .int(Int(chip.id)), "address": .hex(chip.address, width: 8),
            "firstGSI": .int(Int(chip.firstGSI)),
          ]
        }),
      "overrides": .int(table.overrides.count),
    ]
  }

  private func mcfg(_ table: MCFG) -> JSONValue {
    .array(
      table.regions.map { region -> JSONValue in
        [
          "base": .hex(region.base, width: 8), "segment": .int(Int(region.segment)),
          "firstBus": .int(Int(region.firstBus)), "lastBus": .int(Int(region.lastBus)),
        ]
      })
  }

  private func ivrs(_ table: IVRS) -> JSONValue {
    let devices = { (variety: IVRS.SpecialDevice.Variety) -> JSONValue in
      .array(
        table.specialDevices.filter { $0.variety == variety }.map { device -> JSONValue in
          ["id": .int(Int(device.handle)), "source": .string(device.source.description)]
        })
    }
    return [
      "blocks": .int(table.hardwareBlocks), "memoryBlocks": .int(table.memoryBlocks),
      "ioAPICs": devices(.ioAPIC), "hpets": devices(.hpet),
    ]
  }

  var cpu: JSONValue {
    let part = { (value: @escaping (CPUIdentity) -> JSONValue) -> JSONValue in
      .fact(host.cpu.identity, value)
    }
    return [
      "vendor": part { .string($0.vendor) }, "family": part { .int($0.family) },
      "model": part { .int($0.model) }, "stepping": part { .int($0.stepping) },
      "name": .text(host.cpu.name),
      "microcode": .fact(host.cpu.microcode) { .hex($0, width: 1) },
      "logicalCPUs": .fact(host.cpu.logicalCPUs) { .int($0) },
      "smt": .flag(host.cpu.hasSMT), "invariantTSC": .flag(host.cpu.hasInvariantTSC),
      "arat": .flag(host.cpu.hasARAT),
    ]
  }

  var idle: JSONValue {
    let idle = host.idle
    return [
      "owner": .fact(idle.owner) { .string($0.rawValue) }, "driver": .text(idle.driver),
      "governor": .text(idle.governor),
      "maximum": .fact(idle.limit) { .string($0.text) },
      "maximumSubstate": .fact(idle.limit) { $0.substate.map { .int($0) } ?? .null },
      "deep": .flag(idle.usesDeepStates), "states": .fact(idle.states, states),
      "table": .fact(idle.table) { table -> JSONValue in
        [
          "name": .string(table.name),
          "states": .array(
            table.states.map { state -> JSONValue in
              [
                "name": .string(state.name), "hint": .hex(state.hint, width: 2),
                "number": .int(state.number), "substate": .int(state.substate),
                "latency": .int(state.latency), "residency": .int(state.residency),
              ]
            }),
        ]
      },
    ]
  }

  private func states(_ states: [IdleState]) -> JSONValue {
    let number = { (value: UInt64?) -> JSONValue in
      value.map { .int(Int(clamping: $0)) } ?? .null
    }
    return .array(
      states.map { state -> JSONValue in
        [
          "name": .string(state.name), "latency": state.latency.map { .int($0) } ?? .null,
          "residency": state.residency.map { .int($0) } ?? .null, "usage": number(state.usage),
          "time": number(state.time), "disabled": state.isDisabled.map { .bool($0) } ?? .null,
        ]
      })
  }

  var time: JSONValue {
    [
      "clocksource": .text(host.time.clocksource), "clocksources": .texts(host.time.clocksources),
      "platformTimer": .fact(host.time.platformTimer) { .string($0.rawValue) },
      "hpetBroadcast": .fact(host.time.hpetBroadcast) { .string($0.rawValue) },
      "hpetFSB": .flag(host.time.hpetHasFSB),
      "hpetInterrupts": .fact(host.time.hpetInterrupts) { .int($0) },
    ]
  }

  var dmi: JSONValue {
    [
      "biosVendor": .text(host.dmi[.biosVendor]), "biosVersion": .text(host.dmi[.biosVersion]),
      "biosDate": .text(host.dmi[.biosDate]), "systemVendor": .text(host.dmi[.systemVendor]),
      "productName": .text(host.dmi[.productName]),
      "productVersion": .text(host.dmi[.productVersion]),
      "boardVendor": .text(host.dmi[.boardVendor]), "boardName": .text(host.dmi[.boardName]),
    ]
  }
}
