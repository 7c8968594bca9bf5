import HostModel
import HostProbes
import TestSupport
import Testing

/// Fifteen boots of Xen under QEMU, and what each of them says, stated by hand from reading the
/// logs.
@Suite struct BootSampleTests {
  private static let boots = "abcdefghijklmno".map(String.init)

  /// The facts that are held against the list; its other rows are for people.
  private static let checked = [
    "xen.version", "xen.vendor", "xen.line", "role", "dom0Type", "platformTimer",
    "interruptRemapping", "iommu", "maximumCState", "maximumSubstate", "cstates", "information",
    "parameterErrors", "hpetBroadcast", "cpu", "scheduler", "msiRefused", "apicDriver",
    "directedEOI",
  ]

  @Test func `every boot states every fact`() throws {
    for boot in Self.boots {
      let stated = Set(try Self.expected(boot).keys)
      #expect(Set(Self.checked).subtracting(stated).isEmpty, "boot \(boot)")
    }
  }

  @Test(arguments: boots)
  func `a boot says just what its list says`(boot: String) throws {
    let host = try Self.host(boot)
    let expected = try Self.expected(boot)
    for fact in Self.checked {
      #expect(Self.text(fact, of: host) == expected[fact], "boot \(boot), \(fact)")
    }
  }

  // MARK: The list

  private static func expected(_ boot: String) throws -> [String: String] {
    var facts: [String: String] = [:]
    for line in try Fixtures.text("Tests/Fixtures/boots/xen-boots.tsv").split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      if fields.count >= 3, fields[0] == boot { facts[String(fields[1])] = String(fields[2]) }
    }
    return facts
  }

  // MARK: The log

  /// The parts of a log: the serial console, and what dom0's commands printed.
  private static func host(_ boot: String) throws -> Host {
    let lines = try Fixtures.text("Tests/Fixtures/boots/xen-4.17.7-\(boot).log")
      .split(separator: "\n", omittingEmptySubsequences: false)
    let part = { (start: String?, end: String) -> [Substring] in
      let first = start.map { lines.firstIndex(of: $0[...]) } ?? lines.startIndex
      guard let first else { return [] }
      let last = lines[first...].firstIndex(of: end[...]) ?? lines.endIndex
      return Array(lines[first..<last])
    }
    let serial = part(nil, "=== BEGIN")
    // Xen says what it thinks of its parameters before the serial console is there.
    let parameters = part("=== BEGIN", "--- n").filter { $0.hasPrefix("(XEN) parameter ") }
    let folder = TemporaryFolder()
    var options = ProbeOptions()
    options.root = folder.path
    let input = { (lines: [Substring]) -> ProbeInput? in
      lines.isEmpty ? nil : .bytes(Array(lines.joined(separator: "\n").utf8))
    }
    // Where dom0 lived to run `xl dmesg`, the ring held Xen's lines of the serial console.
    options.xlDmesg = input(
      parameters.isEmpty && part("=== BEGIN", "--- n").isEmpty
        ? serial : parameters + serial.filter { $0.contains("(XEN)") })
    options.kernelLog = input(serial)
    options.xlInfo = input(part("--- n", "--- pm"))
    options.xenpm = input(part("--- pm", "--- set"))
    return try probeHost(options)
  }

  // MARK: The facts, as the list writes them

  private static func text(_ fact: String, of host: Host) -> String {
    switch fact {
    case "xen.version": host.xen.build.value.map(\.version.description) ?? "-"
    case "xen.vendor": host.xen.build.value?.vendor ?? "-"
    case "xen.line": host.lines.xen.value?.text ?? "-"
    case "role": host.role.value?.rawValue ?? "-"
    case "dom0Type": host.xen.dom0Type.value?.rawValue ?? "-"
    case "platformTimer": host.time.platformTimer.value?.rawValue ?? "-"
    case "interruptRemapping": onOff(host.xen.interruptRemappingIsOn)
    case "iommu": onOff(host.xen.iommuIsOn)
    case "maximumCState":
      host.idle.driver.isAbsent ? "disabled" : host.idle.limit.value?.text ?? "-"
    case "maximumSubstate":
      host.idle.limit.value.map { limit in limit.substate.map(String.init) ?? "none" } ?? "-"
    case "cstates": states(host.idle.states)
    case "information": yesNo(host.xen.messages.value?.showsInformation.value)
    case "parameterErrors": errors(host.xen.messages)
    case "hpetBroadcast": host.time.hpetBroadcast.value?.rawValue ?? "-"
    case "cpu":
      host.cpu.identity.value.map { "\($0.vendor) \($0.family) \($0.model) \($0.stepping)" } ?? "-"
    case "scheduler": host.xen.scheduler.value ?? "-"
    case "msiRefused":
      yesNo(
        said(host.kernelLog.value?.lines.map(\.text), "xen map irq failed", all: "Linux version"))
    case "apicDriver": driver(host.xen.messages.value?.lines.map(\.text) ?? [])
    case "directedEOI":
      yesNo(
        said(host.xen.messages.value?.lines.map(\.text), "Enabled directed EOI", all: "ACK method"))
    default: "no such fact"
    }
  }

  private static func onOff(_ fact: Fact<Bool>) -> String {
    fact.value.map { $0 ? "on" : "off" } ?? "-"
  }

  private static func yesNo(_ value: Bool?) -> String { value.map { $0 ? "yes" : "no" } ?? "-" }

  private static func states(_ fact: Fact<[IdleState]>) -> String {
    let names = (fact.value ?? []).map(\.name).filter { $0 != "C0" }
    return names.isEmpty ? "-" : names.joined(separator: ",")
  }

  private static func errors(_ messages: Fact<XenMessages>) -> String {
    guard let errors = messages.value?.parameterErrors.value else { return "-" }
    if errors.isEmpty { return "none" }
    let words = errors.map { error in
      error.value.map { "\(error.parameter)=\($0)" } ?? error.parameter
    }
    return words.joined(separator: ",")
  }

  /// Whether a line is there; nil where the log ends before it could be.
  private static func said(_ lines: [String]?, _ text: String, all end: String) -> Bool? {
    guard let lines else { return nil }
    if lines.contains(where: { $0.contains(text) }) { return true }
    return lines.contains { $0.contains(end) } ? false : nil
  }

  private static func driver(_ lines: [String]) -> String {
    let marks = ["Switched to APIC driver ", "Using APIC driver "]
    for mark in marks {
      if let line = lines.first(where: { $0.contains(mark) }), let place = line.firstRange(of: mark)
      {
        return String(line[place.upperBound...].prefix { !$0.isWhitespace })
      }
    }
    return "-"
  }
}
