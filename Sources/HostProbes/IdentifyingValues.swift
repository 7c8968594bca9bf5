internal import HostModel

/// A line of a log in which what names this one machine is replaced.
///
/// That is MAC and IP addresses, UUIDs, World Wide Names, serial numbers, the names of hosts and
/// people, the words of a boot line, what programs wrote, and who built the kernel.
/// `xenquirks-collect` does the same in awk.
func withoutIdentifyingValues(_ line: String) -> String {
  if line.hasPrefix("Linux version "), let open = line.firstIndex(of: "("),
    let close = line[open...].firstIndex(of: ")"), line[open..<close].contains("@")
  {
    return "\(line[...open])<builder>\(line[close...])"
  }
  var scrubber = LineScrubber(line)
  return scrubber.isProgram ? "program[1]: <removed>" : scrubber.scrub() ?? line
}

/// A value that may be an address or a serial number, as `withoutIdentifyingValues` judges it, with
/// runs of digits that are a hardware address taken out of names.
func withoutHardwareAddress(_ name: String) -> String {
  let bytes = Array(name.utf8)
  var clean: [UInt8] = []
  var index = 0
  while index < bytes.count {
    let run = bytes[index...].prefix { hexDigit($0) != nil }.count
    if run >= 12 {
      clean += "<address>".utf8
    } else {
      clean += bytes[index..<index + run]
    }
    index += run
    if index < bytes.count {
      clean.append(bytes[index])
      index += 1
    }
  }
  return clean.count == bytes.count && clean == bytes
    ? name : String(decoding: clean, as: UTF8.self)
}

/// One pass over the bytes of a line.
private struct LineScrubber {
  private let text: [UInt8]
  private var clean: [UInt8] = []
  private var index = 0
  private var isChanged = false

  init(_ line: String) { text = Array(line.utf8) }

  /// Whether a program of user space wrote it: `systemd[1]: …`.
  var isProgram: Bool {
    guard let first = text.first, isLetter(first),
      let open = text.prefix(64).firstIndex(of: UInt8(ascii: "["))
    else { return false }
    var name = text[..<open]
    if name.last == UInt8(ascii: ")"), let start = name.firstIndex(of: UInt8(ascii: "(")) {
      name = name[..<start]
    }
    let isName = name.allSatisfy { isLetter($0) || isNumber($0) || "_.-".utf8.contains($0) }
    let digits = text[(open + 1)...].prefix(while: isNumber)
    return isName && !digits.isEmpty
      && text[digits.endIndex...].starts(with: "]: ".utf8)
  }

  /// Nil where nothing has to be replaced.
  mutating func scrub() -> String? {
    clean.reserveCapacity(text.count)
    while index < text.count {
      if let (mark, end) = replacement() {
        clean += mark.utf8
        index = end
        isChanged = true
      } else if let label = labels[Int(lowercase(text[index]))].first(where: {
        starts(with: $0.text)
      }) {
        clean += text[index..<index + label.text.count]
        index += label.text.count
        let end =
          label.isLong
          ? text.count
          : text[index...].firstIndex { $0 <= UInt8(ascii: " ") || $0 == UInt8(ascii: ",") }
            ?? text.count
        guard end > index, label.isLong || text[index] != UInt8(ascii: "<") else { continue }
        clean += "<removed>".utf8
        index = end
        isChanged = true
      } else {
        clean.append(text[index])
        index += 1
      }
    }
    return isChanged ? String(decoding: clean, as: UTF8.self) : nil
  }

  private func starts(with label: [UInt8]) -> Bool {
    guard index + label.count <= text.count else { return false }
    for offset in label.indices where lowercase(text[index + offset]) != label[offset] {
      return false
    }
    return true
  }

  /// What takes the place of what starts here, and where that ends.
  private mutating func replacement() -> (mark: String, end: Int)? {
    let byte = text[index]
    if byte == UInt8(ascii: "@") { return builder() }
    if byte == UInt8(ascii: "x") { return interface() }
    guard hexDigit(byte) != nil || byte == UInt8(ascii: ":") else { return nil }
    if let end = endOfPairs(UInt8(ascii: ":"), most: .max) { return ("<mac>", end) }
    if let end = endOfUUID() { return ("<uuid>", end) }
    let before = index > 0 ? text[index - 1] : UInt8(ascii: " ")
    if hexDigit(before) == nil, before != UInt8(ascii: "-"),
      let end = endOfPairs(UInt8(ascii: "-"), most: 6)
    {
      return ("<mac>", end)
    }
    guard !isLetter(before), !isNumber(before), before != UInt8(ascii: "."),
      before != UInt8(ascii: "_")
    else { return nil }
    if let end = endOfIPv4() ?? endOfIPv6() { return ("<ip>", end) }
    return digits()
  }

  /// `USER@HOST`: what stands in front of the sign is there already.
  private mutating func builder() -> (mark: String, end: Int)? {
    let isPart = { (byte: UInt8) in byte > UInt8(ascii: " ") && !"()<>,;\"=".utf8.contains(byte) }
    let name = clean.reversed().prefix(while: isPart).count
    let host = text[(index + 1)...].prefix { isPart($0) || $0 == UInt8(ascii: "(") }
    guard name > 0, !host.isEmpty else { return nil }
    clean.removeLast(name)
    return ("<builder>", host.endIndex)
  }

