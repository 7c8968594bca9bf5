import HostModel
import HostSnapshot
import QuirkProof
import TestSupport
import Testing

@Suite struct RoundTripTests {
  private static let tool = Snapshot.Tool(name: "xenquirks", version: "test")
  private static let machines = Fixtures.files(under: "quirks/machines")

  private func text(of host: Host) -> String { Snapshot(tool: Self.tool, host: host).text }

  private func host(of text: String) throws(SnapshotError) -> Host {
    try Snapshot(parsing: Array(text.utf8)).host
  }

  @Test func `there are machines enough`() {
    #expect(Self.machines.count > 30)
  }

  @Test(arguments: machines)
  func `a machine made by hand comes back, and gives the same bytes again`(path: String) throws {
    let host = try Fixtures.machine(String(path.split(separator: "/").last ?? "")).host
    let text = text(of: host)
    let again = try self.host(of: text)
    let isSame = self.text(of: again) == text
    #expect(isSame)
    #expect(again.difference(from: host) == nil)
  }

  @Test func `every fact of a host, known, comes back as it was`() throws {
    let host = Host.full
    let again = try self.host(of: text(of: host))
    #expect(again.difference(from: host) == nil)
  }

  @Test func `the host that tries every fact knows every fact`() {
    #expect(Host.full.unknownFacts == [])
  }

  @Test func `what is absent and what is unknown stay so, with every cause`() throws {
    for cause in Unknown.Cause.allCases {
      let host = Host(allUnknown: Unknown(cause, needs: "a \"reason\"\n\u{1b}[0m\u{85}é"))
      #expect(text(of: try self.host(of: text(of: host))) == text(of: host))
      #expect(text(of: host).allSatisfy { $0 == "\n" || $0.asciiValue.map { $0 >= 32 } ?? true })
    }
    var host = Host(allUnknown: Unknown(.redacted, needs: ""))
    host.pci = .absent
    host.acpi.hpet = .absent
    #expect(try self.host(of: text(of: host)).pci.isAbsent)
    #expect(try self.host(of: text(of: host)).acpi.hpet.isAbsent)
  }

  @Test(arguments: [0, 1, 3, 64, 255, 256, 300, 4096])
  func `configuration space comes back in any length`(length: Int) throws {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 < 100 ? $0 * 7 : $0 / 90) }
    let again = try functions([Self.function(bytes)])[0]
    #expect(again.config.bytes == bytes)
    #expect(again.config.beyond == Unknown(.permission, needs: "root"))
    #expect(again.identity == Self.identity)
  }

  @Test func `a device serial number and vital product data are zeroed, and it is said where`()
    throws
  {
    var bytes = [UInt8](repeating: 0xaa, count: 4096)
    bytes.replaceSubrange(0..<4, with: [0x86, 0x80, 0xd3, 0x10])
    bytes[0x06] = 0x10
    bytes[0x0e] = 0
    bytes[0x34] = 0x40
    bytes.replaceSubrange(0x40..<0x42, with: [0x03, 0xf8])
    bytes.replaceSubrange(0xf8..<0xfa, with: [0x01, 0x00])
    bytes.replaceSubrange(0x100..<0x104, with: [0x03, 0x00, 0x01, 0x20])
    bytes.replaceSubrange(0x200..<0x204, with: [0x01, 0x00, 0x01, 0x00])
    let host = Self.host([Self.function(bytes)])
    let text = text(of: host)
    let again = try functions([Self.function(bytes)])[0].config.bytes
    #expect(again[0x42..<0x48].allSatisfy { $0 == 0 })
    #expect(again[0x104..<0x10c].allSatisfy { $0 == 0 })
    #expect(again.indices.filter { again[$0] != bytes[$0] }.count == 14)
    #expect(text.contains(#"{"field": "device-serial-number", "length": 8, "offset": 260}"#))
    #expect(text.contains(#"{"field": "vital-product-data", "length": 6, "offset": 66}"#))
    #expect(self.text(of: try self.host(of: text)) == text)
  }

  @Test func `a value that nobody could read again is unknown in the snapshot`() throws {
    var host = Host.full
    host.cpu.name = .known(String(repeating: "x", count: 10_000), source: .file("/proc/cpuinfo"))
    host.memory = .known(.max, source: .file("/proc/meminfo"))
    host.linux.release = .unknown(Unknown(.malformed, needs: String(repeating: "y", count: 10_000)))
    let again = try self.host(of: text(of: host))
    #expect(again.cpu.name.unknown?.cause == .malformed)
    #expect(again.memory.unknown?.cause == .malformed)
    #expect(again.linux.release.unknown?.cause == .malformed)
    #expect(again.cpu.identity == host.cpu.identity)
  }

  // MARK: Functions

  private static let identity = PCIIdentity(
    vendor: 0x8086, device: 0x10d3, classCode: 0x020000, revision: 3, subsystemVendor: 1,
    subsystemDevice: 0xffff)

  private static func function(_ bytes: [UInt8]) -> PCIFunction {
    PCIFunction(
      address: PCIAddress(bus: 3, device: 31, function: 7), identity: identity,
      config: ConfigSpace(bytes: bytes, beyond: Unknown(.permission, needs: "root")),
      software: PCIFunctionSoftware(allUnknown: Unknown(.notCaptured, needs: "it")))
  }

  private static func host(_ functions: [PCIFunction]) -> Host {
    var host = Host(allUnknown: Unknown(.notCaptured, needs: "it"))
    host.pci = .known(
      PCITopology(functions, isComplete: false), source: .option("--pci-dump"))
    return host
  }

  private func functions(_ functions: [PCIFunction]) throws -> [PCIFunction] {
    try #require(try host(of: text(of: Self.host(functions))).pci.value).functions
  }
}
