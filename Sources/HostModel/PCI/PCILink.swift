/// What a link runs at, and the most that both its ends can do.
public struct LinkRate: Sendable, Hashable {
  public var speed: LinkSpeed
  /// In lanes.
  public var width: Int
  public var maximumSpeed: LinkSpeed
  public var maximumWidth: Int
  /// What the port above was told to train to at most.
  public var targetSpeed: LinkSpeed?

  /// Whether it has fewer lanes than both ends.
  public var isNarrow: Bool { width < maximumWidth }
  /// Whether both ends could be faster.
  public var isSlow: Bool { speed.code < maximumSpeed.code }
  /// Whether it is as fast as the port above may be by what it was told.
  public var isSlowByTarget: Bool { isSlow && targetSpeed.map { $0.code <= speed.code } == true }
}

/// A PCI Express link: the port above, the device below, and what is switched on between them.
public struct PCILink: Sendable {
  /// The port at the upper end; nil where it is not known (a root bus of a virtual machine, a
  /// partial dump).
  public let upstream: PCIAddress?
  /// The functions of the device at the lower end that carry its link registers.
  public let downstream: [PCIAddress]
  public let upstreamIndex: Int?
  public let downstreamIndices: [Int]

  /// What both ends support (LnkCap).
  public let supported: Fact<ASPMStates>
  /// Whether the lower end's transmitter enters L0s (lanes that lead upstream).
  public let l0sUpstream: Fact<Bool>
  /// Whether the upper end's transmitter enters L0s (lanes that lead downstream).
  public let l0sDownstream: Fact<Bool>
  /// Whether L1 is on: only when both ends agree.
  public let l1: Fact<Bool>
  /// The L1 substates that both ends have on, by name.
  public let l1Substates: Fact<[String]>
  /// Speed and width (LnkSta of the lower end, LnkCap of both); absent where a link says none.
  public let rate: Fact<LinkRate>
  /// Whether Linux offers to switch the link's states: it controls ASPM here.
  public let osControl: Fact<Bool>

  /// The address that stands for the link: the first function of its lower end.
  public var address: PCIAddress { downstream[0] }

  init(
    downstream ends: [PCIFunction], deviceIsReadable: Bool, upstream port: PCIFunction?,
    upstreamIndex: Int?, downstreamIndices: [Int]
  ) {
    upstream = port?.address
    downstream = ends.map(\.address)
    self.upstreamIndex = upstreamIndex
    self.downstreamIndices = downstreamIndices

    let below = Self.lowerEnd(ends, isReadable: deviceIsReadable, port: port)
    let above = Self.upperEnd(port)
    let source = Source.derived(
      ([port?.address].compactMap { $0 } + ends.map(\.address))
        .map { "LnkCtl of \($0)" }.joined(separator: ", "))

    l0sUpstream = below.control.map { $0.contains(.l0s) }.from(source)
    l0sDownstream = above.control.map { $0.contains(.l0s) }.from(source)
    l1 = Self.both(
      below.control.map { $0.contains(.l1) }, above.control.map { $0.contains(.l1) }, source)
    supported =
      switch (below.capabilities, above.capabilities) {
      case (.known(let low, _), .known(let high, _)):
        .known(low.intersection(high), source: .derived("LnkCap of both ends"))
      case (.unknown(let reason), _), (_, .unknown(let reason)): .unknown(reason)
      default: .unknown(Self.noPort)
      }
    l1Substates = Self.substates(ends.first, port)
    rate = Self.rate(ends[0], port)
    osControl = ends[0].software.linkControls.map { !$0.isEmpty }
  }

  /// The ASPM states that are on: known as soon as the ends that can be read settle it.
  public func isOn(_ state: ASPMStates) -> Fact<Bool> {
    state == .l1 ? l1 : Self.either(l0sUpstream, l0sDownstream)
  }

  // MARK: Ends

  private typealias End = (control: Fact<ASPMStates>, capabilities: Fact<ASPMStates>)

