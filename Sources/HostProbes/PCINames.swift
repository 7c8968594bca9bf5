internal import Glibc
internal import HostModel

/// Names of vendors and devices from the text of pci.ids.
///
/// A line `8086  Intel Corporation` opens a vendor, lines with a tab in front hold its devices,
/// those with two its subsystems; what is no such line is passed over.
struct PCINames {
  private(set) var vendors: [UInt16: String] = [:]
  /// By `key`.
  private(set) var devices: [UInt32: String] = [:]

  static func key(_ vendor: UInt16, _ device: UInt16) -> UInt32 {
    UInt32(vendor) << 16 | UInt32(device)
  }

  static func key(_ identity: PCIIdentity) -> UInt32 { key(identity.vendor, identity.device) }

  init() {}

  /// Takes the names that are wanted, in one pass.
  init(parsing text: borrowing Span<UInt8>, wanted: Set<UInt32>) {
    let wantedVendors = Set(wanted.map { UInt16($0 >> 16) })
    unsafe text.withUnsafeBufferPointer { unsafe read($0, wanted: wanted, vendors: wantedVendors) }
  }

  private mutating func read(
    _ text: UnsafeBufferPointer<UInt8>, wanted: Set<UInt32>, vendors wantedVendors: Set<UInt16>
  ) {
    guard let base = text.baseAddress else { return }
    var start = 0
    var vendor: UInt16?
    // A last line without its line feed is cut off, and so may be its name.
    while start < text.count,
      let found = unsafe memchr(base + start, CInt(UInt8(ascii: "\n")), text.count - start)
    {
      let end = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
      defer { start = end + 1 }
      guard end - start > 6 else { continue }
      let first = unsafe text[start]
      if first == UInt8(ascii: "\t") {
        guard let vendor, unsafe text[start + 1] != UInt8(ascii: "\t"),
          let device = unsafe Self.number(text, start + 1), end - start > 7
        else { continue }
        let key = Self.key(vendor, device)
        if wanted.contains(key) { devices[key] = unsafe Self.name(text, start + 5..<end) }
      } else if first == UInt8(ascii: "C") {
        // `C 01  Mass storage controller`: classes have lines with tabs, too. C001 is a vendor.
        if let id = unsafe Self.number(text, start), wantedVendors.contains(id) {
          vendor = id
          vendors[id] = unsafe Self.name(text, start + 4..<end)
        } else {
          vendor = nil
        }
      } else if let id = unsafe Self.number(text, start) {
        vendor = wantedVendors.contains(id) ? id : nil
        if vendor != nil { vendors[id] = unsafe Self.name(text, start + 4..<end) }
      }
    }
  }

  /// Four hexadecimal digits with a blank behind them.
  private static func number(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt16? {
    guard start + 4 < text.count, unsafe text[start + 4] == UInt8(ascii: " ") else { return nil }
    var number: UInt16 = 0
    for index in start..<start + 4 {
      guard let digit = hexDigit(unsafe text[index]) else { return nil }
      number = number << 4 | UInt16(digit)
    }
    return number
  }

  /// A name without the blanks around it, CR among them; nil where nothing is left.
  private static func name(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String? {
    var range = range
    while let last = range.last, unsafe text[last] <= UInt8(ascii: " ") { range.removeLast() }
    while let first = range.first, unsafe text[first] <= UInt8(ascii: " ") { range.removeFirst() }
    if range.isEmpty { return nil }
    return unsafe String(decoding: UnsafeBufferPointer(rebasing: text[range]), as: UTF8.self)
  }
}
