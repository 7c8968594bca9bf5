/// The machine's clocks and timers, and who uses them.
public struct TimeHost: Sendable {
  /// The clock of the kernel that was looked at; on Xen that is dom0's own affair.
  public var clocksource: Fact<String>
  public var clocksources: Fact<[String]>
  /// What Xen counts time with.
  public var platformTimer: Fact<PlatformTimer>
  /// How sleeping CPUs are woken where their own timer stops.
  public var hpetBroadcast: Fact<HPETBroadcast>
  /// Whether a comparator of the HPET can send its interrupt as a message (FSB).
  public var hpetHasFSB: Fact<Bool>
  /// Interrupt lines of the HPET's comparators that Linux itself uses.
  public var hpetInterrupts: Fact<Int>

  public init(allUnknown reason: Unknown) {
    clocksource = .unknown(reason)
    clocksources = .unknown(reason)
    platformTimer = .unknown(reason)
    hpetBroadcast = .unknown(reason)
    hpetHasFSB = .unknown(reason)
    hpetInterrupts = .unknown(reason)
  }
}

/// The timer that Xen keeps time with.
public enum PlatformTimer: String, Sendable, CaseIterable {
  case hpet
  case acpiPM = "acpi-pm"
  case pit, tsc
}

/// How the HPET wakes CPUs whose own timer stops in deep C-states.
public enum HPETBroadcast: String, Sendable, CaseIterable {
  /// Comparators send messages, one for each CPU or channel.
  case msi
  /// Comparator 0 takes the place of the PIT.
  case legacy
  case none
}
