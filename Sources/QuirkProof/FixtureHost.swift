internal import HostModel

/// The words of a fixture machine about its processor, firmware and timers, and about Xen as it
/// runs.
struct FixtureHost {
  private var xenLog: [String]?
  private var isCut = false
  private var showsInformation = true
  private var toolstack: [String: String]?
  private let source = Source.derived("fixture")

  /// Takes one line; false when the word is none of these.
  mutating func set(_ key: String, _ value: String, _ host: inout Host) throws -> Bool {
    let words = value.split(separator: " ").map(String.init)
    switch key {
    case "role": host.role = .known(try name(value), source: source)
    case "dom0-type": host.xen.dom0Type = .known(try name(value), source: source)
    case "nested": host.xen.isNested = .known(true, source: source)
    case "architecture": host.architecture = .known(value, source: source)
    case "cpu": try setCPU(words, &host)
    case "smt": host.cpu.hasSMT = .known(value == "on", source: source)
    case "arat": host.cpu.hasARAT = .known(value == "yes", source: source)
    case "invariant-tsc": host.cpu.hasInvariantTSC = .known(value == "yes", source: source)
    case "tables": host.acpi.tables = .known(words.sorted(), source: source)
    case "hpet": try setHPET(value, &host)
    case "no-hpet": host.acpi.hpet = .absent
    case "fadt": host.acpi.fadt = .known(try fadt(words), source: source)
    case "dmi": try setDMI(value, &host)
    case "cstates": try setStates(words, &host)
    case "platform-timer": host.time.platformTimer = .known(try name(value), source: source)
    case "hpet-broadcast": host.time.hpetBroadcast = .known(try name(value), source: source)
    case "xen-log": xenLog = (xenLog ?? []) + [value]
    case "xen-log-level": showsInformation = value == "info"
    case "xen-log-cut": isCut = true
    case "xl-conf":
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      toolstack = toolstack ?? [:]
      if parts.count == 2 { toolstack?[parts[0]] = parts[1] }
    default: return false
    }
    return true
  }

  /// Puts together what stands on several lines.
  func fill(_ host: inout Host) {
    if let xenLog {
      host.xen.messages = .known(
        XenMessages(
          lines: xenLog.map { LogLine($0) }, gaps: isCut ? [.start] : [],
          showsInformation: .known(showsInformation, source: source),
          parameterErrors: .known([], source: source)),
        source: .tool("xl dmesg"))
    }
    if let toolstack { host.toolstack = .known(toolstack, source: .file("/etc/xen/xl.conf")) }
  }

  private func name<Name: RawRepresentable<String>>(_ text: String) throws -> Name {
    guard let name = Name(rawValue: text) else {
      throw FixtureMachine.Problem(description: "'\(text)' means nothing here")
    }
    return name
  }

  private func number(_ text: String) throws -> Int {
    let number = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    guard let number else {
      throw FixtureMachine.Problem(description: "'\(text)' is no number")
    }
    return number
  }

  private func setCPU(_ words: [String], _ host: inout Host) throws {
    guard words.count >= 4, let vendor = CPUIdentity.vendorID(named: words[0]) else {
      throw FixtureMachine.Problem(description: "cpu needs VENDOR FAMILY MODEL STEPPING")
    }
    host.cpu.identity = .known(
      CPUIdentity(
        vendorID: vendor, family: try number(words[1]), model: try number(words[2]),
        stepping: try number(words[3])), source: source)
    if words.count > 4 {
      host.cpu.microcode = .known(UInt32(try number(words[4])), source: source)
    }
  }

  private func setHPET(_ value: String, _ host: inout Host) throws {
    var bytes = [UInt8](repeating: 0, count: 56)
    bytes.replaceSubrange(36..<40, with: [0x01, 0xa3, 0x86, 0x80])
    bytes.replaceSubrange(44..<48, with: [0x00, 0x00, 0xd0, 0xfe])
    host.acpi.hpet = .known(try HPETTable(table("HPET", bytes)), source: source)
    if !value.isEmpty { host.time.hpetHasFSB = .known(value == "fsb", source: source) }
  }

  private func fadt(_ words: [String]) throws -> FADT {
    var bytes = [UInt8](repeating: 0, count: 244)
    let flags = ["msi-not-supported": UInt8(8), "aspm-not-supported": 16]
    for word in words {
      guard let flag = flags[word] else {
        throw FixtureMachine.Problem(description: "'\(word)' is no flag of the FADT")
      }
      bytes[109] |= flag
    }
    return try FADT(table("FACP", bytes))
  }

  private func setDMI(_ value: String, _ host: inout Host) throws {
    let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      throw FixtureMachine.Problem(description: "dmi needs FIELD=WORDS")
    }
    host.dmi[try name(parts[0])] = .known(parts[1], source: source)
  }

  /// States C1 to the deepest one, as a driver without substates names them.
  private func setStates(_ words: [String], _ host: inout Host) throws {
    let type = words.first == "unlimited" ? nil : try words.first.map(number)
    host.idle.owner = .known(.xen, source: source)
    host.idle.limit = .known(CStateLimit(type: type ?? nil), source: .tool("xenpm"))
    let deepest = words.count > 2 ? try number(words[2]) : 3
    host.idle.states = .known(
      (0...deepest).map { IdleState(name: "C\($0)") }, source: .tool("xenpm"))
  }
}

extension FixtureHost {
  /// A table with the right length and checksum.
  private func table(_ signature: String, _ content: [UInt8]) throws -> ACPITable {
    var bytes = content
    bytes.replaceSubrange(0..<4, with: Array(signature.utf8))
    bytes[4] = UInt8(bytes.count & 0xff)
    bytes[5] = UInt8(bytes.count >> 8)
    bytes[9] = 0 &- bytes.reduce(0, &+)
    return try ACPITable(checking: bytes, name: signature)
  }
}
