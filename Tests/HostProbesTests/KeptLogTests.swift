import HostModel
import SystemAccess
import TestSupport
import Testing

@testable import HostProbes

@Suite struct KeptLogTests {
  private static let start = "[    0.000000] Linux version 6.1.0\n"

  private func read(_ text: String, keeping: [String], pieces: Int = 1 << 20) -> KernelLogText {
    var reader = KernelLogText(keeping: keeping)
    let bytes = Array(text.utf8)
    var place = 0
    while place < bytes.count {
      let end = min(bytes.count, place + pieces)
      reader.read(Array(bytes[place..<end]).span)
      place = end
    }
    reader.finish()
    return reader
  }

  @Test func `equal lines are one, counted, with the first and the last time`() {
    let line = "pcieport 0000:00:1c.0: AER: Corrected error received"
    let text = Self.start + "[    1.5] \(line)\n[    2.0] other\n[   90.250000] \(line)\n"
    #expect(
      read(text, keeping: ["Corrected error"]).log.lines == [
        LogLine(line, count: 2, first: 1_500_000, last: 90_250_000)
      ])
  }

  @Test func `a text says the same whatever the pieces are that it comes in`() {
    let text = Self.start + "[    1.5] first needle\r\n\n[    2.5] second needle\n"
    let whole = read(text, keeping: ["needle"]).log
    for size in 1...20 {
      let log = read(text, keeping: ["needle"], pieces: size).log
      #expect(log.lines == whole.lines)
      #expect(log.gaps == whole.gaps)
    }
    #expect(whole.lines.map(\.text) == ["first needle", "second needle"])
  }

  @Test func `a flood of lines that differ in a number takes bounded space`() {
    let flood = (0..<5000).map { "[ \($0).000000] nvme0: I/O \($0) QID 4 timeout\n" }.joined()
    let log = read(Self.start + flood, keeping: ["timeout"]).log
    #expect(log.lines.count == 64)
    #expect(log.lines.reduce(0) { $0 + $1.count } == 5000)
    #expect(log.lines.compactMap(\.last).max() == 4_999_000_000)
    #expect(log.gaps == [.crowded])
  }

  @Test func `devices are kept apart in a flood`() {
    let flood = (0..<100).flatMap { number in
      (0..<4).map { "dev 0000:0\($0):00.0: event \(number)\n" }
    }
    let log = read(Self.start + flood.joined(), keeping: ["event"]).log
    #expect(log.lines.count == 4 * 64)
  }

  @Test func `a log says what it lacks`() {
    let line = "[    0.1] Kernel command line: quiet\n"
    let early = "[    0.0] Command line: quiet\n"
    #expect(read(Self.start, keeping: []).log.gaps == [])
    #expect(read("[    9.0] later\n", keeping: []).log.gaps == [.start])
    #expect(read(Self.start + "[    9.0] cut", keeping: []).log.gaps == [.end])
    #expect(read(Self.start + line, keeping: []).log.gaps == [.level])
    #expect(read(Self.start + early + line, keeping: []).log.gaps == [])
    #expect(read("<4>[    0.0] a\n<3>[    1.0] b\n", keeping: []).log.gaps == [.start, .level])
    let missed = "systemd-journald[1]: x\nMissed 12 kernel messages\n"
    #expect(read(Self.start + missed, keeping: []).log.gaps == [.lost])
  }

  @Test func `of several boots the last one counts`() {
    let first = Self.start + (0..<20).map { "[    \($0).5] needle of old \($0)\n" }.joined()
    let text = first + Self.start + "[    3.5] needle of now\n"
    #expect(read(text, keeping: ["needle"]).log.lines.map(\.text) == ["needle of now"])
  }

  @Test(arguments: [
    "[    1.500000] host kernel: a needle", "[    1.500000] [      T1] a needle",
    "<6>[    1.500000][   T12] a needle",
  ])
  func `the stamp is read before what other programs put there`(line: String) {
    #expect(
      read(line + "\n", keeping: ["needle"]).log.lines == [
        LogLine("a needle", first: 1_500_000, last: 1_500_000)
      ])
  }
}
