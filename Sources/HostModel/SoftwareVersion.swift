/// A version number of upstream software: `4.17.7`, `6.12`, `2.6.35`.
public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// At least one number; `4.17` and `4.17.0` are equal.
  public var numbers: [Int]

  public init(_ numbers: Int...) { self.numbers = Self.trimmed(numbers) }

  /// Reads the numbers at the start of a text and ignores what follows them: `6.1.0-50-amd64` is
  /// 6.1.0.
  public init?(_ text: some StringProtocol) {
    var numbers: [Int] = []
    var current: Int?
    for byte in text.utf8 {
      if let digit = hexDigit(byte), digit < 10 {
        guard (current ?? 0) < 100_000_000 else { return nil }
        current = (current ?? 0) * 10 + Int(digit)
      } else if byte == UInt8(ascii: "."), let number = current {
        numbers.append(number)
        current = nil
      } else {
        break
      }
    }
    if let current { numbers.append(current) }
    guard !numbers.isEmpty else { return nil }
    self.numbers = Self.trimmed(numbers)
  }

  private static func trimmed(_ numbers: [Int]) -> [Int] {
    var numbers = numbers
    while numbers.count > 2, numbers.last == 0 { numbers.removeLast() }
    if numbers.count == 1 { numbers.append(0) }
    return numbers
  }

  /// Major and minor number: the release branch.
  public var branch: [Int] { Array(numbers.prefix(2)) }

  public var description: String { numbers.map(String.init).joined(separator: ".") }

  public static func < (left: Version, right: Version) -> Bool {
    for index in 0..<max(left.numbers.count, right.numbers.count) {
      let a = index < left.numbers.count ? left.numbers[index] : 0
      let b = index < right.numbers.count ? right.numbers[index] : 0
      if a != b { return a < b }
    }
    return false
  }
}

/// One build of a piece of software: an upstream version, and who packaged it.
public struct SoftwareBuild: Sendable, Hashable {
  public var version: Version
  /// `Debian`, `SUSE`, `XCP-ng` …; nil for an upstream build, where a version number says all.
  public var vendor: String?
  /// The package's own version where it is known: `6.1.192-2`.
  public var package: String?
  /// As the software prints it.
  public var text: String
  /// Nobody named a version: the newest catalogued one stands in for it.
  public var isAssumed: Bool
  /// It did not run yet: what it sets by itself is not known.
  public var isPlanned = false

  public init(
    version: Version, vendor: String? = nil, package: String? = nil, text: String? = nil,
    isAssumed: Bool = false
  ) {
    self.version = version
    self.vendor = vendor
    self.package = package
    self.text = text ?? version.description
    self.isAssumed = isAssumed
  }
}
