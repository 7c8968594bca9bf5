public import HostModel

/// What `xl dmesg` prints, or a serial console that Xen wrote to.
///
/// Source: the messages of xen/arch/x86 in releases 4.0 to 4.22.
public struct XenDmesg: Sendable {
  /// The first of Xen's own lines, without `(XEN)` and time stamps: those of its boot.
  public var lines: [String]
  /// How many lines there were in all.
  public var lineCount = 0
  /// Whether every line is Xen's, as in its own ring; a serial console has lines of dom0 too.
  ///
  /// The big letters of the banner have no mark in front of them.
  public var isRing: Bool

  /// A boot says less, even with every message and hundreds of CPUs.
  private static let bootLines = 8192

  /// The beginning of a line whose end has not come yet.
  private var open: [UInt8] = []
  private static let longestLine = 8192

  /// A log of which nothing has been read yet.
  public init() {
    lines = []
    isRing = true
  }

  /// Reads a text; nil when no line of Xen is in it.
  ///
  /// `each` is given every line of Xen, with its time in microseconds since Xen started, or nil for
  /// other stamps.
  public init?(
    parsing text: String, each: (_ line: Span<UInt8>, _ time: Int?) -> Void = { _, _ in }
  ) {
    self.init()
    var text = text
    text.makeContiguousUTF8()
    read(text.utf8.span, each: each)
    finish(each: each)
    if isEmpty { return nil }
  }

  /// Whether no line of Xen has come.
  public var isEmpty: Bool { lineCount == 0 }

  /// Takes the next piece of a text, which may end anywhere.
  public mutating func read(
    _ piece: Span<UInt8>, each: (_ line: Span<UInt8>, _ time: Int?) -> Void
  ) {
    var start = 0
    for place in 0..<piece.count where piece[place] < 0x0e {
      guard [0, 0x0a, 0x0d].contains(piece[place]) else { continue }
      if open.isEmpty {
        line(piece.extracting(start..<place), each)
      } else {
        append(piece.extracting(start..<place))
        finish(each: each)
      }
      start = place + 1
    }
    append(piece.extracting(start..<piece.count))
  }

  /// Says that the text ends here.
  public mutating func finish(each: (_ line: Span<UInt8>, _ time: Int?) -> Void) {
    let whole = open
    open.removeAll(keepingCapacity: true)
    line(whole.span, each)
  }

  private mutating func append(_ piece: Span<UInt8>) {
    for place in 0..<piece.count where open.count < Self.longestLine { open.append(piece[place]) }
  }

  private mutating func line(
    _ line: Span<UInt8>, _ each: (_ line: Span<UInt8>, _ time: Int?) -> Void
  ) {
    guard !line.isEmpty else { return }
    guard let mark = Self.mark(in: line) else {
      if isRing { isRing = Self.isBanner(line.string[...]) }
      return
    }
    let (start, time) = Self.message(behind: mark, in: line)
    let words = line.extracting(start..<line.count)
    if lineCount < Self.bootLines { lines.append(words.string) }
    lineCount += 1
    each(words, time)
  }

  /// The place behind `(XEN)`, which stands near the start of a line.
  private static func mark(in line: Span<UInt8>) -> Int? {
    guard line.count >= 5 else { return nil }
    for place in 0...min(line.count - 5, 195)
    where line[place] == UInt8(ascii: "(") && line[place + 1] == UInt8(ascii: "X")
      && line[place + 2] == UInt8(ascii: "E") && line[place + 3] == UInt8(ascii: "N")
      && line[place + 4] == UInt8(ascii: ")")
    {
      return place + 5
    }
    return nil
  }

  /// Whether a line is drawn of strokes, without a word.
  private static func isBanner(_ line: Substring) -> Bool {
    line.split { !$0.isLetter }.allSatisfy { $0.count < 4 }
  }

