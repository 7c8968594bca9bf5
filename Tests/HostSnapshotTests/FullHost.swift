import HostModel

extension Host {
  /// A host of which every single fact is known, each value another.
  static var full: Host {
    var host = Host(allUnknown: Unknown(.redacted, needs: "nothing"))
    host.role = .known(.dom0, source: .derived("a test"))
    host.architecture = .known("x86_64", source: .tool("uname"))
    host.pci = .known(
      PCITopology([.full], isComplete: true), source: .file("/sys/bus/pci/devices"))
    host.boot = .known(
      BootFiles(xen: ["xen.gz"], kernels: ["vmlinuz"], initialRAMDisks: []), source: .file("/boot"))
    host.kernelLog = .known(
      KernelLog(
        lines: [
          LogLine(""), LogLine("\u{1b}[1mé\t\\\"", count: 3, first: 1, last: nil),
          LogLine("\u{fffd}\r\0", count: 1, first: 2, last: 4),
        ], gaps: [.end, .lost]),
      source: .option("--klog"))
    host.toolstack = .known(["a": "1", "é\u{7}": ""], source: .file("/etc/xen/xl.conf"))
    host.memory = .known(65536, source: .tool("xl info"))
    host.bootsByUEFI = .known(true, source: .file("/sys/firmware/efi"))
    let counter = Counter(subject: "eth0", name: "tx_errors", value: 1 << 52)
    host.counters.interrupts = .known(
      [
        InterruptLine(
          number: 24, count: 7, chip: "PCI-MSI", users: ["eth0", "é"],
          functions: [PCIAddress(bus: 3, device: 0, function: 0)])
      ], source: .file("/proc/interrupts"))
    host.counters.busErrors = .known([counter], source: .file("/sys/bus/pci/devices"))
    host.counters.network = .known([counter, counter], source: .file("/sys/class/net"))
    host.counters.disks = .known([], source: .file("/sys/class/scsi_device"))
    host.counters.residency = .known([counter], source: .file("/sys/devices/system/cpu"))
    host.counters.uptime = .known(12, source: .file("/proc/uptime"))
    host.fillSoftware()
    host.fillFirmware()
    host.fillProcessor()
    return host
  }

  private mutating func fillSoftware() {
    var build = SoftwareBuild(
      version: Version(6, 1, 192), vendor: "Debian", package: "6.1.192-2", text: "6.1.0-50",
      isAssumed: true)
    linux.build = .known(build, source: .file("/proc/version"))
    build.isAssumed = false
    build.isPlanned = true
    linux.release = .known("6.1.0-50-amd64", source: .file("/proc/version"))
    linux.aspmPolicy = .known("default", source: .file("policy"))
    linux.moduleParameters = .known(["pcie_aspm.policy": "x"], source: .file("/sys/module"))
    linux.modules = .known(["e1000e", "igb"], source: .file("/sys/module"))
    xen.build = .known(build, source: .configSpace(offset: 80))
    xen.iommuIsOn = .known(false, source: .tool("xl info"))
    xen.interruptRemappingIsOn = .known(true, source: .tool("xl dmesg"))
    xen.dom0Type = .known(.pvh, source: .tool("xl dmesg"))
    xen.isNested = .known(false, source: .tool("xen-cpuid -p"))
    xen.dom0Memory = .known(2048, source: .file("/sys"))
    xen.scheduler = .known("credit2", source: .tool("xl info"))
    xen.messages = .known(
      XenMessages(
        lines: [LogLine("Xen version 4.17")], gaps: [.start],
        showsInformation: .known(true, source: .derived("the line")),
        parameterErrors: .known(
          [.init(parameter: "foo", value: nil), .init(parameter: "bar", value: "")],
          source: .tool("xl dmesg"))), source: .tool("xl dmesg"))
    lines.xen = .known(CommandLine(words: ["a=\"\"", "c=\"d e\""]), source: .option("--xen-line"))
    lines.dom0 = .known(CommandLine(words: []), source: .file("/proc/cmdline"))
  }

  private mutating func fillFirmware() {
    let source = Source.file("/sys/firmware/acpi/tables")
    acpi.tables = .known(["APIC", "FACP"], source: source)
    acpi.hpet = .known(
      HPETTable(
        eventTimerBlockID: 0x8086_a201, addressSpace: 1, baseAddress: .max, sequenceNumber: 2,
        minimumTick: 0xffff), source: source)
    acpi.fadt = .known(
      FADT(
        revision: 4, length: 244, bootArchitecture: [.aspmNotSupported], c2Latency: 101,
        c3Latency: 1001, flags: 0x8000_0001), source: source)
    acpi.madt = .known(
      MADT(
        enabledCPUs: 8, disabledCPUs: 1,
        ioAPICs: [.init(id: 255, address: 0xfec0_0000, firstGSI: 24)],
        overrides: [.init(irq: 9, gsi: 20, flags: 0xd)]), source: source)
    acpi.mcfg = .known(
      MCFG(regions: [.init(base: 0xe000_0000, segment: 1, firstBus: 2, lastBus: 255)]),
      source: source)
    acpi.dmar = .known(
      DMAR(
        hostAddressWidth: 39, hasInterruptRemapping: true, optsOutOfX2APIC: false, units: 2,
        reservedRegions: 3), source: source)
    acpi.ivrs = .known(
      IVRS(
        hardwareBlocks: 1, memoryBlocks: 2,
        specialDevices: [
          .init(variety: .ioAPIC, handle: 4, source: PCIAddress(bus: 0, device: 20, function: 0)),
          .init(variety: .hpet, handle: 0, source: PCIAddress(bus: 0, device: 20, function: 1)),
        ]), source: source)
    for field in DMIHost.Field.allCases {
      dmi[field] = .known("a \(field.rawValue)", source: .file("/sys/class/dmi/id"))
    }
  }

