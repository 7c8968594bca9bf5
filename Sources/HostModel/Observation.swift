/// What a machine did over a stretch of time.
public struct Observation: Sendable {
  /// How long it was looked at, in seconds.
  public var seconds: Double
  public var before: CounterHost
  public var after: CounterHost
  public var tsc: Fact<TSCObservation>
  /// New lines of the kernel's log.
  public var kernelLog: Fact<KernelLog>

  public init(
    seconds: Double, before: CounterHost, after: CounterHost, tsc: Fact<TSCObservation>,
    kernelLog: Fact<KernelLog>
  ) {
    self.seconds = seconds
    self.before = before
    self.after = after
    self.tsc = tsc
    self.kernelLog = kernelLog
  }

  /// A counter that went on, and by how much; one that was set back counts from zero.
  public struct Growth: Sendable {
    public var counter: Counter
    public var growth: Int
  }

  /// What the counters of a kind grew by.
  public func growth(of kind: KeyPath<CounterHost, Fact<[Counter]>>) -> [Growth] {
    var old: [Counter: Int] = [:]
    for counter in before[keyPath: kind].value ?? [] {
      old[Counter(subject: counter.subject, name: counter.name, value: 0)] = counter.value
    }
    return (after[keyPath: kind].value ?? []).compactMap { counter in
      let start = old[Counter(subject: counter.subject, name: counter.name, value: 0)] ?? 0
      let growth = counter.value >= start ? counter.value - start : counter.value
      return growth > 0 ? Growth(counter: counter, growth: growth) : nil
    }
  }

  /// An interrupt line with what it counted meanwhile.
  public struct InterruptGrowth: Sendable {
    public var line: InterruptLine
    public var growth: Int
    public var perSecond: Double
    /// The highest rate between two looks.
    public var peak: Double

    public var isStorm: Bool { max(perSecond, peak) >= Observation.storm }
  }

  /// The interrupts, the busiest first; those that did not come too.
  public var interrupts: [InterruptGrowth] {
    let old = Dictionary(
      (before.interrupts.value ?? []).map { ($0.number, $0.count) }, uniquingKeysWith: { $1 })
    return (after.interrupts.value ?? []).map { line in
      let start = old[line.number] ?? 0
      let growth = line.count >= start ? line.count - start : line.count
      return InterruptGrowth(
        line: line, growth: growth, perSecond: seconds > 0 ? Double(growth) / seconds : 0,
        peak: peaks[line.number] ?? 0)
    }.sorted { ($0.growth, $1.line.number) > ($1.growth, $0.line.number) }
  }

  /// Interrupts a second on one line from which on it does little else: Linux calls 100,000 of which
  /// nearly none is wanted a storm, Xen cuts a line off at 10,000 in 10 ms.
  public static let storm = 100_000.0

  /// The share of each idle state in the time of all CPUs, in percent.
  public var residency: [(state: String, percent: Double)] {
    let total = growth(of: \.residency)
    let states = after.residency.value ?? []
    guard seconds > 0, !states.isEmpty, let cpus else { return [] }
    return states.map { state in
      let time = total.first { $0.counter.subject == state.subject }?.growth ?? 0
      return (state.subject, min(100, Double(time) / (seconds * Double(cpus)) / 10_000))
    }
  }

  /// The highest rate of each interrupt between two looks.
  public var peaks: [Int: Double] = [:]
  /// How many CPUs the residency is of.
  public var cpus: Int?

  /// A link that did not stay at one speed and width.
  public struct LinkChange: Sendable, Hashable {
    /// The function at its lower end.
    public var address: PCIAddress
    /// What it ran at, in the order seen.
    public var rates: [String]

    public init(address: PCIAddress, rates: [String]) {
      self.address = address
      self.rates = rates
    }
  }

  public var links: [LinkChange] = []
  /// How many functions Linux told the speed and width of.
  public var watchedLinks = 0
}

/// How the CPUs' time stamp counters stood to each other.
///
/// One thread on each of two CPUs reads the counter in turn under a lock: it must never go back. Steps
/// smaller than the handing over of the lock can't be seen.
public struct TSCObservation: Sendable {
  public struct Warp: Sendable {
    public var cpu: Int
    /// In cycles; 0 for none.
    public var most: UInt64
    public var count: UInt64
    public var looks: UInt64

    public init(cpu: Int, most: UInt64, count: UInt64, looks: UInt64) {
      self.cpu = cpu
      self.most = most
      self.count = count
      self.looks = looks
    }
  }

  /// The CPU that all others were compared with.
  public var reference: Int
  /// Right away, and after the CPUs had idled.
  public var busy: [Warp]
  public var idled: [Warp]
  /// CPUs on which no thread could be bound.
  public var uncompared: [Int] = []
  /// By how much the counter ran faster in the second half, in millionths; nil where the clock is the
  /// counter itself.
  public var drift: Double?

  public init(reference: Int, busy: [Warp], idled: [Warp], drift: Double?) {
    self.reference = reference
    self.busy = busy
    self.idled = idled
    self.drift = drift
  }

  public var warps: [Warp] { (busy + idled).filter { $0.count > 0 } }
}
