internal import HostModel

/// Literal text with `*` for any run of characters, held against a whole value.
struct Glob: Sendable, Hashable {
  let text: String

  init(_ text: some StringProtocol) { self.text = String(text) }

  func matches(_ value: some StringProtocol) -> Bool {
    let pieces = text.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
      return text == value
    }
    guard value.hasPrefix(first), value.hasSuffix(last), value.count >= first.count + last.count
    else { return false }
    var rest = Substring(value).dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}

/// Processors: every property that is given must fit.
struct CPUPattern: Sendable, Hashable {
  var vendor: String?
  var families: [ClosedRange<Int>] = []
  var models: [ClosedRange<Int>] = []
  var steppings: [ClosedRange<Int>] = []
  var microcode: [ClosedRange<Int>] = []

  /// Reads `vendor=Intel`, `family=6`, `model=0x2c`, `stepping=0-2`, `microcode=<0x22`.
  init(parsing values: [String]) throws(TermError) {
    for value in values {
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw TermError("'\(value)' says nothing; cpu = { vendor = \"Intel\", family = 6, … }")
      }
      let largest = Int(UInt32.max)
      switch parts[0] {
      case "vendor":
        vendor = try Term.names([parts[1]], of: CPUIdentity.vendorNames)[0]
      case "family": families.append(try Term.range(parts[1], largest: largest))
      case "model": models.append(try Term.range(parts[1], largest: largest))
      case "stepping": steppings.append(try Term.range(parts[1], largest: largest))
      case "microcode": microcode.append(try Term.range(parts[1], largest: largest))
      default:
        throw TermError(
          "'\(parts[0])' is no property of a cpu; vendor, family, model, stepping, microcode")
      }
    }
    let isPrecise = !models.isEmpty || !steppings.isEmpty || !microcode.isEmpty
    guard vendor != nil, !families.isEmpty || !isPrecise else {
      throw TermError(
        "a cpu needs its vendor, and a model its family: the numbers mean nothing alone")
    }
  }

  func matches(_ cpu: CPUIdentity) -> Bool {
    let fits = { (ranges: [ClosedRange<Int>], number: Int) in
      ranges.isEmpty || ranges.contains { $0.contains(number) }
    }
    return vendor == cpu.vendor && fits(families, cpu.family) && fits(models, cpu.model)
      && fits(steppings, cpu.stepping)
  }
}

extension CPUPattern {
  /// Whether no processor fits both.
  func excludes(_ other: CPUPattern) -> Bool {
    let disjoint = { (left: [ClosedRange<Int>], right: [ClosedRange<Int>]) in
      !left.isEmpty && !right.isEmpty
        && !left.contains { one in right.contains(where: one.overlaps) }
    }
    return vendor != other.vendor || disjoint(families, other.families)
      || disjoint(models, other.models) || disjoint(steppings, other.steppings)
  }
}

/// A line of Xen's log, and the level at which Xen prints it.
struct XenLogPattern: Sendable, Hashable {
  var pattern: LogPattern
  /// A line of level INFO that is missing says something only where INFO is shown.
  var isInformation: Bool

  /// Reads `TEXT`, or `info=TEXT`.
  init(parsing text: String) throws(TermError) {
    isInformation = text.hasPrefix("info=")
    pattern = try LogPattern(parsing: isInformation ? String(text.dropFirst(5)) : text)
  }
}

/// Bits of a 32-bit register in configuration space: `offset=0x1ac`, `mask=0x80000000`, `value=0`.
struct ConfigPattern: Sendable, Hashable {
  var offset: Int
  var mask: UInt32
  var value: UInt32

  init(parsing pairs: [String]) throws(TermError) {
    var numbers: [String: UInt32] = [:]
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
      let text = parts.last ?? ""
      let number = text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
      guard parts.count == 2, ["offset", "mask", "value"].contains(parts[0]), let number else {
        throw TermError("'\(pair)' is not offset, mask or value with a number such as \"0x1ac\"")
      }
      numbers[parts[0]] = number
    }
    guard let offset = numbers["offset"], let value = numbers["value"] else {
      throw TermError("'config' needs offset and value")
    }
    guard offset < 4096, offset % 4 == 0 else {
      throw TermError(
        "offset 0x\(hex(offset, width: 1)) is not that of a 32-bit register below 4096")
    }
    mask = numbers["mask"] ?? .max
    guard value & ~mask == 0, mask != 0 else {
      throw TermError("the value has bits that the mask takes away: it could never match")
    }
    self.offset = Int(offset)
    self.value = value
  }
}

/// A field of the DMI table and what it holds: `system-vendor=Dell*`.
struct DMIPattern: Sendable, Hashable {
  var field: DMIHost.Field
  var value: Glob

  init(parsing text: String) throws(TermError) {
    let parts = text.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let field = DMIHost.Field(rawValue: String(parts[0])) else {
      let known = DMIHost.Field.allCases.map(\.rawValue).joined(separator: ", ")
      throw TermError("'\(text)' is no field of the DMI table; \(known)")
    }
    self.field = field
    value = Glob(parts[1])
  }
}

extension CommandLine {
  /// The word on the line that fits `name`, `name=value` or `name=*value*` and is in force.
  func word(fitting pattern: String) -> String? {
    guard pattern.contains("*"), let equals = pattern.firstIndex(of: "=") else {
      return has(pattern) ? pattern : nil
    }
    let name = pattern[..<equals]
    let glob = Glob(pattern[pattern.index(after: equals)...])
    guard let value = value(of: name), glob.matches(value) else { return nil }
    return "\(name)=\(value)"
  }
}
