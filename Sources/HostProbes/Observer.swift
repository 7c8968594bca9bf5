internal import CTSCWarp
internal import Glibc
public import HostModel
internal import SystemAccess

/// Looks at the running machine for a while.
public struct Observer {
  private let host: Host
  private let machine: RunningMachine
  private let literals: [String]
  private static let folder = "/sys/devices/system/cpu"
  /// Into how many stretches the time is cut to see what comes in bursts.
  private static let samples = 10.0
  /// How long two CPUs are compared.
  private static let milliseconds: Int32 = 4

  /// Takes a live machine, and the texts of which a new line of its log must hold one.
  ///
  /// Throws: as probing does.
  public init(_ host: Host, _ options: ProbeOptions, literals: [String]) throws(ProbeError) {
    self.host = host
    self.literals = literals
    machine = try RunningMachine(host, options)
  }

  /// Looks for so many seconds; `pause` waits for some of them, says how far it is, and gives false where
  /// the person wants no more.
  public func observe(
    seconds: Double, pause: (_ seconds: Double, _ share: Double) -> Bool
  ) -> Observation {
    let root = SystemRoot(path: "/")
    let log = Self.logReader()
    let busy = warps()
    let start = (clock: Self.clock(), tsc: xq_tsc())
    let before = machine.counters()
    var text = KernelLogText(keeping: literals)
    var middle: (clock: Double, tsc: UInt64)?
    var problem: FileProblem?
    var peaks = InterruptPeaks(machine.interrupts(), at: Self.clock())
    var links = LinkChanges(machine.links())
    let interval = max(1, seconds / Self.samples)
    while Self.clock() - start.clock < seconds {
      let passed = Self.clock() - start.clock
      if middle == nil, passed >= seconds / 2 { middle = (Self.clock(), xq_tsc()) }
      guard pause(min(1, seconds - passed), passed / seconds) else { break }
      Self.read(log, &text, &problem)
      if Self.clock() - peaks.time >= interval {
        peaks.add(machine.interrupts(), at: Self.clock())
        links.add(machine.links())
      }
    }
    links.add(machine.links())
    let after = machine.counters()
    let end = (clock: Self.clock(), tsc: xq_tsc())
    var observation = Observation(
      seconds: end.clock - start.clock, before: before, after: after, tsc: .absent,
      kernelLog: .absent)
    observation.cpus = host.role.value == .dom0 ? machine.xenIdleCPUs() : Self.cpus().count
    observation.links = links.changes
    observation.watchedLinks = links.count
    observation.peaks = peaks.perSecond
    observation.tsc = tsc(busy, start, middle, end)
    switch log {
    case .success:
      observation.kernelLog =
        problem.map { .unknown(Unknown($0, in: root)) }
        ?? .known(
          text.log.changed(by: ownNameRemover(root) ?? { $0 }), source: .file("/dev/kmsg"))
    case .failure(let problem): observation.kernelLog = .unknown(Unknown(problem, in: root))
    }
    return observation
  }

  // MARK: The log

  private final class Log {
    let messages: KernelMessages
    init() throws(FileProblem) {
      messages = try KernelMessages()
      // What is there already was said before.
      _ = try messages.readNew { _ in }
    }
  }

  private static func logReader() -> Result<Log, FileProblem> {
    do { return .success(try Log()) } catch { return .failure(error) }
  }

  private static func read(
    _ log: Result<Log, FileProblem>, _ text: inout KernelLogText, _ problem: inout FileProblem?
  ) {
    guard case .success(let log) = log else { return }
    var reader = text
    do {
      if try log.messages.readNew({ reader.read(record: $0) }) { reader.lose() }
    } catch {
      problem = error
    }
    text = reader
  }

  // MARK: The counter

  private typealias Moment = (clock: Double, tsc: UInt64)

