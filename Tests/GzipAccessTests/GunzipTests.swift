import GzipAccess
import Testing

@Suite struct GunzipTests {
  /// `printf 'CONFIG_XEN=y\n' | gzip -n`.
  static let packed: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x73, 0xf6, 0xf7, 0x73, 0xf3, 0x74,
    0x8f, 0x8f, 0x70, 0xf5, 0xb3, 0xad, 0xe4, 0x02, 0x00, 0x51, 0x1e, 0x34, 0xe7, 0x0d, 0x00, 0x00,
    0x00,
  ]
  static let text = Array("CONFIG_XEN=y\n".utf8)

  @Test func `a file is unpacked`() throws {
    #expect(try gunzip(Self.packed, limit: 100) == Self.text)
  }

  @Test func `members behind each other are one text, and padding is none`() throws {
    #expect(try gunzip(Self.packed + Self.packed + [0, 0], limit: 100) == Self.text + Self.text)
  }

  @Test func `every shorter file ends too early`() {
    for length in 1..<Self.packed.count {
      #expect(throws: GzipProblem.truncated, "\(length) bytes") {
        try gunzip(Array(Self.packed.prefix(length)), limit: 100)
      }
    }
  }

  @Test func `a flipped bit in the checksum or length is noticed`() {
    for place in (Self.packed.count - 8)..<Self.packed.count {
      var bytes = Self.packed
      bytes[place] ^= 0x10
      #expect(throws: GzipProblem.damaged, "byte \(place)") { try gunzip(bytes, limit: 1000) }
    }
  }

  @Test func `what is no gzip is damaged, and a bomb is too large`() {
    #expect(throws: GzipProblem.damaged) { try gunzip(Self.text, limit: 100) }
    #expect(throws: GzipProblem.tooLarge) { try gunzip(Self.packed, limit: 12) }
    #expect(!isGzip(Self.text))
    #expect(isGzip(Self.packed))
  }
}
