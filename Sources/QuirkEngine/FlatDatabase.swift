internal import HostModel

/// The built-in form of the database: one text, with tables of fixed width in front.
struct FlatDatabase: Sendable {
  let digest: String
  let newestXen: String
  let unindexed: [Int]
  /// Where each quirk's text stands, from `records` on.
  let quirks: [Range<Int>]
  private let optionIndex: OptionIndex
  private let policyRanges: [Range<Int>]
  private let idleRanges: [Range<Int>]
  private let familyRanges: [Range<Int>]
  private let kernelRanges: [Range<Int>]
  private let remedyRanges: [Range<Int>]
  /// The literal parts of patterns for logs, and the signatures.
  private let logRanges: [Range<Int>]
  private let text: StaticString
  private let ids: Int
  private let idsStart: Int
  private let records: Int

  private static let magic = "xenquirks-flat 7"
  private static let idWidth = 14  // "vvvvdddd qqqq" and a line feed

  init(_ text: StaticString) throws(FlatError) {
    self.text = text
    var lines = LineReader(text)
    let head = lines.next().split(separator: " ")
    guard head.count == 4, head[0] + " " + head[1] == Self.magic else {
      throw FlatError(description: "the built-in database is not of this version")
    }
    digest = String(head[2])
    newestXen = String(head[3])
    ids = try lines.count("ids")
    idsStart = lines.offset
    lines.skip(bytes: ids * Self.idWidth)
    unindexed = try lines.table("unindexed") { $0.count == 1 ? $0[0] : nil }
    quirks = try lines.table("quirks", Self.range)
    optionIndex = try lines.options()
    policyRanges = try lines.table("policies", Self.range)
    idleRanges = try lines.table("idle", Self.range)
    familyRanges = try lines.table("families", Self.range)
    kernelRanges = try lines.table("kernel", Self.range)
    remedyRanges = try lines.table("remedies", Self.range)
    logRanges = try lines.table("logs", Self.range)
    records = lines.offset
    let ranges =
      quirks + policyRanges + idleRanges + familyRanges + kernelRanges + remedyRanges + logRanges
    let end = ranges.map(\.upperBound).max() ?? 0
    guard logRanges.count == 2, records + end <= text.utf8CodeUnitCount else {
      throw FlatError(description: "the built-in database is cut off")
    }
  }

  private static func range(_ numbers: [Int]) -> Range<Int>? {
    numbers.count == 2 ? numbers[0]..<numbers[0] + numbers[1] : nil
  }

  /// The numbers of the quirks that ask for an id, by binary search.
  func quirks(for key: UInt32) -> [Int] {
    var low = 0
    var high = ids
    while low < high {
      let middle = (low + high) / 2
      if self.key(at: middle) < key { low = middle + 1 } else { high = middle }
    }
    var found: [Int] = []
    while low < ids, self.key(at: low) == key {
      found.append(Int(number(at: idsStart + low * Self.idWidth + 9, digits: 4)))
      low += 1
    }
    return found
  }

  private func key(at row: Int) -> UInt32 {
    number(at: idsStart + row * Self.idWidth, digits: 8)
  }

  private func number(at offset: Int, digits: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in offset..<offset + digits {
      value = value << 4 | UInt32(hexDigit(text.byte(at: index)) ?? 0)
    }
    return value
  }

  func quirk(at number: Int) -> Quirk { decode(quirks[number]) }

  func head(at number: Int) -> QuirkHead {
    let range = quirks[number]
    var reader = FlatReader(text, records + range.lowerBound..<records + range.upperBound)
    do {
      return try QuirkHead(from: &reader)
    } catch {
      preconditionFailure(error.description)
    }
  }

  var options: [BootOption] { (0..<optionIndex.count).map { decode(optionRange(at: $0)) } }

  /// The option of a name, by binary search; of several that Linux reads as one, the one that is
  /// written so.
  func option(_ side: BootOption.Side, _ name: String) -> BootOption? {
    let wanted = OptionIndex.key(side, name)
    var low = 0
    var high = optionIndex.count
    while low < high {
      let middle = (low + high) / 2
      if optionKey(at: middle) < wanted { low = middle + 1 } else { high = middle }
    }
    var first: BootOption?
    while low < optionIndex.count, optionKey(at: low) == wanted {
      let option: BootOption = decode(optionRange(at: low))
      if option.name == name { return option }
      first = first ?? option
      low += 1
    }
    return first
  }

