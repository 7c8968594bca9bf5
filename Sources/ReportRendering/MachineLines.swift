internal import HostModel

/// What is known of the machine beside its PCI functions, a line for each part; what nobody knows
/// is left out, for JSON tells why.
struct MachineLines {
  let host: Host

  var lines: [(name: String, text: String)] {
    [
      ("board", board), ("CPU", cpu), ("Xen", xen), ("idle", idle), ("time", time),
      ("firmware", firmware),
    ]
    .compactMap { name, parts in
      let text = parts.compactMap { $0 }.joined(separator: ", ")
      return text.isEmpty ? nil : (name, text)
    }
  }

  private var board: [String?] {
    let dmi = host.dmi
    let product = [dmi[.systemVendor].value, dmi[.productName].value].compactMap { $0 }
    let firmware = ["BIOS", dmi[.biosVendor].value, dmi[.biosVersion].value].compactMap { $0 }
    let date = dmi[.biosDate].value.map { " (\($0))" } ?? ""
    return [
      product.isEmpty ? nil : product.joined(separator: " "),
      firmware.count > 1 ? firmware.joined(separator: " ") + date : nil,
    ]
  }

  private var cpu: [String?] {
    let cpu = host.cpu
    let identity = cpu.identity.value.map { identity in
      cpu.name.value.map { "\($0), \(identity.text)" } ?? identity.text
    }
    return [
      identity, cpu.microcode.value.map { "microcode 0x\(hex($0, width: 1))" },
      flag(cpu.hasSMT, "SMT on", "SMT off"), flag(cpu.hasARAT, "ARAT", "no ARAT"),
      flag(cpu.hasInvariantTSC, "invariant TSC", "no invariant TSC"),
    ]
  }

  private var xen: [String?] {
    guard host.role.value != .bareMetal else { return [] }
    return [
      host.xen.dom0Type.value.map { "\($0.rawValue.uppercased()) dom0" },
      flag(host.xen.isNested, "in a virtual machine", nil),
      flag(host.xen.iommuIsOn, "IOMMU on", "IOMMU off"),
      flag(host.xen.interruptRemappingIsOn, "interrupt remapping on", "interrupt remapping off"),
      complaints,
    ]
  }

  /// Words of its line that Xen itself refused.
  private var complaints: String? {
    guard let errors = host.xen.messages.value?.parameterErrors.value, !errors.isEmpty else {
      return nil
    }
    let words = errors.map { error in
      error.value.map { "\(error.parameter)=\($0)" } ?? error.parameter
    }
    return "does not understand \(words.joined(separator: " "))"
  }

  private var idle: [String?] {
    let idle = host.idle
    let limit = idle.limit.value.map { limit in
      limit.type == nil
        ? "every C-state allowed"
        : "\(limit.text)\(limit.substate.map { " substate \($0)" } ?? "") at most"
    }
    return [
      idle.owner.value.map { $0 == .xen ? "owned by Xen" : "owned by Linux" },
      idle.driver.value, limit, idle.limit.value == nil ? nil : tableText,
    ]
  }

  /// What the limit means in the names that Intel gives its states.
  private var tableText: String? {
    guard let table = host.idle.table.value, let limit = host.idle.limit.value else { return nil }
    let names = { (states: [IdleTable.State]) in states.map(\.name).joined(separator: " ") }
    let gone = table.forbidden(by: limit)
    let left = table.allowed(by: limit)
    return "Xen's table '\(table.name)': \(left.isEmpty ? "HLT" : names(left))"
      + (gone.isEmpty ? "" : ", without \(names(gone))")
  }

  private var time: [String?] {
    let time = host.time
    return [
      time.platformTimer.value.map { "Xen counts with \(Self.name(of: $0))" },
      time.clocksource.value.map { "Linux with \($0)" },
      time.hpetBroadcast.value.flatMap { $0 == .none ? nil : "HPET broadcast by \($0.rawValue)" },
      flag(time.hpetHasFSB, "HPET with FSB timers", "HPET without FSB timers"),
    ]
  }

  private static func name(of timer: PlatformTimer) -> String {
    switch timer {
    case .hpet: "the HPET"
    case .acpiPM: "the ACPI PM timer"
    case .pit: "the PIT"
    case .tsc: "the TSC"
    }
  }

  private var firmware: [String?] {
    let acpi = host.acpi
    let hpet = acpi.hpet.value.map { table in
      "HPET 0x\(hex(table.eventTimerBlockID, width: 8)) with \(count(table.comparators, "comparator"))"
    }
    return [
      hpet, acpi.hpet.isAbsent ? "no table HPET" : nil,
      acpi.fadt.value?.forbidsMSI == true ? "FADT forbids MSI" : nil,
      acpi.fadt.value?.forbidsASPM == true ? "FADT forbids touching ASPM" : nil,
      acpi.dmar.value.map { "DMAR with \(count($0.units, "unit"))" },
      acpi.ivrs.value.map { "IVRS with \(count($0.hardwareBlocks, "block"))" },
    ]
  }

  private func count(_ number: Int, _ name: String) -> String {
    "\(number) \(name)\(number == 1 ? "" : "s")"
  }

  private func flag(_ fact: Fact<Bool>, _ yes: String, _ no: String?) -> String? {
    fact.value.flatMap { $0 ? yes : no }
  }
}
