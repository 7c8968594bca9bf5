internal import HostModel
internal import SystemAccess

/// Takes the machine's own name out of the logs, where the machine says it.
func removeOwnNames(from host: inout Host, _ context: ProbeContext) {
  guard let root = context.root, let clean = ownNameRemover(root) else { return }
  host.kernelLog = host.kernelLog.map { $0.changed(by: clean) }
  host.xen.messages = host.xen.messages.map { messages in
    var messages = messages
    for place in messages.lines.indices {
      messages.lines[place].text = clean(messages.lines[place].text)
    }
    return messages
  }
}

/// What takes the machine's own name out of a line; nil where it is not known, or a common word.
func ownNameRemover(_ root: SystemRoot) -> ((String) -> String)? {
  var names: Set<String> = []
  for file in ["/proc/sys/kernel/hostname", "/etc/hostname"] {
    guard let name = try? root.readTrimmed(file) else { continue }
    let short = name.prefix { $0 != "." }
    names.formUnion([name, String(short)].filter(tellsOfOne))
  }
  if names.isEmpty { return nil }
  let ordered = names.sorted { $0.utf8.count > $1.utf8.count }.map { Array($0.utf8) }
  return { line in ordered.reduce(line) { without($1, in: $0) } }
}

extension KernelLog {
  /// The log with the text of each line changed.
  func changed(by change: (String) -> String) -> KernelLog {
    var log = self
    for place in log.lines.indices { log.lines[place].text = change(log.lines[place].text) }
    return log
  }
}

/// Whether a name is that of one machine, not a word that logs are full of.
private func tellsOfOne(_ name: String) -> Bool {
  let common = ["localhost", "arch", "xen", "xcp"]
  let words: Set = [
    "debian", "ubuntu", "linux", "fedora", "centos", "gentoo", "alpine", "root", "admin", "user",
    "guest", "live", "rescue", "host", "server", "kernel", "dom0", "intel", "none", "(none)",
  ]
  return name.utf8.count > 3 && !words.contains(name) && !common.contains(where: name.hasPrefix)
}

/// A line with a name replaced where it stands as a word.
private func without(_ name: [UInt8], in line: String) -> String {
  let text = Array(line.utf8)
  guard text.count >= name.count else { return line }
  let isWord = { (byte: UInt8) in
    byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
  var clean: [UInt8] = []
  var index = 0
  while index < text.count {
    let end = index + name.count
    if text[index] == name[0], end <= text.count, text[index..<end].elementsEqual(name),
      index == 0 || !isWord(text[index - 1]), end == text.count || !isWord(text[end])
    {
      clean += "<name>".utf8
      index = end
    } else {
      clean.append(text[index])
      index += 1
    }
  }
  return clean.count == text.count && clean == text ? line : String(decoding: clean, as: UTF8.self)
}
