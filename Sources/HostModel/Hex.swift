/// A number in lower-case hexadecimal digits, padded with zeros to at least `width` digits.
public func hex(_ number: some FixedWidthInteger, width: Int) -> String {
  let digits = String(number, radix: 16)
  return digits.count >= width
    ? digits : String(repeating: "0", count: width - digits.count) + digits
}

/// The value of an ASCII hexadecimal digit, or nil for any other byte.
@inline(__always)
public func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