  private static let noPort = Unknown(
    .notCaptured, needs: "the port above the device (no bridge leads to its bus)")

  /// A state is on for a device when every function has it on; with ARI function 0 alone decides
  /// (PCIe 5.4.1).
  private static func lowerEnd(
    _ ends: [PCIFunction], isReadable: Bool, port: PCIFunction?
  ) -> End {
    let registers = ends.compactMap { $0.registers.express.value?.link }
    let ari =
      ends[0].registers.alternativeRoutingID.value != nil
      && port?.registers.express.value?.ariForwarding == true
    let deciding = ari ? Array(registers.prefix(1)) : registers
    let all: ASPMStates = [.l0s, .l1]
    let control = deciding.reduce(all) { $0.intersection($1.control.aspm) }
    let capabilities = deciding.reduce(all) { $0.intersection($1.capabilities.aspm) }
    let source = ends[0].registers.express.source ?? .configSpace(offset: 0)
    guard isReadable || control.isEmpty else {
      let reason = ends[0].config.beyond
      return (.unknown(reason), .unknown(reason))
    }
    return (.known(control, source: source), .known(capabilities, source: source))
  }

  private static func upperEnd(_ port: PCIFunction?) -> End {
    guard let port else { return (.unknown(noPort), .unknown(noPort)) }
    let express = port.registers.express.flatMap { express, source -> Fact<LinkRegisters> in
      guard let link = express.link, express.portType?.isUpstreamEndOfLink ?? false else {
        return .unknown(noPort)
      }
      return .known(link, source: source)
    }
    if express.isAbsent { return (.unknown(noPort), .unknown(noPort)) }
    return (express.map(\.control.aspm), express.map(\.capabilities.aspm))
  }

  private static func both(_ left: Fact<Bool>, _ right: Fact<Bool>, _ source: Source) -> Fact<Bool>
  {
    if left.value == false || right.value == false { return .known(false, source: source) }
    if let reason = left.unknown ?? right.unknown { return .unknown(reason) }
    return .known(true, source: source)
  }

  private static func either(_ left: Fact<Bool>, _ right: Fact<Bool>) -> Fact<Bool> {
    if left.value == true { return left }
    if right.value == true { return right }
    if let reason = left.unknown ?? right.unknown { return .unknown(reason) }
    return left
  }

  private static func rate(_ end: PCIFunction, _ port: PCIFunction?) -> Fact<LinkRate> {
    guard let above = port?.registers.express.value?.link else {
      return .unknown(port?.registers.express.unknown ?? noPort)
    }
    return end.registers.express.flatMap { express, source in
      guard let below = express.link else { return .absent }
      let speeds = [below.capabilities.maximumSpeed, above.capabilities.maximumSpeed]
      let rate = LinkRate(
        speed: below.status.speed, width: below.status.width,
        maximumSpeed: LinkSpeed(code: speeds.map(\.code).min() ?? 0),
        maximumWidth: min(below.capabilities.maximumWidth, above.capabilities.maximumWidth),
        targetSpeed: above.targetSpeed)
      let isSaid = rate.width > 0 && rate.speed.text != nil && rate.maximumSpeed.text != nil
      return isSaid ? .known(rate, source: source) : .absent
    }
  }

  private static func substates(_ end: PCIFunction?, _ port: PCIFunction?) -> Fact<[String]> {
    guard let end, let port else { return .unknown(noPort) }
    switch (end.registers.l1Substates, port.registers.l1Substates) {
    case (.absent, _), (_, .absent): return .absent
    case (.known(let low, let source), .known(let high, _)):
      return .known(low.enabled.filter { high.enabled.contains($0) }, source: source)
    case (.unknown(let reason), _), (_, .unknown(let reason)): return .unknown(reason)
    }
  }
}

extension Fact {
  /// The same fact, named after a wider source.
  fileprivate func from(_ source: Source) -> Fact {
    if case .known(let value, _) = self { .known(value, source: source) } else { self }
  }
}
