/// How the machine idles: who decides it, what it may use and what it used.
public struct IdleHost: Sendable {
  public var owner: Fact<IdleOwner>
  /// The owner's idle driver: Linux names its own; Xen's is `mwait-idle` or `acpi`.
  public var driver: Fact<String>
  public var governor: Fact<String>
  /// The limit in force, whoever set it: the line, an erratum, or a TSC that can't be written.
  public var limit: Fact<CStateLimit>
  public var states: Fact<[IdleState]>
  /// The table that Xen's mwait-idle driver has for this CPU; absent where it has none.
  public var table: Fact<IdleTable>

  public init(allUnknown reason: Unknown) {
    owner = .unknown(reason)
    driver = .unknown(reason)
    governor = .unknown(reason)
    limit = .unknown(reason)
    states = .unknown(reason)
    table = .unknown(reason)
  }

  /// Whether a state deeper than C1 and its substates exists and is allowed.
  public var usesDeepStates: Fact<Bool> {
    if case .known(let limit, let source) = limit, !limit.allowsDeepStates {
      return .known(false, source: source)
    }
    if limit.value == nil, let reason = limit.unknown { return .unknown(reason) }
    return hasDeepStates
  }

  /// Whether a state deeper than C1 and its substates exists, allowed or not.
  public var hasDeepStates: Fact<Bool> {
    // A limit of 0 keeps mwait-idle from loading at all; its table stays.
    if limit.value?.type == 0, case .known(let table, let source) = table {
      return .known(table.states.contains { $0.number > 1 }, source: source)
    }
    guard case .known(let states, let source) = states else {
      return states.unknown.map { .unknown($0) } ?? .absent
    }
    let shallow = table.value?.states.count { $0.number == 1 } ?? 1
    let idle = states.filter { $0.name != "C0" && $0.name != "POLL" }
    // Linux names a state by its depth; `xenpm` numbers them.
    let isDeep = owner.value == .linux ? idle.contains(where: \.isDeep) : idle.count > shallow
    return .known(isDeep, source: source)
  }
}

/// Who programs C-states.
public enum IdleOwner: String, Sendable, CaseIterable {
  case linux, xen
}

/// The deepest C-state that may be used.
public struct CStateLimit: Sendable, Hashable {
  /// The ACPI type; nil when every state may be used.
  public var type: Int?
  /// The deepest substate of that type; nil when every one may be used.
  public var substate: Int?

  public init(type: Int?, substate: Int? = nil) {
    self.type = type
    self.substate = substate
  }

  public var allowsDeepStates: Bool { (type ?? Int.max) > 1 }

  /// `C1`, or `unlimited`.
  public var text: String { type.map { "C\($0)" } ?? "unlimited" }
}

/// One state of an idle driver; what it does not tell is nil.
public struct IdleState: Sendable, Hashable {
  public var name: String
  /// Exit latency in microseconds.
  public var latency: Int?
  /// Target residency in microseconds.
  public var residency: Int?
  /// How often it was entered, over all CPUs.
  public var usage: UInt64?
  /// How long, in milliseconds over all CPUs.
  public var time: UInt64?
  public var isDisabled: Bool?

  public init(
    name: String, latency: Int? = nil, residency: Int? = nil, usage: UInt64? = nil,
    time: UInt64? = nil, isDisabled: Bool? = nil
  ) {
    self.name = name
    self.latency = latency
    self.residency = residency
    self.usage = usage
    self.time = time
    self.isDisabled = isDisabled
  }

  /// Whether its name says C2 or deeper and nobody switched it off.
  var isDeep: Bool {
    guard isDisabled != true, let first = name.firstIndex(where: \.isNumber) else { return false }
    return (Int(name[first...].prefix(while: \.isNumber)) ?? 0) > 1
  }
}

/// The states that Xen's mwait-idle driver knows for some CPUs.
///
/// Source: xen/arch/x86/cpu/mwait-idle.c, the tables `*_cstates`.
public struct IdleTable: Sendable, Hashable {
  public struct State: Sendable, Hashable {
    /// Intel's name.
    public var name: String
    /// EAX of MWAIT.
    public var hint: UInt8
    /// In microseconds.
    public var latency: Int
    /// In microseconds.
    public var residency: Int

    public init(name: String, hint: UInt8, latency: Int, residency: Int) {
      self.name = name
      self.hint = hint
      self.latency = latency
      self.residency = residency
    }

    /// What `max_cstate=` counts: not the name's number, but the hint's class.
    public var number: Int { Int(hint >> 4) + 1 }
    /// What the second value of `max_cstate=` counts.
    public var substate: Int { Int(hint & 0xf) }
  }

  public var name: String
  public var states: [State]

  public init(name: String, states: [State]) {
    self.name = name
    self.states = states
  }

  /// The states that a limit leaves: all below its type, and of its type those up to its substate.
  public func allowed(by limit: CStateLimit) -> [State] {
    guard let type = limit.type else { return states }
    return states.filter {
      $0.number < type || ($0.number == type && $0.substate <= limit.substate ?? Int.max)
    }
  }

  /// The states that a limit forbids.
  public func forbidden(by limit: CStateLimit) -> [State] {
    let allowed = allowed(by: limit)
    return states.filter { !allowed.contains($0) }
  }
}

/// For which CPUs, and since when, Xen's mwait-idle driver uses a table.
public struct IdleModel: Sendable, Hashable {
  /// Of Intel's family 6.
  public var model: Int
  public var since: Version
  /// The first release that uses another one, or none.
  public var before: Version?
  public var table: IdleTable

  public init(model: Int, since: Version, before: Version?, table: IdleTable) {
    self.model = model
    self.since = since
    self.before = before
    self.table = table
  }

  /// Whether a release of Xen uses the table on a CPU.
  public func applies(to cpu: CPUIdentity, xen: Version) -> Bool {
    cpu.vendor == "Intel" && cpu.family == 6 && cpu.model == model && xen >= since
      && before.map { xen < $0 } ?? true
  }
}