  /// Where the text behind the mark and a stamp in brackets begins, and the stamp.
  ///
  /// Stamps are `[2026-11-04 16:52:28]`, `[    0.000000]`, `[00000012345678]`.
  private static func message(
    behind mark: Int, in line: Span<UInt8>
  ) -> (start: Int, time: Int?) {
    var start = mark
    var time: Int?
    if start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
    if start < line.count, line[start] == UInt8(ascii: "[") {
      var end = start + 1
      while end < min(line.count, start + 32), isOfStamp(line[end]) { end += 1 }
      if end < line.count, line[end] == UInt8(ascii: "]") {
        time = seconds(line.extracting((start + 1)..<end))
        start = end + 1
        if start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
      }
    }
    return (min(start, line.count), time)
  }

  private static func isOfStamp(_ byte: UInt8) -> Bool {
    hexDigit(byte) != nil || byte == UInt8(ascii: " ") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
  }

  /// `    1.234567` in microseconds; nil for other stamps.
  private static func seconds(_ stamp: Span<UInt8>) -> Int? {
    var value = 0
    var digits = -1
    for place in 0..<stamp.count where stamp[place] != UInt8(ascii: " ") {
      if stamp[place] == UInt8(ascii: "."), digits < 0 {
        digits = 0
      } else if stamp[place] >= 0x30, stamp[place] <= 0x39, value < 1 << 50 {
        value = value * 10 + Int(stamp[place] - 0x30)
        if digits >= 0 { digits += 1 }
      } else {
        return nil
      }
    }
    return digits == 6 ? value : nil
  }

  // MARK: What it says

  /// The banner: `Xen version 4.17.7 (Debian …) (builder) (compiler) debug=n Tue …`.
  private var banner: Substring? { rest(behind: "Xen version ") }

  /// The version alone: `4.17.7`, `4.2-unstable`.
  public var version: String? { banner.map { String($0.prefix { $0 != " " }) } }
  /// Who built it, with which compiler.
  public var builder: String {
    banner.map { String($0.drop { $0 != " " }) } ?? ""
  }
  public var changeset: String {
    rest(behind: "Latest ChangeSet: ").map(String.init) ?? ""
  }
  public var commandLine: CommandLine? {
    rest(behind: "Command line:").map { CommandLine(bootLine: $0) }
  }

  /// What is missing between Xen's banner and the end of its boot.
  public var gaps: [LogGap] {
    let hasEnd = lines.contains { line in
      (line.hasPrefix("Freed ") && line.contains("init memory"))
        || line.hasPrefix("*** Serial input ")
    }
    return (banner == nil ? [.start] : []) + (hasEnd ? [] : [.end])
  }

  public var isComplete: Bool { gaps.isEmpty }

  /// Whether lines of level INFO are shown; nil where the start of the log is lost.
  public var showsInformation: Bool? {
    guard let version = version.flatMap({ Version($0) }), let line = commandLine else { return nil }
    return Self.showsInformation(version: version, line: line)
      || (line.value(of: "loglvl") == nil && banner?.contains(" debug=y") == true)
  }

  /// Whether a release build prints lines of level INFO: since 4.18 without being asked (commit
  /// 8c01f267ef).
  public static func showsInformation(version: Version, line: CommandLine) -> Bool {
    guard let level = line.value(of: "loglvl") else { return version >= Version(4, 18) }
    return level.split(separator: "/").contains { ["info", "debug", "all"].contains($0) }
  }

  /// The words of its line that Xen refused, as the lines before the banner say.
  ///
  /// Source: xen/common/kernel.c, parse_params (Xen 4.10 and later).
  public var parameterErrors: [XenMessages.ParameterError] {
    lines.compactMap { line in
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 3, parts[0] == "parameter " else { return nil }
      // The image's path, which some boot loaders leave on the line, is no parameter.
      if parts[1].hasPrefix("/") || parts[1].hasPrefix("(") { return nil }
      if parts[2] == " unknown!" {
        return XenMessages.ParameterError(parameter: parts[1], value: nil)
      }
      guard parts.count >= 5, parts[2] == " has invalid value " else { return nil }
      return XenMessages.ParameterError(parameter: parts[1], value: parts[3])
    }
  }

