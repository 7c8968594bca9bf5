/// What a value of `dom0_mem=` asks for: `min:1G,max:4G,2G`.
struct Dom0MemoryRequest {
  /// Every size in it, in MiB.
  var sizes: [Int] = []
  /// What dom0 starts with, in MiB; nil where it is a share, what is left to guests, or not said.
  var initial: Int?

  init(_ value: String) {
    for part in value.split(separator: ",") {
      let bound = part.split(separator: ":", maxSplits: 1)
      guard let last = bound.last, let size = Self.mebibytes(last) else { continue }
      sizes.append(size)
      if bound.count == 1, !part.contains("%"), !part.contains("+") { initial = size }
    }
  }

  /// A size as Xen reads it: kibibytes without a letter (parse_size_and_unit).
  private static func mebibytes(_ text: Substring) -> Int? {
    let units: [Character: Int] = ["b": 0, "k": 10, "m": 20, "g": 30, "t": 40]
    guard let last = text.lowercased().last else { return nil }
    let shift = last.isNumber ? 10 : units[last]
    guard let shift, let number = Int(text.prefix(while: \.isNumber)) else { return nil }
    if shift < 20 { return number >> (20 - shift) }
    return number < 1 << 30 ? number << (shift - 20) : nil
  }

  /// Whether so much memory is what was asked for: the kernel keeps some of it for its own tables.
  func isMet(by memory: Int) -> Bool? {
    initial.map { abs($0 - memory) <= max(64, $0 / 32) }
  }
}