  /// Only where the CPUs are CPUs: those of a domain or a guest move.
  private func warps() -> (reference: Int, warps: [TSCObservation.Warp])? {
    guard host.role.value == .bareMetal, xq_tsc() != 0 else { return nil }
    let cpus = Self.cpus()
    guard let reference = cpus.first else { return nil }
    return (reference, Self.warps(cpus.dropFirst(), reference))
  }

  private static func warps(_ cpus: ArraySlice<Int>, _ reference: Int) -> [TSCObservation.Warp] {
    cpus.compactMap { cpu in
      var found = xq_tsc_warp()
      guard
        unsafe xq_tsc_compare(Int32(reference), Int32(cpu), milliseconds, &found)
      else { return nil }
      return TSCObservation.Warp(
        cpu: cpu, most: found.most, count: found.count, looks: found.looks)
    }
  }

  private func tsc(
    _ busy: (reference: Int, warps: [TSCObservation.Warp])?, _ start: Moment, _ middle: Moment?,
    _ end: Moment
  ) -> Fact<TSCObservation> {
    guard let busy else {
      switch host.role.value {
      case .bareMetal: return .absent
      case .dom0:
        return .unknown(
          Unknown(.hiddenByHypervisor, needs: "Xen's own word on it: --debug-keys, or 'xl dmesg'"))
      default: return .unknown(Unknown(.hiddenByHypervisor, needs: "the host"))
      }
    }
    // The CPUs have idled through the observation.
    let idled = Self.warps(Self.cpus().dropFirst(), busy.reference)
    var drift: Double?
    if host.time.clocksource.value != "tsc", let middle, middle.clock > start.clock,
      end.clock > middle.clock, end.tsc > middle.tsc, middle.tsc > start.tsc
    {
      let first = Double(middle.tsc - start.tsc) / (middle.clock - start.clock)
      let second = Double(end.tsc - middle.tsc) / (end.clock - middle.clock)
      drift = (second / first - 1) * 1_000_000
    }
    var seen = TSCObservation(
      reference: busy.reference, busy: busy.warps, idled: idled, drift: drift)
    let compared = Set(busy.warps.map(\.cpu)).union([busy.reference])
    seen.uncompared = Self.cpus().filter { !compared.contains($0) }
    return .known(seen, source: .derived("pinned threads"))
  }

  /// The CPUs that this program may run on: `0-3,8`.
  private static func cpus() -> [Int] {
    guard let text = try? SystemRoot.live.readTrimmed("\(folder)/online") else { return [] }
    return text.split(separator: ",").flatMap { part -> [Int] in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last, last < 8192 else {
        return []
      }
      return Array(first...last)
    }
  }

  private static func clock() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// What each link ran at, one after the other.
struct LinkChanges {
  private var seen: [PCIAddress: [String]]

  init(_ rates: [PCIAddress: String]) { seen = rates.mapValues { [$0] } }

  var count: Int { seen.count }

  mutating func add(_ rates: [PCIAddress: String]) {
    for (address, rate) in rates where seen[address]?.last != rate {
      seen[address, default: []].append(rate)
    }
  }

  var changes: [Observation.LinkChange] {
    seen.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
      .map { Observation.LinkChange(address: $0.key, rates: $0.value) }
  }
}

/// The highest rate that each interrupt had between two looks.
private struct InterruptPeaks {
  private(set) var perSecond: [Int: Double] = [:]
  private(set) var time: Double
  private var counts: [Int: Int] = [:]

  init(_ lines: Fact<[InterruptLine]>, at time: Double) {
    self.time = time
    for line in lines.value ?? [] { counts[line.number] = line.count }
  }

  mutating func add(_ lines: Fact<[InterruptLine]>, at now: Double) {
    for line in lines.value ?? [] {
      if let old = counts[line.number], line.count >= old, now > time {
        perSecond[line.number] = max(
          perSecond[line.number] ?? 0, Double(line.count - old) / (now - time))
      }
      counts[line.number] = line.count
    }
    time = now
  }
}
