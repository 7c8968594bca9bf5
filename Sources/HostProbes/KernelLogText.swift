internal import HostModel

/// A kernel log as it was printed or saved, without what stands in front of its lines.
///
/// It takes the text piece by piece and keeps the lines that some pattern could fit, a bounded number
/// of them: what is alike is counted.
struct KernelLogText {
  /// The line `Linux version …` of the last boot in it, where the log has it.
  private(set) var version: String?
  /// The kernel's line as it said it.
  private(set) var commandLine: String?
  /// How the kernel says that Xen runs it.
  private(set) var dom0Type: Dom0Type?

  /// How many lines early microcode and firmware may print before the kernel says its name.
  private static let latestStart = 8
  private static let longestLine = 8192
  private static let commandLinePrefixes = ["Command line: ", "Kernel command line: "]

  private let keep: LiteralSearch?
  private var kept = KeptLines()
  /// The beginning of a line whose end has not come yet.
  private var open: [UInt8] = []
  private var count = 0
  private var hasStart = false
  private var hasLost = false
  private var isCut = false
  /// The levels that were seen, as bits; 0 where lines do not say theirs.
  private var levels = 0
  private var saysLine = (early: false, late: false)

  /// A reader that keeps the lines with one of these texts in them; with nil all lines.
  init(keeping literals: [String]? = nil) { keep = literals.map { LiteralSearch($0) } }

  /// Reads the output of dmesg or `journalctl -k`, or a saved syslog.
  init(parsing text: String) {
    self.init()
    var text = text
    text.makeContiguousUTF8()
    read(text.utf8.span)
    finish()
  }

  /// Takes the records of /dev/kmsg.
  init(records: [String]) {
    self.init()
    for record in records { read(record: Array(record.utf8).span) }
    if count == 0 { hasStart = false }
  }

  var log: KernelLog {
    var gaps: [LogGap] = []
    if !hasStart { gaps.append(.start) }
    if isCut { gaps.append(.end) }
    // Lines of levels 5 and 6 are in every log that leaves nothing out.
    let isFiltered = levels != 0 && levels & 0b110_0000 == 0
    if isFiltered || (hasStart && saysLine.late && !saysLine.early) { gaps.append(.level) }
    if hasLost { gaps.append(.lost) }
    if kept.isCrowded { gaps.append(.crowded) }
    return KernelLog(lines: kept.lines, gaps: gaps)
  }

  // MARK: Text

  /// Takes the next piece of a text, which may end anywhere.
  mutating func read(_ piece: Span<UInt8>) {
    var start = 0
    for place in 0..<piece.count where piece[place] == UInt8(ascii: "\n") || piece[place] == 0 {
      if open.isEmpty {
        line(piece.extracting(start..<place))
      } else {
        append(piece.extracting(start..<place))
        let whole = open
        open.removeAll(keepingCapacity: true)
        line(whole.span)
      }
      start = place + 1
    }
    append(piece.extracting(start..<piece.count))
  }

  /// Says that the text ends here; `early` where it ought to go on.
  mutating func finish(early: Bool = false) {
    isCut = early || !open.isEmpty
    let whole = open
    open = []
    if !whole.isEmpty { line(whole.span) }
  }

  private mutating func append(_ piece: Span<UInt8>) {
    for place in 0..<piece.count where open.count < Self.longestLine { open.append(piece[place]) }
  }

  private mutating func line(_ text: Span<UInt8>) {
    guard !text.isEmpty else { return }
    let head = LogLineHead(of: text)
    guard let head else { return }
    if let level = head.level { levels |= 1 << (level & 7) }
    message(text.extracting(head.start..<head.end), at: head.time)
  }

  // MARK: Records

  /// Takes a record of /dev/kmsg: `PRIORITY,SEQUENCE,TIME,FLAGS;TEXT`.
  mutating func read(record: Span<UInt8>) {
    var numbers: [Int] = [0]
    var place = 0
    while place < record.count, record[place] != UInt8(ascii: ";") {
      let byte = record[place]
      if byte == UInt8(ascii: ",") {
        numbers.append(0)
      } else if let last = numbers.last, byte >= 0x30, byte <= 0x39, last < 1 << 58 {
        numbers[numbers.count - 1] = last * 10 + Int(byte - 0x30)
      }
      place += 1
    }
    guard place < record.count, numbers.count >= 3 else { return }
    var end = place + 1
    // Lines that follow hold the record's dictionary.
    while end < record.count, record[end] != UInt8(ascii: "\n") { end += 1 }
    if count == 0, numbers[1] == 0 { hasStart = true }
    message(record.extracting((place + 1)..<end), at: numbers[2], isRecord: true)
  }

  /// Says that records were overwritten before they were read.
  mutating func lose() { hasLost = true }

  // MARK: Messages

  private mutating func message(_ text: Span<UInt8>, at time: Int?, isRecord: Bool = false) {
    count += 1
    if text.starts(with: "Linux version ") {
      // What stands before belongs to an earlier boot, but for the first words of firmware.
      if count > Self.latestStart {
        kept = KeptLines()
        (commandLine, dom0Type, saysLine) = (nil, nil, (false, false))
        hasStart = hasStart || !isRecord
      } else if !isRecord {
        hasStart = true
      }
      version = text.string
    } else if text.starts(with: "Command line: ") {
      saysLine.early = true
      commandLine = String(text.string.dropFirst(Self.commandLinePrefixes[0].count))
    } else if text.starts(with: "Kernel command line: ") {
      saysLine.late = true
      commandLine =
        commandLine ?? String(text.string.dropFirst(Self.commandLinePrefixes[1].count))
    } else if text.starts(with: "Hypervisor detected: Xen ") {
      dom0Type = text.string.hasSuffix(" PV") ? .pv : .pvh
    } else if text.starts(with: "Missed ") && text.string.hasSuffix(" kernel messages")
      || text.starts(with: "/dev/kmsg buffer overrun")
      || (text.starts(with: "** ") && text.string.hasSuffix(" printk messages dropped **"))
    {
      hasLost = true
    }
    guard let keep else { return kept.append(text, at: time) }
    if keep.hasAny(in: text) { kept.count(text, at: time) }
  }
}

extension Span<UInt8> {
  func starts(with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return false }
    for place in 0..<length where unsafe self[place] != text.utf8Start[place] { return false }
    return true
  }

  /// As text; bytes that are no UTF-8 become U+FFFD.
  var string: String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
