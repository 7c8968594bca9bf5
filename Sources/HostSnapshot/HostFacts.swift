internal import HostModel

extension FactRow where Root == Host {
  /// Every fact of a host, a row for each.
  static var host: [FactRow<Host>] {
    [
      FactRow("role", \.role, .name),
      FactRow("architecture", \.architecture, .text),
      FactRow("pci", \.pci, .topology),
      FactRow("boot", \.boot, .bootFiles),
      FactRow("kernelLog", \.kernelLog, .kernelLog),
      FactRow("toolstack", \.toolstack, .table),
      FactRow("memory", \.memory, .integer),
      FactRow("bootsByUEFI", \.bootsByUEFI, .bool),
    ] + software + firmware + processor + counters
  }

  private static var software: [FactRow<Host>] {
    [
      FactRow("linux", "build", \.linux.build, .build),
      FactRow("linux", "release", \.linux.release, .text),
      FactRow("linux", "aspmPolicy", \.linux.aspmPolicy, .text),
      FactRow("linux", "moduleParameters", \.linux.moduleParameters, .table),
      FactRow("linux", "modules", \.linux.modules, .texts),
      FactRow("xen", "build", \.xen.build, .build),
      FactRow("xen", "iommu", \.xen.iommuIsOn, .bool),
      FactRow("xen", "interruptRemapping", \.xen.interruptRemappingIsOn, .bool),
      FactRow("xen", "dom0Type", \.xen.dom0Type, .name),
      FactRow("xen", "nested", \.xen.isNested, .bool),
      FactRow("xen", "scheduler", \.xen.scheduler, .text),
      FactRow("xen", "dom0Memory", \.xen.dom0Memory, .integer),
      FactRow("xen", "messages", \.xen.messages, .xenMessages),
      FactRow("commandLine", "xen", \.lines.xen, .commandLine),
      FactRow("commandLine", "dom0", \.lines.dom0, .commandLine),
    ]
  }

  private static var firmware: [FactRow<Host>] {
    [
      FactRow("acpi", "tables", \.acpi.tables, .texts),
      FactRow("acpi", "hpet", \.acpi.hpet, .hpet),
      FactRow("acpi", "fadt", \.acpi.fadt, .fadt),
      FactRow("acpi", "madt", \.acpi.madt, .madt),
      FactRow("acpi", "mcfg", \.acpi.mcfg, .mcfg),
      FactRow("acpi", "dmar", \.acpi.dmar, .dmar),
      FactRow("acpi", "ivrs", \.acpi.ivrs, .ivrs),
    ]
      + DMIHost.Field.allCases.map { field in
        FactRow("dmi", field.rawValue, \.dmi[field], .text)
      }
  }

  private static var processor: [FactRow<Host>] {
    [
      FactRow("cpu", "identity", \.cpu.identity, .cpu),
      FactRow("cpu", "name", \.cpu.name, .text),
      FactRow("cpu", "microcode", \.cpu.microcode, .register),
      FactRow("cpu", "logicalCPUs", \.cpu.logicalCPUs, .integer),
      FactRow("cpu", "onlineCPUs", \.cpu.onlineCPUs, .integer),
      FactRow("cpu", "smt", \.cpu.hasSMT, .bool),
      FactRow("cpu", "invariantTSC", \.cpu.hasInvariantTSC, .bool),
      FactRow("cpu", "arat", \.cpu.hasARAT, .bool),
      FactRow("cpuidle", "owner", \.idle.owner, .name),
      FactRow("cpuidle", "driver", \.idle.driver, .text),
      FactRow("cpuidle", "governor", \.idle.governor, .text),
      FactRow("cpuidle", "limit", \.idle.limit, .limit),
      FactRow("cpuidle", "states", \.idle.states, Coding<IdleState>.state.list),
      FactRow("cpuidle", "table", \.idle.table, .idleTable),
      FactRow("timekeeping", "clocksource", \.time.clocksource, .text),
      FactRow("timekeeping", "clocksources", \.time.clocksources, .texts),
      FactRow("timekeeping", "platformTimer", \.time.platformTimer, .name),
      FactRow("timekeeping", "hpetBroadcast", \.time.hpetBroadcast, .name),
      FactRow("timekeeping", "hpetFSB", \.time.hpetHasFSB, .bool),
      FactRow("timekeeping", "hpetInterrupts", \.time.hpetInterrupts, .integer),
    ]
  }

  private static var counters: [FactRow<Host>] {
    let list = Coding<Counter>.counter.list
    return [
      FactRow("counters", "interrupts", \.counters.interrupts, Coding<InterruptLine>.line.list),
      FactRow("counters", "busErrors", \.counters.busErrors, list),
      FactRow("counters", "network", \.counters.network, list),
      FactRow("counters", "disks", \.counters.disks, list),
      FactRow("counters", "residency", \.counters.residency, list),
      FactRow("counters", "uptime", \.counters.uptime, .integer),
    ]
  }
}