  /// The address in `enx001122334455`.
  private func interface() -> (mark: String, end: Int)? {
    let kinds = ["en", "wl", "ww", "ib"]
    guard index >= 2, kinds.contains(where: { text[index - 2..<index].elementsEqual($0.utf8) }),
      run(at: index + 1) >= 12
    else { return nil }
    return ("x<mac>", index + 13)
  }

  private func run(at start: Int) -> Int {
    start < text.count ? text[start...].prefix { hexDigit($0) != nil }.count : 0
  }

  /// A UUID without dashes, or a World Wide Name (NAA 2, 3, 5 and 6).
  private func digits() -> (mark: String, end: Int)? {
    let hasMark =
      text[index] == UInt8(ascii: "0") && index + 1 < text.count
      && text[index + 1] == UInt8(ascii: "x")
    let start = hasMark ? index + 2 : index
    let count = run(at: start)
    let end = start + count
    if count == 32 { return ("<uuid>", end) }
    guard count == 16, end == text.count || !isLetter(text[end]),
      (hasMark ? "2356" : "56").utf8.contains(text[start])
    else { return nil }
    return ("<wwn>", end)
  }

  /// The end of six or more pairs of digits with a sign between them.
  private func endOfPairs(_ sign: UInt8, most: Int) -> Int? {
    var end = index
    var pairs = 0
    while run(at: end) >= 2, pairs < most {
      pairs += 1
      end += 2
      guard end < text.count, text[end] == sign, pairs < most, run(at: end + 1) >= 2 else { break }
      end += 1
    }
    return pairs >= 6 ? end : nil
  }

  /// The end of `8-4-4-4-12` digits.
  private func endOfUUID() -> Int? {
    guard index + 36 <= text.count else { return nil }
    for offset in 0..<36 {
      let isDash = offset == 8 || offset == 13 || offset == 18 || offset == 23
      let byte = text[index + offset]
      guard isDash ? byte == UInt8(ascii: "-") : hexDigit(byte) != nil else { return nil }
    }
    return index + 36
  }

  /// The end of four numbers up to 255; one with a zero in front is part of a version.
  private func endOfIPv4() -> Int? {
    var end = index
    for place in 0..<4 {
      let number = text[end...].prefix(while: isNumber)
      guard (1...3).contains(number.count), number.count == 1 || number.first != UInt8(ascii: "0"),
        number.reduce(0, { $0 * 10 + Int($1 - UInt8(ascii: "0")) }) <= 255
      else { return nil }
      end = number.endIndex
      if place < 3 {
        guard end < text.count, text[end] == UInt8(ascii: ".") else { return nil }
        end += 1
      }
    }
    guard end < text.count else { return end }
    let goesOn = isLetter(text[end]) || isNumber(text[end]) || text[end] == UInt8(ascii: "_")
    let isLonger =
      text[end] == UInt8(ascii: ".") && end + 1 < text.count && isNumber(text[end + 1])
    return goesOn || isLonger ? nil : end
  }

  /// The end of groups with a gap, or of eight of them; the address of a function has neither.
  private func endOfIPv6() -> Int? {
    let word = text[index...].prefix { hexDigit($0) != nil || $0 == UInt8(ascii: ":") }
    let groups = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard groups.count >= 3, groups.allSatisfy({ $0.count <= 4 }),
      word.endIndex == text.count
        || !(isLetter(text[word.endIndex]) || text[word.endIndex] == UInt8(ascii: "_"))
    else { return nil }
    let filled = groups.count { !$0.isEmpty }
    let hasGap = zip(word, word.dropFirst()).contains {
      $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: ":")
    }
    return hasGap && filled >= 2 || groups.count == 8 && filled == 8 ? word.endIndex : nil
  }
}

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

private func isNumber(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func lowercase(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

/// What stands in front of a value that goes, and whether all that follows goes with it; by the first
/// letter.
private let labels: [[(text: [UInt8], isLong: Bool)]] = (0...255).map { first in
  allLabels.filter { $0.text.first == UInt8(first) }
}

private let allLabels: [(text: [UInt8], isLong: Bool)] =
  [
    "serialnumber: ", "serial number: ", "serial number ", "hostname set to ",
    "unknown kernel command line parameters ", "unknown boot option ", "malformed early option ",
    "command line: ",
  ].map { (Array($0.utf8), true) }
  + [
    "serial no: ", "serial no. ", "serial: ", "serial#: ", "serial=", "s/n: ", "s/n ", "sn: ",
    "sn=", "hostname: ", "hostname=", "host=", "src=", "dst=", "acct=", "user=", "of user ",
    "for user ", "uuid=", "label=", "wwid", "wwn ", "wwn: ", "naa.", "eui.", "nqn.", "t10.",
    "asset tag: ", "token=", "passwd=", "password=", "passphrase=", "secret=", "key=",
  ].map { (Array($0.utf8), false) }
