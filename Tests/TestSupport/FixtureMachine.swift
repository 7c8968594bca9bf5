public import HostModel

/// A machine made by hand for a test, in a few lines of text.
///
///     # a comment
///     include OTHER-MACHINE          (its lines come first; a later line for the same thing wins)
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
///     as-user                        configuration space ends at 64 bytes
///     partial                        the list of functions may not be whole
///     ADDRESS VENDOR:DEVICE WORDS    a function
///
/// Words of a function: `class 060400`, `rev 13`, `bridge 03` (its secondary bus), `root-port` or
/// another port
/// type, `aspm l0s,l1` (LnkCap), `on l1` (LnkCtl), `msi on|off`, `msix on|off`, `ht-msi on|off`,
/// `driver NAME`,
/// `controls` (the kernel offers link/*_aspm).
public struct FixtureMachine {
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
  public init(_ text: String, name: String, include: (String) throws -> String) throws {
    host.role = .known(.dom0, source: .derived("fixture"))
    try read(text, name: name, include: include)
    if !log.isEmpty {
      host.kernelLog = .known(
        KernelLog(lines: log, isComplete: true), source: .file("kernel log"))
    }
    hostWords.fill(&host)
    let list = functions.values.map { $0.function(length: isAsUser ? 64 : 4096) }
    if !list.isEmpty {
      host.pci = .known(
        PCITopology(list, isComplete: !isPartial), source: .derived("fixture \(name)"))
    }
  }

  private mutating func read(
    _ text: String, name: String, include: (String) throws -> String
  ) throws {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ").map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let rest = words.dropFirst().joined(separator: " ")
      do {
        if first == "include" {
          try read(try include(rest), name: rest, include: include)
        } else if let address = PCIAddress(first) {
          functions[address] = try FixtureFunction(address, Array(words.dropFirst()))
        } else {
          try set(first, rest)
        }
      } catch let problem as Problem {
        throw Problem(description: "\(name):\(number + 1): \(problem)")
      }
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
    case "as-user": isAsUser = true
    case "partial": isPartial = true
    default:
      if try !hostWords.set(key, value, &host) {
        throw Problem(description: "unknown word '\(key)'")
      }
    }
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
