import HostModel
import TestSupport
import Testing
import XenTools

/// Xen's messages in the wording of its releases.
@Suite struct XenDmesgTests {
  private func log(_ lines: String...) -> XenDmesg? {
    XenDmesg(parsing: lines.map { "(XEN) \($0)\n" }.joined())
  }

  @Test(arguments: [
    ("HPET: 8 timers in total, 4 timers will be used for broadcast", 4),
    ("HPET: 8 timers (6 will be used for broadcast)", 6),
    ("HPET: 3 timers usable for broadcast (8 total)", 3),
    ("HPET: 0 timers usable for broadcast (3 total)", 0),
  ])
  func `each release counts the HPET's timers in its own words`(line: String, timers: Int) {
    #expect(log(line)?.broadcastTimers == timers)
  }

  @Test func `another line of the HPET counts nothing`() {
    #expect(log("ACPI: HPET id: 0x8086a201 base: 0xfed00000")?.broadcastTimers == nil)
  }

  @Test(arguments: [
    "(XEN) Platform timer is 14.318MHz HPET",
    "(XEN) [2026-11-04 16:52:28] Platform timer is 14.318MHz HPET",
    "(XEN) [    0.000000] Platform timer is 14.318MHz HPET",
    "(XEN) [00000012a4b3c4d5] Platform timer is 14.318MHz HPET",
    "Booting from ROM..(XEN) Platform timer is 14.318MHz HPET\r",
  ])
  func `time stamps and firmware in front do not matter`(line: String) {
    #expect(XenDmesg(parsing: line)?.platformTimer == .hpet)
  }

  @Test func `a late change to the TSC counts`() {
    let log = log("Platform timer is 14.318MHz HPET", "Switched to Platform timer 2.5GHz TSC")
    #expect(log?.platformTimer == .tsc)
  }

  @Test(arguments: [
    ("Xen version 4.17.7 (x) (y) debug=n", "a", false), ("Xen version 4.18.0 (x)", "a", true),
    ("Xen version 4.17.7 (x) (y) debug=n", "loglvl=all", true),
    ("Xen version 4.17.7 (x) (y) debug=n", "loglvl=warning/info", true),
    ("Xen version 4.18.0 (x)", "loglvl=warning", false),
    ("Xen version 4.16.0 (x) (y) debug=y", "a", true),
  ])
  func `whether INFO is shown follows from version and line`(
    banner: String, line: String, shows: Bool
  ) {
    #expect(log(banner, "Command line: \(line)")?.showsInformation == shows)
  }

  @Test func `without its start the log does not say what it shows`() {
    #expect(log("Command line: loglvl=all")?.showsInformation == nil)
    #expect(log("Brought up 8 CPUs")?.isComplete == false)
  }

  @Test func `what Xen refuses is told with its value, the image's path is not`() {
    let log = log(
      "parameter \"/boot/xen-4.17-amd64.gz\" unknown!", "parameter \"bogus\" unknown!",
      "parameter \"msi\" has invalid value \"maybe\", rc=-1!", "Xen version 4.17.7 (x)")
    #expect(
      log?.parameterErrors == [
        XenMessages.ParameterError(parameter: "bogus", value: nil),
        XenMessages.ParameterError(parameter: "msi", value: "maybe"),
      ])
  }

  @Test func `a serial console before 4.21 does not tell what Xen refused`() {
    let serial = XenDmesg(parsing: "(XEN) Xen version 4.17.7 (x)\n[    0.0] Linux version 6.1\n")
    #expect(serial?.isRing == false)
    #expect(serial?.tellsParameterErrors == false)
    #expect(log("Xen version 4.17.7 (x)")?.tellsParameterErrors == true)
    #expect(log("Xen version 4.9.4 (x)")?.tellsParameterErrors == false)
  }

  @Test func `the big letters in front of the banner do not make a console of the ring`() {
    let log = XenDmesg(
      parsing: " __  __            _  _    ____  \n \\ \\/ /___ _ __   | || |  |___ \\ \n"
        + "(XEN) Xen version 4.2.5 (x)\n")
    #expect(log?.isRing == true)
  }

  @Test(arguments: ["", "\n\n", "Linux version 6.1", "[    0.0] Command line: quiet"])
  func `a text of something else is refused`(text: String) {
    #expect(XenDmesg(parsing: text) == nil)
  }

  @Test func `a log cut anywhere is no crash and claims no more than its whole`() throws {
    let text = String(
      try Fixtures.text("Tests/Fixtures/boots/xen-4.17.7-h.log").prefix(12000))
    let whole = try #require(XenDmesg(parsing: text))
    for length in stride(from: 0, to: text.count, by: 97) {
      guard let part = XenDmesg(parsing: String(text.prefix(length))) else { continue }
      #expect(part.cpu == nil || part.cpu == whole.cpu)
      #expect(part.platformTimer == nil || part.platformTimer == whole.platformTimer)
      #expect(!part.isComplete || whole.isComplete)
    }
  }

  @Test func `a log that comes in pieces reads as the whole`() throws {
    let text = Array(
      try Fixtures.text("Tests/Fixtures/boots/xen-4.17.7-h.log").utf8.prefix(6000))
    func lines(_ size: Int) -> [String] {
      var log = XenDmesg()
      var lines: [String] = []
      func keep(_ line: Span<UInt8>, _ time: Int?) {
        lines.append(
          String(decoding: line.indices.map { line[$0] }, as: UTF8.self) + " @\(time ?? -1)")
      }
      for start in stride(from: 0, to: text.count, by: size) {
        let piece = Array(text[start..<min(start + size, text.count)])
        log.read(piece.span, each: keep)
      }
      log.finish(each: keep)
      return lines + ["\(log.isRing) \(log.isComplete) \(log.isEmpty) \(log.cpu as Any)"]
    }
    let whole = lines(text.count)
    #expect(whole.count > 40)
    for size in [1, 2, 3, 7, 64, 1021] { #expect(lines(size) == whole, "pieces of \(size)") }
  }

  @Test func `a line without an end keeps no more than its beginning`() {
    var log = XenDmesg()
    var longest = 0
    let piece = Array("(XEN) ".utf8) + [UInt8](repeating: 0x78, count: 60_000)
    for _ in 0..<10 { log.read(piece.span) { line, _ in longest = max(longest, line.count) } }
    log.finish { line, _ in longest = max(longest, line.count) }
    #expect(longest > 1000)
    #expect(longest <= 8192)
  }
}
