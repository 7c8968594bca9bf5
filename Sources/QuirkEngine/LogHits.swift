public import HostModel

/// A signature that stands in a log of the machine.
public struct LogHit: Sendable {
  public var signature: LogSignature
  public var count: Int
  /// When the first and the last line came, in microseconds since the start; nil where the log has no
  /// such stamps.
  public var first: Int?
  public var last: Int?
  /// The functions that the lines name.
  public var subjects: [PCIAddress]
  /// The first line.
  public var line: String
}

extension QuirkDatabase {
  /// What the logs of a machine say by themselves, in the order of its first lines.
  public func logHits(in host: Host) -> [LogHit] {
    let logs: [(LogSignature.Log, [LogLine])] = [
      (.klog, host.kernelLog.value?.lines ?? []), (.xlog, host.xen.messages.value?.lines ?? []),
    ]
    guard logs.contains(where: { !$0.1.isEmpty }) else { return [] }
    let signatures = signatures
    guard !signatures.isEmpty else { return [] }
    var subjects = LogSubjects(host.pci.value)
    let (naming, telling) = (
      signatures.filter { $0.kind == .name }, signatures.filter { $0.kind != .name }
    )
    for (log, lines) in logs {
      for hit in Self.places(of: naming.filter { $0.log == log }, in: lines) {
        for place in hit.places { subjects.learnName(from: lines[place].text) }
      }
    }
    return logs.flatMap { log, lines in
      Self.hits(of: telling.filter { $0.log == log }, in: lines, subjects)
    }
  }

  private static func hits(
    of signatures: [LogSignature], in lines: [LogLine], _ subjects: LogSubjects
  ) -> [LogHit] {
    var hits: [(place: Int, hit: LogHit)] = []
    for (signature, order) in places(of: signatures, in: lines) {
      guard let first = order.first else { continue }
      hits.append(
        (
          first,
          LogHit(
            signature: signature, count: order.reduce(0) { $0 + lines[$1].count },
            first: order.compactMap { lines[$0].first }.min(),
            last: order.compactMap { lines[$0].last }.max(),
            subjects: order.flatMap { subjects.named(in: lines[$0].text, signature.drivers) }
              .unique,
            line: lines[first].text)
        ))
    }
    return hits.sorted { $0.place < $1.place }.map(\.hit)
  }

  /// The lines that each signature fits.
  private static func places(
    of signatures: [LogSignature], in lines: [LogLine]
  ) -> [(signature: LogSignature, places: [Int])] {
    guard !signatures.isEmpty else { return [] }
    let found = LogSearch(patterns: Set(signatures.flatMap(\.patterns)), in: lines).lines
    return signatures.map { signature in
      var places: Set<Int> = []
      for pattern in signature.patterns {
        places.formUnion(
          (found[pattern] ?? []).filter { pattern.occurs(in: lines[$0].text, address: nil) })
      }
      return (signature, places.sorted())
    }
  }
}

/// Which functions a line is about.
struct LogSubjects {
  private let topology: PCITopology?
  /// Functions by the name of an interface, a disk, a SCSI host or a port of ATA.
  private var names: [String: PCIAddress] = [:]
  /// The same from the log, where the machine does not tell; empty where two have had the name.
  private var loggedNames: [String: [PCIAddress]] = [:]
  /// Functions by their driver, with underscores.
  private var drivers: [String: [PCIAddress]] = [:]

  init(_ topology: PCITopology?) {
    self.topology = topology
    for function in topology?.functions ?? [] {
      let software = function.software
      for name in (software.interfaces.value ?? []) + (software.disks.value ?? []) {
        names[name] = function.address
        // The controller `nvme0` of the disk `nvme0n1`.
        if name.hasPrefix("nvme"), let end = name.lastIndex(of: "n"), end > name.startIndex {
          names[String(name[..<end])] = function.address
        }
      }
      for host in software.scsiHosts.value ?? [] {
        names[host] = function.address
        names["scsi" + host.dropFirst("host".count)] = function.address
      }
      for port in software.ataPorts.value ?? [] { names[port] = function.address }
      if let driver = software.driver.value {
        drivers[Self.underscored(driver), default: []].append(function.address)
      }
    }
  }

  /// Takes the name of a device from a line that has its function too: `igb 0000:03:00.0 eno1: …`,
  /// `nvme nvme0: … 0000:04:00.0`.
  mutating func learnName(from line: String) {
    let words = Self.words(of: line)
    let named = words.filter { $0.hasSuffix(":") && address($0) == nil }
    guard named.count == 1, let name = named.first?.dropLast(),
      let address = words.lazy.compactMap(address).first
    else { return }
    let known = loggedNames[String(name)]
    loggedNames[String(name)] = known == nil || known == [address] ? [address] : []
  }

  private static func words(of line: String) -> [Substring] {
    line.split { !($0.isASCII && ($0.isLetter || $0.isNumber || ":.-_".contains($0))) }
  }

  /// The function of a device, of a device of that port (`ata1.00`), or of an interface's VLAN (`eno1.100`).
  private func function(named word: Substring) -> PCIAddress? {
    let name = word.prefix { $0 != ":" }
    return [name, name.prefix { $0 != "." }].lazy
      .compactMap { names[String($0)] ?? loggedNames[String($0)]?.first }.first
  }

  private static func underscored(_ name: some StringProtocol) -> String {
    String(name.map { $0 == "-" ? "_" : $0 })
  }

  /// The functions that a line names by their address, else by a name of theirs, else by a driver that
  /// only one of them has.
  func named(in line: String, _ ownDrivers: [String]) -> [PCIAddress] {
    let words = Self.words(of: line)
    var found = words.compactMap(address)
    if found.isEmpty {
      for (place, word) in words.enumerated() {
        if let address = function(named: word) { found.append(address) }
        if word == "sd" || word == "st" || word == "sr", place + 1 < words.count,
          let address = names["scsi" + words[place + 1].prefix { $0 != ":" }]
        {
          found.append(address)
        }
      }
    }
    if found.isEmpty {
      let first = words.first.map { Self.underscored($0.prefix { $0 != ":" }) }
      for driver in [first].compactMap({ $0 }) + ownDrivers.map(Self.underscored)
      where found.isEmpty {
        // Of several functions with one driver nobody knows which is meant.
        if let addresses = drivers[driver], addresses.count == 1 { found = addresses }
      }
    }
    return found.unique
  }

  /// The function of an address with or without its domain.
  private func address(_ word: Substring) -> PCIAddress? {
    var text = word[...]
    while let last = text.last, last == ":" || last == "." || last == "-" { text.removeLast() }
    guard text.contains("."), text.contains(":") else { return nil }
    let full = text.count(where: { $0 == ":" }) == 1 ? "0000:\(text)" : String(text)
    guard full.utf8.count >= 12, let address = PCIAddress(full) else { return nil }
    guard let topology, topology.isComplete else { return address }
    return topology.index(of: address) == nil ? nil : address
  }
}
