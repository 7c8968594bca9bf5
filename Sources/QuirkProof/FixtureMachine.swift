public import HostModel

/// A machine made by hand for a test, in a few lines of text.
///
///     # a comment
///     include OTHER-MACHINE          (its lines come first; a later line for the same thing wins)
///     forget WORD...                 leaves out the lines before it that begin with a word
///     linux 6.1                      the kernel that runs
///     xen 4.15.0                     the Xen that runs
///     xen-line / dom0-line WORDS     the two lines
///     iommu on|off                   Xen's IOMMU;  remapping on|off: its interrupt remapping
///     log LINE                       a line of the kernel log, which is then complete
///     role dom0|domU|guest|bare-metal        dom0 if left out;  dom0-type pv|pvh;  nested
///     architecture x86_64
///     cpu Intel 6 0x2c 2 [MICROCODE]         vendor, family, model, stepping
///     smt on|off,  arat yes|no,  invariant-tsc yes|no
///     tables HPET FACP APIC          all tables that there are
///     hpet [fsb|no-fsb]              a table HPET, and whether it has FSB timers;  no-hpet: none
///     fadt [msi-not-supported] [aspm-not-supported]
///     dmi system-vendor=WORDS        a field of the DMI table
///     cstates unlimited|N [deepest N]        the limit, and the deepest type that there is
///     platform-timer NAME,  hpet-broadcast NAME
///     xen-log LINE                   a line of Xen's log, which is then complete
///     xen-log-level info|warning     whether INFO is shown (it is);  xen-log-cut: the start is lost
///     xl-conf KEY=VALUE              a line of xl.conf;  xl-conf alone: an empty one
///     memory MIB,  cpus N,  efi on|off,  scheduler NAME
///     modules NAME...                all modules of dom0's kernel
///     as-user                        configuration space ends at 64 bytes
///     partial                        the list of functions may not be whole
///     ADDRESS VENDOR:DEVICE WORDS    a function
///
/// Words of a function: `class 060400`, `rev 13`, `subsystem 8086:0001` (or VENDOR:DEVICE:SUBSYSTEM),
/// `bridge 03` (its secondary bus), `root-port` or
/// another port
/// type, `aspm l0s,l1` (LnkCap), `on l1` (LnkCtl), `msi on|off`, `msix on|off`, `ht-msi on|off`,
/// `driver NAME`, `l1ss l1.1,l1.2` (substates that are on), `reg 1ac=80000000` (a register of 32 bits),
/// `controls` (the kernel offers link/*_aspm). Alternatives, `8086:10d3|10f6`, make a machine each; a
/// number of a `cpu` line and the value of a `dmi` line may have them too.
public struct FixtureMachine: Sendable {
  public private(set) var host = Host(
    allUnknown: Unknown(.notCaptured, needs: "the fixture to say it"))
  private var functions: [PCIAddress: FixtureFunction] = [:]
  private var log: [String] = []
  private var hostWords = FixtureHost()
  private var isPartial = false
  private var isAsUser = false

  /// What is wrong with a line.
  public struct Problem: Error, CustomStringConvertible {
    public var description: String
  }

  /// Reads a machine; `include` gets the text of others.
  ///
  /// Throws: what is wrong with a line, and where.
  public init(_ text: String, name: String, include: (String) throws -> String) throws {
    try self.init(try MachineText(text, name: name, include: include))
  }

  /// Makes the machine that the lines describe.
  ///
  /// Throws: what is wrong with a line, and where.
  public init(_ text: MachineText) throws {
    host.role = .known(.dom0, source: .derived("fixture"))
    for line in text.lines { try read(line) }
    if !log.isEmpty {
      host.kernelLog = .known(
        KernelLog(lines: log.map { LogLine($0) }), source: .file("kernel log"))
    }
    hostWords.fill(&host)
    let list = functions.values.map { $0.function(length: isAsUser ? 64 : 4096) }
    if !list.isEmpty {
      host.pci = .known(
        PCITopology(list, isComplete: !isPartial), source: .derived("fixture"))
    }
  }

  private mutating func read(_ line: MachineText.Line) throws {
    let words = line.text.split(separator: " ").map(String.init)
    let rest = words.dropFirst().joined(separator: " ")
    do {
      if let address = PCIAddress(words[0]) {
        functions[address] = try FixtureFunction(address, Array(words.dropFirst()))
      } else {
        try set(words[0], rest)
      }
    } catch let problem as Problem {
      throw Problem(description: "\(line.place): \(problem)")
    }
  }

  private mutating func set(_ key: String, _ value: String) throws {
    let source = Source.derived("fixture")
    switch key {
    case "linux": host.linux.build = .known(try Self.build(value), source: source)
    case "xen": host.xen.build = .known(try Self.build(value), source: source)
    case "xen-line": host.lines.xen = .known(CommandLine(parsing: value), source: source)
    case "dom0-line": host.lines.dom0 = .known(CommandLine(parsing: value), source: source)
    case "iommu": host.xen.iommuIsOn = .known(value == "on", source: source)
    case "remapping": host.xen.interruptRemappingIsOn = .known(value == "on", source: source)
    case "log": log.append(value)
    case "memory": host.memory = .known(try Self.number(value), source: source)
    case "cpus": host.cpu.onlineCPUs = .known(try Self.number(value), source: source)
    case "efi": host.bootsByUEFI = .known(value == "on", source: source)
    case "scheduler": host.xen.scheduler = .known(value, source: source)
    case "modules":
      host.linux.modules = .known(value.split(separator: " ").map(String.init), source: source)
    case "as-user": isAsUser = true
    case "partial": isPartial = true
    default:
      if try !hostWords.set(key, value, &host) {
        throw Problem(description: "unknown word '\(key)' of a machine")
      }
    }
  }

  private static func number(_ text: String) throws -> Int {
    guard let number = Int(text) else { throw Problem(description: "'\(text)' is no number") }
    return number
  }

  private static func build(_ text: String) throws -> SoftwareBuild {
    guard let version = Version(text) else { throw Problem(description: "'\(text)' is no version") }
    let words = text.split(separator: " ")
    return SoftwareBuild(
      version: version, vendor: words.count > 1 ? String(words[1]) : nil,
      package: words.count > 2 ? String(words[2]) : nil, text: text)
  }
}

extension FixtureMachine {
  /// The machine's configuration space as `lspci -D -xxx` prints it: 256 bytes of each function.
  public var dump: String {
    (host.pci.value?.functions ?? []).map { function in
      let rows = stride(from: 0, to: min(256, function.config.bytes.count), by: 16).map { start in
        let row = function.config.bytes[start..<start + 16].map { hex($0, width: 2) }
        return "\(hex(start, width: 2)): \(row.joined(separator: " "))\n"
      }
      let name = "Class \(hex(function.identity.classCode >> 8, width: 4))"
      return "\(function.address) \(name): \(function.identity.text)\n\(rows.joined())\n"
    }.joined()
  }
}
