import HostModel
import Testing

@Suite struct PCIDumpTests {
  /// A dump of one function, in lines of 16 bytes.
  private func dump(_ header: String, _ bytes: [UInt8], lineEnd: String = "\n") -> String {
    var text = header + lineEnd
    for start in stride(from: 0, to: bytes.count, by: 16) {
      let row = bytes[start..<min(start + 16, bytes.count)].map { hex($0, width: 2) }
      text += "\(hex(start, width: 2)): \(row.joined(separator: " "))\(lineEnd)"
    }
    return text + lineEnd
  }

  private func parse(_ text: String) throws(PCIDumpError) -> PCIDump {
    try PCIDump(parsing: Array(text.utf8).span)
  }

  private var header: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 0xd3, 0x10])
    bytes.replaceSubrange(8..<12, with: [0x03, 0x00, 0x00, 0x02])
    return bytes
  }

  @Test func `a function is read with its ids, class and revision`() throws {
    let dump = try parse(dump("03:00.0 Ethernet controller: whatever", header))
    let function = try #require(dump.functions.first)
    #expect(function.address == PCIAddress(bus: 3, device: 0, function: 0))
    #expect(function.identity.text == "8086:10d3")
    #expect(function.identity.classCode == 0x020000)
    #expect(function.identity.revision == 3)
  }

  @Test func `carriage returns at the ends of lines are no content`() throws {
    let dump = try parse(dump("0000:03:00.0 X", header, lineEnd: "\r\n"))
    #expect(dump.functions.first?.config.bytes == header)
  }

  @Test func `a long domain is an address`() throws {
    let dump = try parse(dump("10000:e1:00.0 NVMe", header))
    #expect(dump.functions.first?.address.domain == 0x10000)
  }

  @Test func `64 bytes leave the capabilities unknown, not absent`() throws {
    var bytes = header
    bytes[6] = 0x10
    bytes[0x34] = 0x40
    let function = try #require(try parse(dump("03:00.0 X", bytes)).functions.first)
    #expect(function.registers.msi.unknown?.cause == .notCaptured)
    #expect(function.registers.express.unknown?.cause == .notCaptured)
  }

  @Test func `a function that stands twice is kept twice, as lspci keeps it`() throws {
    let dump = try parse(dump("03:00.0 X", header) + dump("03:00.0 X", header))
    #expect(dump.functions.map(\.address.description) == ["0000:03:00.0", "0000:03:00.0"])
  }

  @Test func `a gap makes what is behind it unknown`() throws {
    var text = dump("03:00.0 X", header)
    text.removeLast()
    text += "50: 05 00 81 00\n"
    let function = try #require(try parse(text).functions.first)
    #expect(function.config.bytes.count == 64)
    #expect(function.config.beyond.cause == .malformed)
  }

  @Test(arguments: [
    ("03:00.0 X\n00: 86 80 d3 1\n", 2, "two hexadecimal digits"),
    ("03:00.0 X\n00: 86 80 zz\n", 2, "two hexadecimal digits"),
    (
      "03:00.0 X\n00: 86 80 d3 10\nff0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\n", 3,
      "4096"
    ),
    ("no function\n", 1, "no PCI function"),
    ("", 1, "no PCI function"),
    ("03:00.0 X\n00: 86 80 d3 10", 2, "no line feed"),
    ("03:00.0 \0X\n", 1, "NUL"),
  ])
  func `a bad line is refused with its number`(text: String, line: Int, message: String) {
    let error = #expect(throws: PCIDumpError.self) { _ = try parse(text) }
    #expect(error?.line == line)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
  }

  @Test func `a line of 300 characters is refused with its number`() {
    let text = "03:00.0 X\n\tCapabilities: \(String(repeating: "x", count: 300))\n"
    let error = #expect(throws: PCIDumpError.self) { _ = try parse(text) }
    #expect(error?.line == 2)
  }

  @Test func `an offset of eight digits is decoration and nothing is written out of bounds`() throws
  {
    let dump = try parse(dump("03:00.0 X", header) + "03:00.1 X\nf0000000: 41\n00: 86 80 d3 10\n\n")
    #expect(dump.functions.count == 2)
    #expect(dump.functions[1].config.bytes == [0x86, 0x80, 0xd3, 0x10])
  }

  @Test func `random bytes are refused or read, and never a crash`() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<300 {
      let count = Int.random(in: 0...600, using: &random)
      var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes.insert(contentsOf: Array("03:00.0 X\n00: ".utf8), at: 0)
      let functions = (try? PCIDump(parsing: bytes.span))?.functions ?? []
      #expect(functions.allSatisfy { $0.config.bytes.count <= 4096 })
    }
  }
}
