internal import HostModel

/// Ids that a function may have: `8086:10d3`, `10de:*`, `9005:0285:9005:02bb` (with its subsystem).
struct PCIPattern: Sendable, Hashable {
  var vendor: UInt16?
  var device: UInt16?
  var subsystemVendor: UInt16?
  var subsystemDevice: UInt16?

  init(parsing text: String) throws(TermError) {
    if let (vendor, device) = Self.plain(text) {
      (self.vendor, self.device) = (vendor, device)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 4 else {
      throw TermError("'\(text)' is not vendor:device or vendor:device:subvendor:subdevice")
    }
    var ids: [UInt16?] = []
    for part in parts {
      if part == "*" {
        ids.append(nil)
      } else if part.utf8.count == 4, part.utf8.allSatisfy({ hexDigit($0) != nil }),
        part == part.lowercased(), let id = UInt16(part, radix: 16)
      {
        ids.append(id)
      } else {
        throw TermError("'\(part)' in '\(text)' is not four lower-case hexadecimal digits or '*'")
      }
    }
    vendor = ids[0]
    device = ids[1]
    if ids.count == 4 {
      subsystemVendor = ids[2]
      subsystemDevice = ids[3]
    }
    guard vendor != nil || device != nil else {
      throw TermError("'\(text)' matches every device")
    }
  }

  /// `8086:10d3` without more ado: most ids are such, and there are thousands.
  private static func plain(_ text: String) -> (UInt16, UInt16)? {
    let bytes = text.utf8
    guard bytes.count == 9 else { return nil }
    var value: UInt32 = 0
    for (place, byte) in bytes.enumerated() where place != 4 || byte != UInt8(ascii: ":") {
      guard place != 4, let digit = hexDigit(byte), byte < 0x41 || byte > 0x5a else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return (UInt16(value >> 16), UInt16(value & 0xffff))
  }

  func matches(_ identity: PCIIdentity) -> Bool {
    (vendor == nil || vendor == identity.vendor) && (device == nil || device == identity.device)
      && (subsystemVendor == nil || subsystemVendor == identity.subsystemVendor)
      && (subsystemDevice == nil || subsystemDevice == identity.subsystemDevice)
  }
}

/// The first two, four or six digits of a class code: `01`, `0106`, `010601`.
struct ClassPrefix: Sendable, Hashable {
  var value: UInt32
  var digits: Int

  init(parsing text: String) throws(TermError) {
    guard [2, 4, 6].contains(text.utf8.count), let value = UInt32(text, radix: 16) else {
      throw TermError("'\(text)' is not a class code of 2, 4 or 6 hexadecimal digits")
    }
    self.value = value
    digits = text.utf8.count
  }

  func matches(_ classCode: UInt32) -> Bool {
    classCode >> UInt32((6 - digits) * 4) == value
  }
}

/// `BUS:DEVICE.FUNCTION` in any domain, where `*` stands for any number.
struct AddressPattern: Sendable, Hashable {
  var bus: UInt8?
  var device: UInt8?
  var function: UInt8?

  init(parsing text: String) throws(TermError) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "." }
    var numbers: [UInt8?] = []
    for part in parts {
      if part == "*" {
        numbers.append(nil)
      } else if let number = UInt8(part, radix: 16) {
        numbers.append(number)
      }
    }
    guard parts.count == 3, numbers.count == 3, numbers[1] ?? 0 < 32, numbers[2] ?? 0 < 8 else {
      throw TermError("'\(text)' is not bus:device.function, with * for any number")
    }
    (bus, device, function) = (numbers[0], numbers[1], numbers[2])
  }

  func matches(_ address: PCIAddress) -> Bool {
    (bus == nil || bus == address.bus) && (device == nil || device == address.device)
      && (function == nil || function == address.function)
  }
}

/// Link states of which any is on, or `off` for none.
enum ASPMPattern: Sendable, Hashable {
  case anyOf(ASPMStates)
  case off

  init(parsing values: [String]) throws(TermError) {
    if values == ["off"] {
      self = .off
      return
    }
    var states: ASPMStates = []
    for value in values {
      switch value {
      case "l0s": states.insert(.l0s)
      case "l1": states.insert(.l1)
      default: throw TermError("'\(value)' is not a link state; l0s, l1, or off alone")
      }
    }
    self = .anyOf(states)
  }
}

/// A line of a log: literal text, with `*` for any run of characters and `{address}` for the
/// subject's address.
struct LogPattern: Sendable, Hashable {
  var text: String
  /// Its longest part without a wildcard or a placeholder.
  let anchor: Substring

  init(parsing text: String) throws(TermError) {
    self.text = text
    var longest = text[text.startIndex..<text.startIndex]
    for piece in text.split(separator: "*") {
      // The placeholder is rare, and looking for it is slow.
      let parts = piece.utf8.contains(UInt8(ascii: "{")) ? Self.literals(in: piece) : [piece]
      for part in parts where part.utf8.count > longest.utf8.count { longest = part }
    }
    guard longest.utf8.count >= 6 else {
      throw TermError("'\(text)' needs at least six literal characters in a row")
    }
    anchor = longest
  }

  private static func literals(in piece: Substring) -> [Substring] {
    guard let place = piece.firstRange(of: "{address}") else { return [piece] }
    return [piece[..<place.lowerBound], piece[place.upperBound...]]
  }

  /// Whether the pattern occurs anywhere in a line.
  func occurs(in line: String, address: PCIAddress?) -> Bool {
    let pattern = text.split(separator: "*").map { piece in
      piece.replacing("{address}", with: address?.description ?? "{address}")
    }
    var rest = line[...]
    for piece in pattern {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}

extension Term {
  static var portTypes: [String] { PortType.allCases.map(\.name) }
  static var roles: [String] { HostRole.allCases.map(\.rawValue) }
  static var platformTimers: [String] { PlatformTimer.allCases.map(\.rawValue) }
  static var broadcasts: [String] { HPETBroadcast.allCases.map(\.rawValue) }
  static var dom0Types: [String] { Dom0Type.allCases.map(\.rawValue) }

  /// `0x10`, `0x10-0x13`, `<0x22`, decimal alike.
  static func range(_ text: String, largest: Int = 0xff) throws(TermError) -> ClosedRange<Int> {
    let number = { (text: Substring) in
      text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    }
    if text.hasPrefix("<"), let end = number(text.dropFirst()), end > 0 { return 0...(end - 1) }
    if text.hasPrefix(">="), let start = number(text.dropFirst(2)), start <= largest {
      return start...largest
    }
    let parts = text.split(separator: "-")
    if let first = parts.first, let last = parts.last, parts.count <= 2, let low = number(first),
      let high = number(last), low <= high
    {
      return low...high
    }
    throw TermError("'\(text)' is not a number, a range like 0x10-0x13, <0x22 or >=0x22")
  }

  static func names(_ values: [String], of known: [String]) throws(TermError) -> [String] {
    for value in values where !known.contains(value) {
      throw TermError("'\(value)' is none of \(known.joined(separator: ", "))")
    }
    return values
  }
}

extension Term {
  /// Whether no machine can answer yes to both terms, which are of one kind.
  public func excludes(_ other: Term) -> Bool {
    switch (payload, other.payload) {
    case (.truth(let one), .truth(let two)): return one != two
    case (.cpu(let one), .cpu(let two)): return one.excludes(two)
    case (.bound(let one), .bound(let two)):
      if let end = one.before, let start = two.since, one.since == nil, start >= end { return true }
      if let end = two.before, let start = one.since, two.since == nil, start >= end { return true }
      return false
    default: return false
    }
  }
}
