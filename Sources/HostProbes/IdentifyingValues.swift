internal import HostModel

/// A line of a log in which what names this one machine is replaced.
///
/// That is MAC addresses, UUIDs, serial numbers, host names, the peers of a firewall's log, and who
/// built the kernel.
func withoutIdentifyingValues(_ line: String) -> String {
  if line.hasPrefix("Linux version "), let open = line.firstIndex(of: "("),
    let close = line[open...].firstIndex(of: ")"), line[open..<close].contains("@")
  {
    return "\(line[...open])<builder>\(line[close...])"
  }
  let text = Array(line.utf8)
  var clean: [UInt8] = []
  clean.reserveCapacity(text.count)
  var index = 0
  var isChanged = false
  while index < text.count {
    let startsWord = index == 0 || !isWordByte(text[index - 1])
    if startsWord, let end = endOfMAC(text, index) {
      clean += "<mac>".utf8
      index = end
      isChanged = true
    } else if startsWord, let end = endOfUUID(text, index) {
      clean += "<uuid>".utf8
      index = end
      isChanged = true
    } else if startsWord, let value = startOfLabelled(text, index) {
      clean += text[index..<value]
      clean += "<removed>".utf8
      index = value
      while index < text.count, text[index] > UInt8(ascii: " "), text[index] != UInt8(ascii: ",") {
        index += 1
      }
      isChanged = true
    } else {
      clean.append(text[index])
      index += 1
    }
  }
  return isChanged ? String(decoding: clean, as: UTF8.self) : line
}

private func isWordByte(_ byte: UInt8) -> Bool {
  hexDigit(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "-")
    || byte >= UInt8(ascii: "g") && byte <= UInt8(ascii: "z")
    || byte >= UInt8(ascii: "G") && byte <= UInt8(ascii: "Z")
}

/// The end of six or more pairs of digits with colons between them.
private func endOfMAC(_ text: [UInt8], _ start: Int) -> Int? {
  var index = start
  var pairs = 0
  while index + 1 < text.count, hexDigit(text[index]) != nil, hexDigit(text[index + 1]) != nil {
    pairs += 1
    index += 2
    guard index < text.count, text[index] == UInt8(ascii: ":") else { break }
    index += 1
  }
  guard pairs >= 6, index <= text.count, text[index - 1] != UInt8(ascii: ":"),
    index == text.count || !isWordByte(text[index])
  else { return nil }
  return index
}

/// The end of `8-4-4-4-12` digits.
private func endOfUUID(_ text: [UInt8], _ start: Int) -> Int? {
  guard start + 36 <= text.count else { return nil }
  for offset in 0..<36 {
    let isDash = offset == 8 || offset == 13 || offset == 18 || offset == 23
    let byte = text[start + offset]
    guard isDash ? byte == UInt8(ascii: "-") : hexDigit(byte) != nil else { return nil }
  }
  return start + 36
}

/// Where the value behind one of the labels starts.
private func startOfLabelled(_ text: [UInt8], _ start: Int) -> Int? {
  for label in labels where start + label.count < text.count && text[start] == label[0] {
    if text[start..<start + label.count].elementsEqual(label) { return start + label.count }
  }
  return nil
}

private let labels: [[UInt8]] = [
  "SerialNumber: ", "Serial Number: ", "serial number: ", "S/N: ", "Hostname set to ", "SRC=",
  "DST=",
].map { Array($0.utf8) }