  private mutating func fillProcessor() {
    let source = Source.file("/proc/cpuinfo")
    cpu.identity = .known(
      CPUIdentity(vendorID: "GenuineIntel", family: 6, model: 0x2c, stepping: 2), source: source)
    cpu.name = .known("Xeon  (R)", source: source)
    cpu.microcode = .known(.max, source: source)
    cpu.logicalCPUs = .known(1, source: source)
    cpu.onlineCPUs = .known(24, source: source)
    cpu.hasSMT = .known(true, source: source)
    cpu.hasInvariantTSC = .known(false, source: source)
    cpu.hasARAT = .known(true, source: source)
    idle.owner = .known(.xen, source: source)
    idle.driver = .known("mwait-idle", source: source)
    idle.governor = .known("menu", source: source)
    idle.limit = .known(CStateLimit(type: 1, substate: 0), source: source)
    idle.states = .known(
      [
        IdleState(name: "C0"),
        IdleState(
          name: "C1", latency: -1, residency: 2, usage: .max, time: 0, isDisabled: false),
      ], source: source)
    idle.table = .known(
      IdleTable(
        name: "nehalem", states: [.init(name: "C1E", hint: 0x01, latency: 3, residency: 6)]),
      source: source)
    time.clocksource = .known("xen", source: source)
    time.clocksources = .known(["xen", "tsc"], source: source)
    time.platformTimer = .known(.acpiPM, source: source)
    time.hpetBroadcast = .known(HPETBroadcast.none, source: source)
    time.hpetHasFSB = .known(true, source: source)
    time.hpetInterrupts = .known(0, source: source)
  }

  /// The first thing that two hosts say differently.
  func difference(from other: Host) -> String? {
    let (own, others) = (Self.lines(of: self, "host"), Self.lines(of: other, "host"))
    if own == others { return nil }
    return zip(own, others).first { $0 != $1 }.map { "\($0), was \($1)" } ?? "more"
  }

  /// Everything in a value, a line for each.
  private static func lines(of value: Any, _ name: String) -> [String] {
    if let dmi = value as? DMIHost {
      return DMIHost.Field.allCases.flatMap { lines(of: dmi[$0], "\(name).\($0)") }
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .struct, .enum, .tuple, .optional, .collection:
      if value is [UInt8] || mirror.children.isEmpty { return ["\(name) = \(value)"] }
      return mirror.children.enumerated().flatMap { index, child in
        lines(of: child.value, "\(name).\(child.label ?? "\(index)")")
      }
    case .dictionary, .set:
      return mirror.children.flatMap { lines(of: $0.value, name) }.sorted()
    default: return ["\(name) = \(value)"]
    }
  }

  /// The properties of the host whose fact is not known, by name.
  var unknownFacts: [String] { Self.unknown(in: self, name: "host") }

  private static func unknown(in value: Any, name: String) -> [String] {
    let mirror = Mirror(reflecting: value)
    if String(describing: type(of: value)).hasPrefix("Fact<") {
      guard let fact = mirror.children.first, fact.label == "known" else { return [name] }
      return []
    }
    guard mirror.displayStyle == .struct else { return [] }
    return mirror.children.flatMap { unknown(in: $0.value, name: "\(name).\($0.label ?? "")") }
  }
}

extension PCIFunction {
  /// A function of which every fact is known.
  static var full: PCIFunction {
    let source = Source.file("/sys/bus/pci/devices/0000:03:00.0")
    var software = PCIFunctionSoftware(allUnknown: Unknown(.redacted, needs: "nothing"))
    software.driver = .known("igb", source: source)
    software.interfaces = .known(["eth0"], source: .tool("udev"))
    software.disks = .known([], source: source)
    software.scsiHosts = .known(["host0"], source: source)
    software.ataPorts = .known(["ata1"], source: source)
    software.numaNode = .known(1, source: source)
    software.msiAllowed = .known(true, source: source)
    software.msiInterrupts = .known(["msix", "msix"], source: source)
    software.linkControls = .known(["l0s_aspm": false, "l1_aspm": true], source: source)
    software.driverOverride = .known("vfio-pci", source: source)
    software.physicalFunction = PCIAddress(domain: 0x10000, bus: 3, device: 0, function: 0)
    var function = PCIFunction(
      address: PCIAddress(domain: 0x10000, bus: 3, device: 0, function: 1),
      identity: PCIIdentity(
        vendor: 0x8086, device: 0x10d3, classCode: 0xff_ffff, revision: 255),
      config: ConfigSpace(
        bytes: [0x86, 0x80, 0xd3, 0x10], beyond: Unknown(.truncated, needs: "more")),
      software: software)
    function.name = "Intel 82576"
    return function
  }
}
