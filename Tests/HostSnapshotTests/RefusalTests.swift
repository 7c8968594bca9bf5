import HostModel
import HostSnapshot
import Testing

@Suite struct RefusalTests {
  private static let whole = Snapshot(
    tool: .init(name: "xenquirks", version: "test"), host: .full
  ).text

  private func error(_ text: String) -> SnapshotError? { error(Array(text.utf8)) }

  private func error(_ bytes: [UInt8]) -> SnapshotError? {
    do {
      _ = try Snapshot(parsing: bytes)
      return nil
    } catch {
      return error
    }
  }

  /// The whole snapshot with one text in place of another.
  private func changed(_ old: String, _ new: String) throws -> String {
    let isThere = Self.whole.contains(old)
    try #require(isThere, "\(old)")
    return Self.whole.replacing(old, with: new, maxReplacements: 1)
  }

  @Test func `the whole snapshot is none of these`() {
    #expect(error(Self.whole) == nil)
  }

  @Test func `every beginning of a snapshot is an error`() {
    let bytes = Array(Self.whole.utf8)
    for count in stride(from: 0, to: bytes.count - 1, by: 3) {
      #expect(error(Array(bytes[..<count])) != nil, "\(count) bytes")
    }
  }

  @Test func `a snapshot in which any byte is another is read or refused, and nothing worse`() {
    let bytes = Array(Self.whole.utf8)
    var refused = 0
    for index in stride(from: 0, to: bytes.count, by: 17) {
      for byte in [0, 0x22, 0x5c, 0x7b, 0x39, 0xff] as [UInt8] {
        var other = bytes
        other[index] = byte
        if error(other) != nil { refused += 1 }
      }
    }
    #expect(refused > bytes.count / 6)
  }

  @Test func `a snapshot in which any line is missing is read or refused, and nothing worse`() {
    let lines = Self.whole.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices {
      var rest = lines
      rest.remove(at: index)
      _ = error(rest.joined(separator: "\n"))
    }
  }

