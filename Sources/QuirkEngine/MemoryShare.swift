/// A share of the machine's memory, `1024+5%<8192`: so many MiB, plus a part of it, up to a limit.
public struct MemoryShare: Sendable, Hashable {
  /// In MiB.
  var base: Int
  var percent: Int
  /// In MiB.
  var most: Int

  /// Reads `BASE+PERCENT%<MOST`; nil where it is written otherwise.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(omittingEmptySubsequences: false) { "+%<".contains($0) }
    guard parts.count == 4, parts[2].isEmpty, String(text.filter { "+%<".contains($0) }) == "+%<",
      let base = Int(parts[0]), let percent = Int(parts[1]), let most = Int(parts[3]),
      (0...100).contains(percent), base > 0, most >= base
    else { return nil }
    self.base = base
    self.percent = percent
    self.most = most
  }

  /// The share of a machine with so much memory, in MiB: a multiple of 64.
  func size(of memory: Int) -> Int {
    let share = min(base + memory / 100 * percent, most)
    return (share + 63) / 64 * 64
  }
}
