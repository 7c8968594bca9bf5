/// The address of one PCI function, printed as `lspci -D` prints it: `0000:03:00.1`.
public struct PCIAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The PCI segment; Linux makes up values above 0xffff for VMD and Hyper-V.
  public var domain: UInt32
  public var bus: UInt8
  /// 0 to 31.
  public var device: UInt8
  /// 0 to 7.
  public var function: UInt8

  public init(domain: UInt32 = 0, bus: UInt8, device: UInt8, function: UInt8) {
    self.domain = domain
    self.bus = bus
    self.device = device
    self.function = function
  }

  /// Reads `[DOMAIN:]BUS:DEVICE.FUNCTION` in hexadecimal; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let address = PCIAddress(parsing: text.utf8[...]) else { return nil }
    self = address
  }

  /// Reads the same from bytes, which must be the address and nothing else.
  public init?<Bytes: Collection<UInt8>>(parsing bytes: Bytes) {
    var numbers: (UInt32, UInt32, UInt32) = (0, 0, 0)
    var colons = 0
    var digits = 0
    var function: UInt32?
    for byte in bytes {
      if let digit = hexDigit(byte) {
        digits += 1
        guard digits <= 8 else { return nil }
        if let old = function {
          guard digits == 1 else { return nil }
          function = old << 4 | UInt32(digit)
        } else {
          numbers.2 = numbers.2 << 4 | UInt32(digit)
        }
      } else if byte == UInt8(ascii: ":"), colons < 2, function == nil, digits > 0 {
        numbers = (numbers.1, numbers.2, 0)
        colons += 1
        digits = 0
      } else if byte == UInt8(ascii: "."), colons > 0, function == nil, digits > 0 {
        function = 0
        digits = 0
      } else {
        return nil
      }
    }
    guard let function, digits == 1, function < 8, numbers.1 <= 0xff, numbers.2 < 32 else {
      return nil
    }
    self.init(
      domain: colons == 2 ? numbers.0 : 0, bus: UInt8(numbers.1), device: UInt8(numbers.2),
      function: UInt8(function))
  }

  public var description: String {
    "\(hex(domain, width: 4)):\(hex(bus, width: 2)):\(hex(device, width: 2)).\(function)"
  }

  /// The address without the domain, where it is domain 0: `03:00.1`.
  public var short: String {
    domain == 0 ? String(description.dropFirst(5)) : description
  }

  /// One number that sorts as addresses sort.
  @inline(__always)
  public var sortKey: UInt64 {
    UInt64(domain) << 16 | UInt64(bus) << 8 | UInt64(device) << 3 | UInt64(function)
  }

  public static func < (left: PCIAddress, right: PCIAddress) -> Bool {
    left.sortKey < right.sortKey
  }

  /// Whether both are functions of one device.
  public func isSameDevice(as other: PCIAddress) -> Bool {
    sortKey >> 3 == other.sortKey >> 3
  }
}
