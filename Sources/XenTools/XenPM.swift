public import HostModel

/// What `xenpm get-cpuidle-states` prints, in the wording of any release.
///
/// Source: tools/misc/xenpm.c, show_max_cstate and print_cxstat. Up to 4.0 the limit was called `Max
/// C-state`; since 4.13 `All C-states allowed` stands for no limit and a line of its own for the
/// substate.
public struct XenPM: Sendable {
  /// Nil when the text does not say it.
  public var limit: CStateLimit?
  /// How many CPUs the states are of.
  public var cpus = 0
  /// Over all CPUs; nil when Xen has no idle driver, or the text ends before the states.
  public var states: [IdleState]?
  /// Whether Xen said that it has no idle driver.
  public var hasNoDriver: Bool

  // `Xen` was once written small.
  private static let noDriver = "en cpuidle is disabled or no valid information"

  /// Reads lines; nil when there is nothing of xenpm in the text.
  public init?(parsing text: String) {
    var counts: [String: (usage: UInt64, time: UInt64)] = [:]
    var names: [String] = []
    var current: String?
    hasNoDriver = false
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("All C-states allowed") {
        limit = CStateLimit(type: nil)
      } else if let type = Self.number(
        in: line, behind: ["Max possible C-state: C", "Max C-state: C"])
      {
        limit = CStateLimit(type: type)
      } else if let substate = Self.number(in: line, behind: ["Max possible substate: "]) {
        limit?.substate = substate
      } else if line.contains(Self.noDriver) {
        hasNoDriver = true
      } else if line.hasPrefix("cpu id") {
        cpus += 1
      } else if let colon = line.firstIndex(of: ":"), line.contains("transition ["),
        line.first == "C"
      {
        let name = String(line[..<colon].prefix { $0 != " " })
        if counts[name] == nil { names.append(name) }
        counts[name, default: (0, 0)].usage += Self.count(in: line)
        current = name
      } else if line.contains("residency "), let name = current {
        counts[name, default: (0, 0)].time += Self.count(in: line)
      } else if !line.hasPrefix(" ") {
        current = nil
      }
    }
    if !names.isEmpty {
      states = names.map { name in
        IdleState(name: name, usage: counts[name]?.usage, time: counts[name]?.time)
      }
    }
    if limit == nil, states == nil, !hasNoDriver { return nil }
  }

  private static func number(in line: Substring, behind prefixes: [String]) -> Int? {
    for prefix in prefixes where line.hasPrefix(prefix) {
      return Int(line.dropFirst(prefix.count).prefix(while: \.isNumber))
    }
    return nil
  }

  /// The number in brackets, in whatever width.
  private static func count(in line: Substring) -> UInt64 {
    guard let open = line.firstIndex(of: "[") else { return 0 }
    let text = line[line.index(after: open)...].drop { $0 == " " }
    return UInt64(text.prefix(while: \.isNumber)) ?? 0
  }
}