  private func optionKey(at row: Int) -> String {
    let start = optionIndex.start + row * optionIndex.width
    let text = text.text(start..<start + optionIndex.nameWidth)
    return String(decoding: text.utf8.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
  }

  private func optionRange(at row: Int) -> Range<Int> {
    let start = optionIndex.start + row * optionIndex.width + optionIndex.nameWidth
    let offset = Int(number(at: start, digits: 8))
    return offset..<offset + Int(number(at: start + 8, digits: 6))
  }

  var policies: [Policy] { policyRanges.map(decode) }
  var idleModels: [IdleModel] { idleRanges.map(decode) }
  var families: [DeviceFamily] { familyRanges.map(decode) }
  var kernelOptions: [KernelOption] { kernelRanges.map(decode) }
  var remedies: [Remedy] { remedyRanges.map(decode) }

  var logLiterals: LogLiterals { decode(logRanges[0]) }
  var signatures: [LogSignature] {
    let record: LogSignatures = decode(logRanges[1])
    return record.all
  }

  /// Decodes one record.
  ///
  /// The build tool reads back every record that it writes, so a record that can't be
  /// read means a broken build.
  private func decode<Record: FlatRecord>(_ range: Range<Int>) -> Record {
    var reader = FlatReader(text, records + range.lowerBound..<records + range.upperBound)
    do {
      return try Record(from: &reader)
    } catch {
      preconditionFailure(error.description)
    }
  }
}

extension StaticString {
  /// The byte at an offset, which must be below `utf8CodeUnitCount`.
  fileprivate func byte(at offset: Int) -> UInt8 {
    precondition(offset < utf8CodeUnitCount)
    return unsafe utf8Start[offset]
  }

  fileprivate func text(_ range: Range<Int>) -> Substring {
    precondition(range.upperBound <= utf8CodeUnitCount)
    let bytes = unsafe UnsafeBufferPointer(
      start: utf8Start + range.lowerBound, count: range.count)
    return unsafe Substring(decoding: bytes, as: UTF8.self)
  }
}

/// Where the options stand: rows of one width, sorted by side and name.
struct OptionIndex: Sendable {
  var count: Int
  var nameWidth: Int
  /// The offset of the first row.
  var start: Int

  /// The name, and offset and length of the record as 8 and 6 hexadecimal digits.
  var width: Int { nameWidth + 15 }

  /// What an option is found by: Linux reads `-` and `_` in a name as one (parameqn).
  static func key(_ side: BootOption.Side, _ name: String) -> String {
    side == .xen ? "x:\(name)" : "l:\(String(name.map { $0 == "-" ? "_" : $0 }))"
  }
}

/// Reads the tables at the start of the flat form.
private struct LineReader {
  private let text: StaticString
  private(set) var offset = 0

  init(_ text: StaticString) { self.text = text }

  mutating func next() -> Substring {
    var end = offset
    while end < text.utf8CodeUnitCount, text.byte(at: end) != UInt8(ascii: "\n") { end += 1 }
    defer { offset = min(end + 1, text.utf8CodeUnitCount) }
    return text.text(offset..<end)
  }

  mutating func skip(bytes: Int) { offset = min(offset + bytes, text.utf8CodeUnitCount) }

  mutating func count(_ name: String) throws(FlatError) -> Int {
    let words = next().split(separator: " ")
    guard words.count == 2, words[0] == name, let count = Int(words[1]), count >= 0 else {
      throw FlatError(description: "the built-in database has no table '\(name)'")
    }
    return count
  }

  /// The numbers of a line; none where something else stands in it.
  private mutating func numbers() -> [Int] {
    var numbers: [Int] = []
    var number = 0
    var isOpen = false
    while offset < text.utf8CodeUnitCount {
      let byte = text.byte(at: offset)
      offset += 1
      if byte >= 0x30, byte <= 0x39, number < 1 << 48 {
        number = number * 10 + Int(byte - 0x30)
        isOpen = true
        continue
      }
      if isOpen { numbers.append(number) }
      (number, isOpen) = (0, false)
      if byte == UInt8(ascii: "\n") { break }
      if byte != UInt8(ascii: " ") {
        skipLine()
        return []
      }
    }
    return numbers
  }

