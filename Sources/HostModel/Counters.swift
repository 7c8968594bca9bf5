/// What the machine counted since it started.
public struct CounterHost: Sendable {
  /// The lines of /proc/interrupts that are numbered.
  public var interrupts: Fact<[InterruptLine]>
  /// Errors that functions reported (sysfs, `aer_dev_*`).
  public var busErrors: Fact<[Counter]>
  /// What interfaces of functions sent and failed to send (sysfs, `statistics`).
  public var network: Fact<[Counter]>
  /// Commands to disks that failed or timed out (sysfs, `ioerr_cnt` and `iotmo_cnt`).
  public var disks: Fact<[Counter]>
  /// Microseconds that all CPUs together spent in each idle state; Linux's own, on bare metal.
  public var residency: Fact<[Counter]>
  /// For how long the kernel has counted, in seconds (/proc/uptime).
  public var uptime: Fact<Int>

  public init(allUnknown reason: Unknown) {
    interrupts = .unknown(reason)
    busErrors = .unknown(reason)
    network = .unknown(reason)
    disks = .unknown(reason)
    residency = .unknown(reason)
    uptime = .unknown(reason)
  }
}

/// One counter of one thing.
public struct Counter: Sendable, Hashable {
  /// A function's address, an interface, a disk or an idle state.
  public var subject: String
  public var name: String
  public var value: Int

  public init(subject: String, name: String, value: Int) {
    self.subject = subject
    self.name = name
    self.value = value
  }
}

/// A numbered line of /proc/interrupts, over all CPUs.
public struct InterruptLine: Sendable, Hashable {
  public var number: Int
  public var count: Int
  /// The chip as the kernel names it: `PCI-MSIX-0000:03:00.0`, `IO-APIC`, `xen-pirq-msi`.
  public var chip: String
  /// Who asked for it: driver, interface or queue.
  public var users: [String]
  /// The functions that it is an interrupt of.
  public var functions: [PCIAddress]

  public init(
    number: Int, count: Int, chip: String, users: [String], functions: [PCIAddress] = []
  ) {
    self.number = number
    self.count = count
    self.chip = chip
    self.users = users
    self.functions = functions
  }

  /// How the interrupt comes.
  public enum Kind: String, Sendable, CaseIterable {
    case msi, msix, line, other
  }

  public var kind: Kind {
    let name = chip.lowercased()
    if name.contains("msi-x") || name.contains("msix") { return .msix }
    if name.contains("msi") { return .msi }
    return name.contains("io-apic") || name.contains("ioapic") || name.contains("xt-pic")
      ? .line : .other
  }

  /// Whether several devices have to be asked when it comes.
  public var isShared: Bool { kind == .line && users.count > 1 }
}

extension CounterHost {
  /// How many interrupts a function has had; nil where none of its lines is known.
  public func interrupts(of address: PCIAddress) -> Int? {
    let lines = (interrupts.value ?? []).filter { $0.functions.contains(address) }
    return lines.isEmpty ? nil : lines.reduce(0) { $0 + $1.count }
  }
}

extension Host {
  /// Functions that work for a disk or an interface with traffic, and had no interrupt at all.
  public var functionsWithoutInterrupts: [PCIAddress] {
    (pci.value?.functions ?? []).filter { function in
      guard counters.interrupts(of: function.address) == 0 else { return false }
      let hasDisks = function.software.disks.value?.isEmpty == false
      let busy = (counters.network.value ?? []).contains { counter in
        counter.name == "tx_packets" && counter.value > 0
          && function.software.interfaces.value?.contains(counter.subject) == true
      }
      return hasDisks || busy
    }.map(\.address)
  }

  /// Counters of things that ought not to happen, and did.
  public var failures: [Counter] { failureCounters.filter { $0.value > 0 } }

  /// Counters of things that ought not to happen.
  public var failureCounters: [Counter] {
    let all = [counters.busErrors, counters.network, counters.disks].flatMap { $0.value ?? [] }
    return all.filter { Self.failureNames.contains($0.name) }
  }

  /// The functions that a counter is of: its own, its interface's, or that of the SCSI host its disk is on.
  public func functions(of counter: Counter) -> [PCIFunction] {
    let host = counter.subject.split(separator: ":").first.map { "host\($0)" } ?? ""
    return (pci.value?.functions ?? []).filter { function in
      function.address.description == counter.subject
        || function.software.interfaces.value?.contains(counter.subject) == true
        || (counter.subject.contains(":")
          && function.software.scsiHosts.value?.contains(host) == true)
    }
  }

  /// A disk that knows a command not answers it with an error: those say little.
  private static let failureNames: Set = [
    "correctable", "nonfatal", "fatal", "rx_errors", "tx_errors", "timeouts", "tx_timeouts",
  ]
}
