import HostModel

/// One function of a fixture, with the registers that its words ask for.
struct FixtureFunction {
  private let address: PCIAddress
  private var bytes = [UInt8](repeating: 0, count: 4096)
  private var driver: String?
  private var hasControls = false
  private var last = 0x34
  private var free = 0x40
  private var portType: UInt8?
  private var supported: UInt32 = 0
  private var enabled: UInt16 = 0
  private var registers: [(offset: Int, value: UInt32)] = []
  private var subsystem: (vendor: UInt16, device: UInt16)?

  init(_ address: PCIAddress, _ words: [String]) throws {
    self.address = address
    let ids = (words.first ?? "").split(separator: ":").map { UInt16($0, radix: 16) }
    guard ids.count == 2 || ids.count == 4, let vendor = ids[0], let device = ids[1] else {
      throw FixtureMachine.Problem(description: "a function needs VENDOR:DEVICE")
    }
    put(vendor, at: 0)
    put(device, at: 2)
    if ids.count == 4 { setSubsystem(ids[2] ?? 0, ids[3] ?? 0) }
    put(UInt32(0x020000) << 8, at: 8)
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      if let type = Self.portTypes[word] {
        portType = type
      } else if word == "controls" {
        hasControls = true
      } else {
        guard let value = rest.popFirst() else {
          throw FixtureMachine.Problem(description: "'\(word)' needs a value")
        }
        try set(word, value)
      }
    }
    if portType != nil { addExpress() }
    // Last, so that no capability is put over them.
    for (offset, value) in registers { put(value, at: offset) }
  }

  private static let portTypes: [String: UInt8] = [
    "endpoint": 0, "legacy-endpoint": 1, "root-port": 4, "upstream-port": 5, "downstream-port": 6,
    "express-to-pci-bridge": 7, "integrated-endpoint": 9,
  ]

  private mutating func set(_ word: String, _ value: String) throws {
    let isOn = value == "on"
    switch word {
    case "class": put((UInt32(value, radix: 16) ?? 0) << 8 | UInt32(bytes[8]), at: 8)
    case "rev": bytes[8] = UInt8(value, radix: 16) ?? 0
    case "bridge":
      bytes[0x0e] = 1
      bytes[0x18] = address.bus
      bytes[0x19] = UInt8(value, radix: 16) ?? 0
      bytes[0x1a] = bytes[0x19]
      if bytes[0x0b] == 2 { put(UInt32(0x060400) << 8, at: 8) }
    case "aspm": supported = UInt32(Self.states(value))
    case "on": enabled = UInt16(Self.states(value))
    case "msi": addCapability(0x05, [UInt8(isOn ? 0x81 : 0x80), 0])
    case "msix": addCapability(0x11, [0x03, UInt8(isOn ? 0x80 : 0)])
    case "ht-msi": addCapability(0x08, [UInt8(isOn ? 1 : 0), 0xa8])
    case "driver": driver = value
    case "subsystem":
      let ids = value.split(separator: ":").compactMap { UInt16($0, radix: 16) }
      guard ids.count == 2 else {
        throw FixtureMachine.Problem(description: "a subsystem is VENDOR:DEVICE")
      }
      setSubsystem(ids[0], ids[1])
    case "l1ss": addSubstates(value)
    case "reg":
      let parts = value.split(separator: "=").map { UInt32($0, radix: 16) }
      guard parts.count == 2, let offset = parts[0], let number = parts[1], offset <= 4092 else {
        throw FixtureMachine.Problem(description: "a register is OFFSET=VALUE in hexadecimal")
      }
      registers.append((Int(offset), number))
    default: throw FixtureMachine.Problem(description: "unknown word '\(word)' of a function")
    }
  }

  private mutating func setSubsystem(_ vendor: UInt16, _ device: UInt16) {
    put(vendor, at: 0x2c)
    put(device, at: 0x2e)
    subsystem = (vendor, device)
  }

  /// L1 PM Substates at the start of extended space, all supported.
  private mutating func addSubstates(_ value: String) {
    put(UInt32(0x0001_001e), at: 0x100)
    put(UInt32(0x1f), at: 0x104)
    put(
      UInt32(value.contains("l1.2") ? 0b0100 : 0) | UInt32(value.contains("l1.1") ? 0b1000 : 0),
      at: 0x108)
  }

  private static func states(_ text: String) -> UInt8 {
    (text.contains("l0s") ? 1 : 0) | (text.contains("l1") ? 2 : 0)
  }

  /// Chains a capability of up to 64 bytes into the list.
  private mutating func addCapability(_ id: UInt8, _ content: [UInt8]) {
    bytes[6] |= 0x10
    bytes[last] = UInt8(free)
    bytes[free] = id
    bytes.replaceSubrange(free + 2..<free + 2 + content.count, with: content)
    last = free + 1
    free = (free + 2 + content.count + 3) & ~3
  }

  private mutating func addExpress() {
    var content = [UInt8](repeating: 0, count: 0x3a)
    content[0] = (portType ?? 0) << 4 | 2
    let start = free
    content[3] = 0x80  // role-based error reporting
    addCapability(0x10, content)
    put(UInt32(0x11) | supported << 10, at: start + 0x0c)
    put(enabled, at: start + 0x10)
    put(UInt16(0x11), at: start + 0x12)
  }

  private mutating func put(_ value: UInt16, at offset: Int) {
    bytes[offset] = UInt8(value & 0xff)
    bytes[offset + 1] = UInt8(value >> 8)
  }

  private mutating func put(_ value: UInt32, at offset: Int) {
    put(UInt16(value & 0xffff), at: offset)
    put(UInt16(value >> 16), at: offset + 2)
  }

  func function(length: Int) -> PCIFunction {
    var software = PCIFunctionSoftware(
      allUnknown: Unknown(.notCaptured, needs: "the fixture to say it"))
    if let driver {
      software.driver = .known(driver, source: .file("sys/bus/pci/devices/\(address)/driver"))
    }
    if hasControls {
      software.linkControls = .known(
        ["l0s_aspm": false, "l1_aspm": false], source: .file("sys/bus/pci/devices/\(address)/link"))
    }
    let space = ConfigSpace(
      bytes: Array(bytes.prefix(length)), beyond: Unknown(.permission, needs: "root"))
    let identity = PCIIdentity(
      vendor: UInt16(bytes[0]) | UInt16(bytes[1]) << 8,
      device: UInt16(bytes[2]) | UInt16(bytes[3]) << 8,
      classCode: UInt32(bytes[9]) | UInt32(bytes[10]) << 8 | UInt32(bytes[11]) << 16,
      revision: bytes[8], subsystemVendor: subsystem?.vendor, subsystemDevice: subsystem?.device)
    return PCIFunction(address: address, identity: identity, config: space, software: software)
  }
}