  private mutating func skipLine() {
    while offset < text.utf8CodeUnitCount {
      offset += 1
      if text.byte(at: offset - 1) == UInt8(ascii: "\n") { return }
    }
  }

  mutating func options() throws(FlatError) -> OptionIndex {
    let words = next().split(separator: " ")
    guard words.count == 3, words[0] == "options", let count = Int(words[1]),
      let width = Int(words[2]), count >= 0, width >= 0
    else { throw FlatError(description: "the built-in database has no table 'options'") }
    let index = OptionIndex(count: count, nameWidth: width, start: offset)
    skip(bytes: count * index.width)
    return index
  }

  mutating func table<Row>(_ name: String, _ row: ([Int]) -> Row?) throws(FlatError) -> [Row] {
    var rows: [Row] = []
    for _ in 0..<(try count(name)) {
      guard let value = row(numbers()) else {
        throw FlatError(description: "the built-in table '\(name)' is damaged")
      }
      rows.append(value)
    }
    return rows
  }
}

extension Knowledge {
  /// The name of the first entry that comes back from the flat form changed; nil when all come back
  /// as they went.
  public var firstChangedByFlatForm: String? {
    changed(quirks) ?? changed(options) ?? changed(policies) ?? changed(idleModels)
      ?? changed(families) ?? changed(kernelOptions) ?? changed(remedies)
      ?? changed([LogSignatures(signatures)])
  }

  private func changed<Record: FlatRecord>(_ records: [Record]) -> String? {
    for record in records {
      var writer = FlatWriter()
      record.write(to: &writer)
      var reader = FlatReader(writer.text)
      guard let back = try? Record(from: &reader), back == record else { return record.recordName }
    }
    return nil
  }

  /// The flat form, for the build tool.
  public func flatText(digest: String, newestXen: String) -> String {
    var ids: [(key: UInt32, quirk: Int)] = []
    var unindexed: [Int] = []
    for (number, quirk) in quirks.enumerated() {
      guard let keys = quirk.exactIDs else {
        unindexed.append(number)
        continue
      }
      ids += keys.map { ($0, number) }
    }
    ids.sort { ($0.key, $0.quirk) < ($1.key, $1.quirk) }
    var records = FlatRecords()
    let tables = [
      records.table("quirks", quirks),
      records.optionTable(options),
      records.table("policies", policies),
      records.table("idle", idleModels),
      records.table("families", families),
      records.table("kernel", kernelOptions),
      records.table("remedies", remedies),
      records.logTable(logLiterals, LogSignatures(signatures)),
    ]
    let head =
      "xenquirks-flat 7 \(digest) \(newestXen)\nids \(ids.count)\n"
      + ids.map { "\(hex($0.key, width: 8)) \(hex($0.quirk, width: 4))\n" }.joined()
      + "unindexed \(unindexed.count)\n" + unindexed.map { "\($0)\n" }.joined()
    return head + tables.joined() + records.text
  }
}

/// Gathers records, and says where each of them stands.
private struct FlatRecords {
  private(set) var text = ""

  mutating func optionTable(_ options: [BootOption]) -> String {
    let keyed = options.map { (OptionIndex.key($0.side, $0.name), $0) }.sorted { $0.0 < $1.0 }
    let nameWidth = (keyed.map(\.0.utf8.count).max() ?? 0) + 1
    var table = "options \(options.count) \(nameWidth)\n"
    for (key, option) in keyed {
      var writer = FlatWriter()
      option.write(to: &writer)
      table += key + String(repeating: " ", count: nameWidth - key.utf8.count)
      table += "\(hex(text.utf8.count, width: 8))\(hex(writer.text.utf8.count, width: 6))\n"
      text += writer.text
    }
    return table
  }

  mutating func table(_ name: String, _ entries: [some FlatRecord]) -> String {
    "\(name) \(entries.count)\n" + entries.map { row($0) }.joined()
  }

  mutating func logTable(_ literals: LogLiterals, _ signatures: LogSignatures) -> String {
    "logs 2\n" + row(literals) + row(signatures)
  }

  private mutating func row(_ entry: some FlatRecord) -> String {
    var writer = FlatWriter()
    entry.write(to: &writer)
    defer { text += writer.text }
    return "\(text.utf8.count) \(writer.text.utf8.count)\n"
  }
}
