internal import HostModel

/// A kernel log as it was printed or saved, without what stands in front of its lines.
struct KernelLogText {
  var log: KernelLog
  /// The first line, `Linux version …`, where the log has it.
  var version: String?
  /// The kernel's line as it said it.
  var commandLine: String?

  /// How the kernel says that Xen runs it.
  var dom0Type: Dom0Type?

  /// How many lines early microcode and firmware may print before the kernel says its name.
  private static let latestStart = 8

  /// Reads the output of dmesg or `journalctl -k`, or a saved syslog.
  init(parsing text: String) {
    let lines = text.utf8.split { $0 == UInt8(ascii: "\n") || $0 == 0 }
      .filter { !Self.isDecoration($0) }
      .map { Self.message(in: $0) }
    let start = lines.prefix(Self.latestStart).contains { $0.hasPrefix("Linux version ") }
    self.init(messages: lines, isComplete: start)
  }

  /// Takes the records of /dev/kmsg: `PRIORITY,SEQUENCE,TIME,FLAGS;TEXT`.
  init(records: [String]) {
    var messages: [String] = []
    var first: Int?
    for record in records {
      let fields = record.utf8.split(separator: UInt8(ascii: ";"), maxSplits: 1)
      guard fields.count == 2 else { continue }
      if first == nil {
        let numbers = fields[0].split(separator: UInt8(ascii: ","))
        first = numbers.count > 1 ? Int(String(decoding: numbers[1], as: UTF8.self)) : nil
      }
      // Lines that follow hold the record's dictionary.
      let text = fields[1].prefix { $0 != UInt8(ascii: "\n") }
      messages.append(String(decoding: text, as: UTF8.self))
    }
    self.init(messages: messages, isComplete: first == 0)
  }

  private init(messages: [String], isComplete: Bool) {
    version = messages.first { $0.hasPrefix("Linux version ") }
    for prefix in ["Command line: ", "Kernel command line: "] where commandLine == nil {
      commandLine = messages.first { $0.hasPrefix(prefix) }.map {
        String($0.dropFirst(prefix.count))
      }
    }
    let detected = messages.first { $0.hasPrefix("Hypervisor detected: Xen ") }
    dom0Type = detected.map { $0.hasSuffix(" PV") ? .pv : .pvh }
    log = KernelLog(
      lines: messages.map(withoutIdentifyingValues), isComplete: isComplete)
  }

  /// Lines that journalctl and the Xen console add.
  private static func isDecoration(_ line: Substring.UTF8View) -> Bool {
    line.starts(with: "-- ".utf8) || line.starts(with: "(XEN)".utf8)
  }

  /// The text behind `<6>`, `[    1.234567] `, `Nov 22 04:00:00 HOST kernel: ` or `kern  :info  :
  /// `.
  private static func message(in line: Substring.UTF8View) -> String {
    var rest = Substring(line)
    if rest.hasSuffix("\r") { rest.removeLast() }
    if let prefix = rest.prefix(120).range(ofFirst: " kernel: "), isDate(rest) {
      rest = rest[prefix...].dropFirst(" kernel: ".count)
    }
    if rest.first == "<", let end = rest.prefix(6).firstIndex(of: ">") {
      let digits = rest[..<end].dropFirst()
      if !digits.isEmpty, digits.allSatisfy(\.isNumber) { rest = rest[rest.index(after: end)...] }
    }
    if rest.hasPrefix("kern "), let end = rest.prefix(24).range(ofLast: ": ") {
      rest = rest[end...].dropFirst(2)
    }
    while rest.first == "[", let end = rest.prefix(40).firstIndex(of: "]") {
      guard isTimestamp(rest[..<end].dropFirst()) else { break }
      rest = rest[rest.index(after: end)...]
    }
    return String(rest.first == " " ? rest.dropFirst() : rest)
  }

  /// Whether a line starts `Nov 22 04:00:00` or `2026-11-22T04:00:00`.
  private static func isDate(_ line: Substring) -> Bool {
    let start = Array(line.utf8.prefix(8))
    guard start.count == 8 else { return false }
    let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    if start[..<4].allSatisfy(isDigit) { return start[4] == UInt8(ascii: "-") }
    return start[3] == UInt8(ascii: " ") && isDigit(start[5]) && start[6] == UInt8(ascii: " ")
  }

  /// Whether brackets hold seconds (`    1.234567`), a date (`Sat Nov 22 04:00:00 2026`) or a
  /// caller (`   T1`).
  private static func isTimestamp(_ text: Substring) -> Bool {
    let word = text.drop { $0 == " " }
    guard let first = word.first, let last = word.last, last.isNumber else { return false }
    if first.isNumber { return word.contains(".") && word.allSatisfy { $0.isNumber || $0 == "." } }
    if first == "T" || first == "C" { return word.dropFirst().allSatisfy(\.isNumber) }
    return word.count(where: { $0 == ":" }) == 2 && word.count(where: { $0 == " " }) >= 4
  }
}
