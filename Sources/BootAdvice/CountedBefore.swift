public import HostModel
internal import QuirkEngine

/// What had been counted of failures when the advice was kept.
public struct CountedBefore: Sendable {
  /// For how long, in seconds.
  public var seconds: Int
  public var failures: [Counter]
  /// Whether the machine has not been started again since; nil where nothing tells.
  public var isSameBoot: Bool?

  public init(seconds: Int, failures: [Counter], isSameBoot: Bool?) {
    self.seconds = seconds
    self.failures = failures
    self.isSameBoot = isSameBoot
  }

  /// How many must have come at the old rate before none of them tells something: at three, none comes by
  /// chance once in twenty times.
  private static let telling = 3.0

  /// How the failures of a function have gone on since; empty where none were counted.
  func checks(of address: PCIAddress, quirk: String, on host: Host) -> [Verification.Check] {
    failures.filter { failure in
      failure.value > 0 && host.functions(of: failure).contains { $0.address == address }
    }.map { failure in
      let name = "\(failure.subject) \(failure.name)"
      let source = "the kernel's counters"
      guard let now = host.failureCounters.first(where: { $0.isSame(as: failure) }),
        let uptime = host.counters.uptime.value
      else {
        return .init(
          .counted, .unknown, "\(name): \(failure.value) in \(Self.text(seconds)) before",
          source: source, needs: ["its counter of this boot"], quirk: quirk)
      }
      let since = growth(since: failure, now: now, uptime: uptime)
      guard let since, since.seconds > 0 else {
        return .init(
          .counted, .unknown, "\(name): nothing tells whether the machine was started again since",
          source: source, needs: ["verify on the machine itself"], quirk: quirk)
      }
      let expected = Double(failure.value) / Double(max(1, seconds)) * Double(since.seconds)
      let text =
        "\(name): \(since.count) in \(Self.text(since.seconds)), \(failure.value) in "
        + "\(Self.text(seconds)) before"
      if since.count == 0, expected >= Self.telling {
        return .init(.counted, .yes, text, source: source, quirk: quirk)
      }
      if Double(since.count) >= expected / 2, since.count > 0 {
        return .init(.counted, .no, text, source: source, quirk: quirk)
      }
      let wait = Int(Self.telling * Double(max(1, seconds)) / Double(failure.value))
      return .init(
        .counted, .unknown, text, source: source,
        needs: since.count == 0 ? ["\(Self.text(wait)) without one"] : ["more time"], quirk: quirk)
    }
  }

  private func growth(
    since failure: Counter, now: Counter, uptime: Int
  ) -> (count: Int, seconds: Int)? {
    // A clock that runs for less time than before was started anew.
    if uptime < seconds || isSameBoot == false { return (now.value, uptime) }
    guard isSameBoot == true, now.value >= failure.value else { return nil }
    return (now.value - failure.value, uptime - seconds)
  }

  /// A stretch of time in the unit that suits it.
  static func text(_ seconds: Int) -> String {
    for (size, unit) in [(86400, "d"), (3600, "h"), (60, "min")] where seconds >= 2 * size {
      return "\(seconds / size) \(unit)"
    }
    return "\(seconds) s"
  }
}

extension Counter {
  fileprivate func isSame(as other: Counter) -> Bool {
    subject == other.subject && name == other.name
  }
}