  @Test(
    arguments: [
      (#""family": 6"#, #""family": "6""#, "host.cpu.identity.known.family: expected a number"),
      (#""family": 6"#, #""family": 6.5"#, "whole number"),
      (#""family": 6"#, #""family": 1e400"#, "whole number"),
      (#""family": 6"#, #""family": 99999999999999999999999999"#, "whole number"),
      (#""family": 6, "#, "", "host.cpu.identity.known: lacks 'family'"),
      (#""known": "dom0""#, #""known": "dom1""#, "host.role.known: 'dom1' is none of bare-metal"),
      (#""known": true"#, #""knows": true"#, "says neither 'known' nor 'absent' nor 'unknown'"),
      ("\"86", "\"8", "host.pci.known.functions[0].config.bytes[0]: expected pairs"),
      ("\"8680d310\"", "\"8680d3\"", "host.pci.known.functions[0].config.bytes: 3 bytes"),
      ("\"8680d310\"", "\"8680d31000\"", "more bytes than the 4"),
      ("\"8680d310\"", "\"86*9999999999\"", "expected pairs"),
      ("\"8680d310\"", "\"86*-4\"", "expected pairs"),
      ("\"8680d310\"", "\"86*\"", "expected pairs"),
      (#""length": 4"#, #""length": 4097"#, "host.pci.known.functions[0].config.length"),
      ("\"10000:03:00.1\"", "\"10000:03:20.1\"", "is no address"),
      (#""xenquirks-snapshot/1""#, #""xenquirks-snapshot/2""#, "its schema is"),
      (#""xenquirks-snapshot/1""#, #""xenquirks-report/1""#, "its schema is"),
      (#""xenquirks-snapshot/1""#, "1", "schema: expected a string"),
      (#""text": "6.1.0-50""#, #""version": "6.1.0""#, "stands twice"),
      (#""version": "6.1.192""#, #""version": "6.1.192-2""#, "is no version"),
      ("Xeon", "\u{7}", "a control character in a string"),
      ("Xeon", #"\ud800"#, "half a surrogate pair"),
      ("Xeon", #"\ud800\ud800"#, "half a surrogate pair"),
      ("Xeon", #"\udc00\udc00"#, "half a surrogate pair"),
      ("Xeon", #"\x"#, "an escape that JSON does not have"),
      ("Xeon", #"\u12"#, "four hexadecimal digits"),
      (#"c=\"d e\""#, "c=d e", "host.commandLine.xen.known: a word with a blank"),
      (#"c=\"d e\""#, "", "an empty one"),
      (#"c=\"d e\""#, #"c=\"d\ne\""#, "host.commandLine.xen.known[1]: a control character"),
      ("\"vmlinuz\"", #""a\u000amodule""#, "host.boot.known.kernels[0]: a control character"),
      ("\n  \"host\"", "\n  host", "expected a key, found 'h'"),
      ("\n}\n", "\n}\n}\n", "expected the end of the text"),
      ("\n}\n", "\n}\u{0}", "the byte 0x00"),
      (#""enabledCPUs": 8"#, #""enabledCPUs": 08"#, "expected ','"),
      (#""enabledCPUs": 8"#, #""enabledCPUs": -"#, "expected a digit"),
      (#""firstBus": 2"#, #""firstBus": 256"#, "from 0 to 255"),
      (#""baseAddress": "0xffff"#, #""baseAddress": "0xfffff"#, "hexadecimal digits"),
    ])
  func `what is wrong is said with its place`(old: String, new: String, message: String) throws {
    let text = try changed(old, new)
    let error = try #require(self.error(text))
    #expect(error.description.contains(message), "\(error)")
    #expect(error.line > 0)
  }

  @Test func `a name of ten thousand bytes is refused, an escape in a name is not`() throws {
    let long = String(repeating: "n", count: 10_000)
    let text = try changed("Xeon", long)
    let error = try #require(self.error(text))
    #expect(error.description.hasPrefix("host.cpu.name.known: a text of 10"))
    #expect(try self.error(changed("Xeon", #"\u0007\uD83D\uDE00\/\b\f\r"#)) == nil)
    #expect(self.error(Self.whole.replacing("e1000e", with: "\u{1F600}")) == nil)
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    for wrong in [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] as [[UInt8]] {
      let parts = Self.whole.split(separator: "Xeon", maxSplits: 1)
      let bytes = Array(parts[0].utf8) + wrong + Array(parts[1].utf8)
      #expect(error(bytes)?.message == "a string that is no UTF-8")
    }
  }

  @Test(arguments: ["[", "{\"a\":", "[[{\"a\":["])
  func `what is nested deep is refused before it is deep`(opening: String) {
    let error = error(String(repeating: opening, count: 100_000))
    #expect(error?.message.contains("more than 32 deep") == true)
  }

  @Test(arguments: [
    "", " ", "\n\n", "null", "[]", "{}", "\"\"", "1", "{\"schema\": null}", "\u{feff}{}",
  ])
  func `what is no snapshot at all is refused`(text: String) {
    #expect(error(text) != nil)
  }

  @Test func `a fact that an older snapshot lacks is unknown, the others stay`() throws {
    let lines = Self.whole.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("\"arat\"") && !$0.contains("\"bootsByUEFI\"") }
      .joined(separator: "\n")
    let host = try Snapshot(parsing: Array(lines.utf8)).host
    #expect(host.cpu.hasARAT.unknown?.cause == .notCaptured)
    #expect(host.bootsByUEFI.unknown?.cause == .notCaptured)
    #expect(host.cpu.name == Host.full.cpu.name)
    let bare = #"{"schema":"xenquirks-snapshot/1","tool":{"name":"x","version":""},"host":{}}"#
    let empty = try Snapshot(parsing: Array(bare.utf8)).host
    #expect(empty.pci.unknown?.cause == .notCaptured)
    #expect(empty.dmi[.boardName].unknown?.cause == .notCaptured)
  }

  @Test func `what a newer snapshot has beyond this version is left out`() throws {
    let newer =
      #""host": {"moon": {"phase": [1.5e3, null, {"x": false}]}, "cpu": {"cache": {"known": 3}, "#
    let text = Self.whole.replacing(#""host": {"#, with: newer + "\n", maxReplacements: 1)
      .replacing(#"    "cpu": {"#, with: #"    "identity": {"absent": true}}, "other": {"#)
    let host = try Snapshot(parsing: Array(text.utf8)).host
    #expect(host.cpu.identity.isAbsent)
    #expect(host.role == Host.full.role)
  }
}
