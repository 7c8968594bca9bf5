internal import HostModel

extension Coding where Value == ConfigSpace {
  /// Rows of 32 bytes as hexadecimal digits; rows of one byte alone are counted: `00*3840`.
  static var space: Coding {
    Coding { space in
      let blanks = space.identifyingFields
      var bytes = space.bytes
      for blank in blanks {
        bytes.replaceSubrange(blank.place, with: repeatElement(0, count: blank.place.count))
      }
      var members: [String: JSON] = [
        "length": .integer(bytes.count), "bytes": .strings(ConfigRows.texts(of: bytes)),
        "beyond": .unknown(space.beyond),
      ]
      if !blanks.isEmpty {
        members["blanked"] = .array(
          blanks.map { blank in
            .object([
              "field": .string(blank.name), "offset": .integer(blank.place.lowerBound),
              "length": .integer(blank.place.count),
            ])
          })
      }
      return .object(members)
    } _: { json throws(SnapshotError) in
      let length = try json.integer("length", in: 0...ConfigRows.longest)
      let bytes = try json.member("bytes") { rows throws(SnapshotError) in
        try ConfigRows.bytes(in: rows, length: length)
      }
      let beyond = try json.optional("beyond") { json throws(SnapshotError) in
        try json.unknown()
      }
      return ConfigSpace(
        bytes: bytes, beyond: beyond ?? FactRow<PCIFunctionSoftware>.missing)
    }
  }
}

/// The bytes of a configuration space as text.
private enum ConfigRows {
  static let longest = 4096
  private static let width = 32

  static func texts(of bytes: [UInt8]) -> [String] {
    var texts: [String] = []
    var repeated: (byte: UInt8, count: Int)?
    var start = 0
    let flush = { (texts: inout [String], run: (byte: UInt8, count: Int)?) in
      if let run { texts.append("\(hex(run.byte, width: 2))*\(run.count)") }
    }
    while start < bytes.count {
      let row = bytes[start..<min(start + width, bytes.count)]
      start = row.endIndex
      if let first = row.first, row.allSatisfy({ $0 == first }) {
        if let run = repeated, run.byte == first {
          repeated = (first, run.count + row.count)
        } else {
          flush(&texts, repeated)
          repeated = (first, row.count)
        }
        continue
      }
      flush(&texts, repeated)
      repeated = nil
      texts.append(digits(of: row))
    }
    flush(&texts, repeated)
    return texts
  }

  private static func digits(of row: ArraySlice<UInt8>) -> String {
    unsafe String(unsafeUninitializedCapacity: row.count * 2) { text in
      var place = 0
      for byte in row {
        unsafe text[place] = digit(byte >> 4)
        unsafe text[place + 1] = digit(byte & 15)
        place += 2
      }
      return place
    }
  }

  private static func digit(_ number: UInt8) -> UInt8 {
    number + (number < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
  }

  /// Throws: a row is none, or all of them together are not of the length.
  static func bytes(in json: JSON, length: Int) throws(SnapshotError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    _ = try json.elements { row throws(SnapshotError) in
      try append(row, to: &bytes, atMost: length)
    }
    guard bytes.count == length else {
      throw json.problem("\(bytes.count) bytes where 'length' says \(length)")
    }
    return bytes
  }

  private static func append(
    _ json: JSON, to bytes: inout [UInt8], atMost length: Int
  ) throws(SnapshotError) {
    let row = Array(try json.string().utf8)
    var index = 0
    let start = bytes.count
    while index + 1 < row.count, let high = hexDigit(row[index]), let low = hexDigit(row[index + 1])
    {
      guard bytes.count < length else {
        throw json.problem("more bytes than the \(length) that 'length' says")
      }
      bytes.append(high << 4 | low)
      index += 2
    }
    if index == row.count, index > 0 { return }
    guard index == 2, row[index] == UInt8(ascii: "*"),
      let count = Int(String(decoding: row[3...], as: UTF8.self)), count > 0,
      count <= length - start
    else {
      throw json.problem("expected pairs of hexadecimal digits, or one pair, '*' and a count")
    }
    bytes.append(contentsOf: repeatElement(bytes[start], count: count - 1))
  }
}

extension ConfigSpace {
  /// Where the function says which one of its kind it is.
  ///
  /// The Device Serial Number (PCIe 7.9.3) stands behind the header of its capability; vital product
  /// data (PCI 3.0, appendix I) is reached through the address and data registers of its own.
  fileprivate var identifyingFields: [(name: String, place: Range<Int>)] {
    var fields: [(name: String, place: Range<Int>)] = []
    for capability in capabilities.capabilities where capability.id == Capability.vitalProductData {
      let end = min(capability.offset + 8, 256, bytes.count)
      if capability.offset + 2 < end {
        fields.append(("vital-product-data", capability.offset + 2..<end))
      }
    }
    guard bytes.count > 256 else { return fields }
    for capability in extendedCapabilities.capabilities
    where capability.id == Capability.deviceSerialNumber {
      let end = min(capability.offset + 12, bytes.count)
      if capability.offset + 4 < end {
        fields.append(("device-serial-number", capability.offset + 4..<end))
      }
    }
    return fields
  }
}