  /// Whether no such line means that there was nothing to refuse.
  public var tellsParameterErrors: Bool {
    guard banner != nil, let version = version.flatMap({ Version($0) }) else { return false }
    return version >= Version(4, 21) || (isRing && version >= Version(4, 10))
  }

  public var platformTimer: PlatformTimer? {
    if lines.contains(where: { $0.hasPrefix("Switched to Platform timer") && $0.hasSuffix("TSC") })
    {
      return .tsc
    }
    guard let name = rest(behind: "Platform timer is ") else { return nil }
    let timers: [(mark: String, timer: PlatformTimer)] = [
      ("HPET", .hpet), ("ACPI PM", .acpiPM), ("PIT", .pit), ("TSC", .tsc),
    ]
    return timers.first { name.contains($0.mark) }?.timer
  }

  public var iommuIsOn: Bool? { onOff("I/O virtualisation ") }
  public var interruptRemappingIsOn: Bool? {
    onOff("Interrupt remapping ") ?? (iommuIsOn == false ? false : nil)
  }
  public var scheduler: String? {
    guard let name = rest(behind: "Using scheduler: "), let start = name.lastIndex(of: "("),
      name.hasSuffix(")")
    else { return nil }
    return String(name[name.index(after: start)...].dropLast())
  }

  /// Xen before 4.5 knew PV alone.
  public var dom0Type: Dom0Type? {
    for line in lines where line.hasPrefix("*** ") {
      if line.contains("Building a PVH Dom0") { return .pvh }
      if line.contains("Building a PV Dom0") || line.contains("LOADING DOMAIN 0") { return .pv }
    }
    return nil
  }

  /// How many comparators of the HPET can send messages; nil where no line says it.
  ///
  /// Three wordings: up to 4.1, 4.2 and 4.3, from 4.4 on (hpet_fsb_cap_lookup).
  public var broadcastTimers: Int? {
    for line in lines {
      guard line.hasPrefix("HPET: "), line.contains("for broadcast") else { continue }
      let words = line.split { $0 == " " || $0 == "(" || $0 == "," }
      guard let verb = words.firstIndex(where: { $0 == "usable" || $0 == "will" }) else { continue }
      if let count = words[..<verb].compactMap({ Int($0) }).last { return count }
    }
    return nil
  }

  /// `CPU Vendor: Intel, Family 6 (0x6), Model 26 (0x1a), Stepping 3 (raw 000106a3)`; 4.8 and later.
  public var cpu: CPUIdentity? {
    guard let text = rest(behind: "CPU Vendor: ") else { return nil }
    let vendor = text.prefix { $0 != "," }
    let number = { (name: String) in
      text.firstRange(of: name).flatMap { place in
        Int(text[place.upperBound...].prefix(while: \.isNumber))
      }
    }
    guard let id = CPUIdentity.vendorID(named: vendor), let family = number("Family "),
      let model = number("Model "), let stepping = number("Stepping ")
    else { return nil }
    return CPUIdentity(vendorID: id, family: family, model: model, stepping: stepping)
  }

  private func onOff(_ prefix: String) -> Bool? {
    switch rest(behind: prefix)?.prefix(while: \.isLetter) {
    case "enabled": true
    case "disabled": false
    default: nil
    }
  }

  /// What stands behind the first line's beginning.
  private func rest(behind prefix: String) -> Substring? {
    lines.first { $0.hasPrefix(prefix) || $0.dropFirst().hasPrefix(prefix) }.map { line in
      let start = line.hasPrefix(prefix) ? line.startIndex : line.index(after: line.startIndex)
      return line[start...].dropFirst(prefix.count)
    }
  }
}

extension Span<UInt8> {
  /// As text; bytes that are no UTF-8 become U+FFFD.
  fileprivate var string: String {
    unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
