public import HostModel

/// From which builds of a piece of software on (or up to which) something holds.
///
/// Written as `since`, `before`, `backports` where the history was looked up, as `seen-in` where it
/// was only
/// seen in some releases; a vendor's bound is `debian = "6.1.50-1"`.
public struct VersionBound: Sendable, Hashable {
  public var since: Version?
  public var before: Version?
  /// Releases of older branches that have it too, from each on.
  public var backports: [Version] = []
  /// The first and last release in which somebody saw it; outside nobody knows.
  public var seenIn: ClosedRange<Version>?
  /// Package versions of vendors, by the vendor's name in lower case.
  public var vendors: [String: Version] = [:]

  /// As it was written: `key=value` pairs.
  public let values: [String]

  /// Reads `key=value` pairs.
  public init(parsing values: [String]) throws(TermError) {
    self.values = values
    for value in values {
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw TermError("'\(value)' is not key=value") }
      try set(parts[0], parts[1])
    }
    guard since != nil || before != nil || seenIn != nil else {
      throw TermError("a version bound needs since, before or seen-in")
    }
  }

  private mutating func set(_ key: String, _ value: String) throws(TermError) {
    switch key {
    case "since": since = try Self.version(value)
    case "before": before = try Self.version(value)
    case "backports": backports.append(try Self.version(value))
    case "seen-in":
      let ends = value.split(separator: "-")
      guard let first = ends.first, let last = ends.last, ends.count <= 2 else {
        throw TermError("'\(value)' is not a version or a range like 6.1-6.12")
      }
      let range = (try Self.version(String(first)), try Self.version(String(last)))
      guard range.0 <= range.1 else { throw TermError("'\(value)' ends before it begins") }
      seenIn = range.0...range.1
    case "debian", "ubuntu", "suse", "redhat", "xcp-ng", "qubes", "proxmox":
      vendors[key] = try Self.version(value.replacing("-", with: "."))
    default:
      throw TermError(
        "'\(key)' is not part of a version bound: since, before, backports, seen-in or a vendor")
    }
  }

  private static func version(_ text: String) throws(TermError) -> Version {
    guard let version = Version(text),
      text.utf8.allSatisfy({ $0 == 0x2e || hexDigit($0) ?? 10 < 10 })
    else { throw TermError("'\(text)' is not a version number") }
    return version
  }

  /// Whether a build is within the bound; a reason where that can't be told.
  public func holds(for build: SoftwareBuild) -> Result<Bool, Unknown> {
    var result = true
    if let seenIn {
      let inside =
        seenIn.lowerBound <= build.version
        && (build.version <= seenIn.upperBound || build.version.branch == seenIn.upperBound.branch)
      if !inside {
        let range = "\(seenIn.lowerBound) to \(seenIn.upperBound)"
        return .failure(
          Unknown(.otherSoftware, needs: "somebody who looks it up (it was seen in \(range) only)"))
      }
    }
    if let since {
      switch reached(since, by: build, backports: backports.filter { $0 < since }) {
      case .success(let reached): result = result && reached
      case .failure(let reason): return .failure(reason)
      }
    }
    if let before, result {
      // What went into a branch below `since` is of `since`; it says nothing of the end.
      let ends = backports.filter { backport in since.map { backport >= $0 } ?? true }
      switch reached(before, by: build, backports: ends) {
      case .success(let reached): result = !reached
      case .failure(let reason): return .failure(reason)
      }
    }
    return .success(result)
  }

  /// Whether a build is at or above a bound: a vendor's older number may hold the change all the
  /// same.
  private func reached(
    _ bound: Version, by build: SoftwareBuild, backports: [Version]
  ) -> Result<Bool, Unknown> {
    if build.version >= bound { return .success(true) }
    if backports.contains(where: { $0.branch == build.version.branch && $0 <= build.version }) {
      return .success(true)
    }
    guard let vendor = build.vendor else { return .success(false) }
    if let own = vendors[vendor.lowercased()],
      let package = build.package.flatMap({ Version($0.replacing("-", with: ".")) })
    {
      return .success(package >= own)
    }
    return .failure(
      Unknown(.otherSoftware, needs: "the change log of \(vendor)'s build \(build.text)"))
  }
}
