import HostModel
import QuirkData
import QuirkEngine
import QuirkProof
import Testing

@Suite struct SignatureTests {
  private func hits(_ machine: String) throws -> [LogHit] {
    let text = try MachineText(machine, name: "test") { _ in "" }
    return QuirkData.database().logHits(in: try FixtureMachine(text).host)
  }

  @Test func `a hit is tied to the functions that its lines name, and counted`() throws {
    let found = try hits(
      """
      00:1c.0 8086:8c10
      03:00.0 8086:10d3
      log pcieport 0000:00:1c.0: AER: Corrected error received: 0000:03:00.0
      log pcieport 0000:00:1c.0: AER: Multiple Corrected error received: 0000:03:00.0
      log tpm tpm0: [Hardware Error]: Adjusting reported timeouts
      """)
    #expect(found.map(\.signature.id) == ["aer-corrected"])
    #expect(found.first?.count == 2)
    #expect(found.first?.subjects.map(\.description) == ["0000:00:1c.0", "0000:03:00.0"])
  }

  @Test func `a line without an address is tied by the one function that has its driver`() throws {
    let line = "log mpt3sas_cm0: fault_state(0x5854)!"
    let one = try hits("02:00.0 1000:0097 driver mpt3sas\n\(line)")
    #expect(one.first?.subjects.map(\.description) == ["0000:02:00.0"])
    let two = try hits(
      "02:00.0 1000:0097 driver mpt3sas\n03:00.0 1000:0097 driver mpt3sas\n\(line)")
    #expect(two.map(\.signature.id) == ["mpt-trouble"])
    #expect(two.first?.subjects.isEmpty == true)
  }

  @Test func `the log itself says where a device hangs, of which another line has the name alone`()
    throws
  {
    let found = try hits(
      """
      03:00.0 8086:1521
      04:00.0 144d:a808
      log igb 0000:03:00.0 eno1: renamed from eth0
      log nvme nvme0: pci function 0000:04:00.0
      log NETDEV WATCHDOG: eno1 (igb): transmit queue 0 timed out
      log nvme nvme0: I/O 23 QID 4 timeout, aborting
      """)
    #expect(found.map(\.signature.id) == ["netdev-watchdog", "nvme-trouble"])
    #expect(found.map { $0.subjects.map(\.description) } == [["0000:03:00.0"], ["0000:04:00.0"]])
  }

  @Test func `a name that two functions have had ties a line to neither`() throws {
    let found = try hits(
      """
      03:00.0 8086:1521
      03:00.1 8086:1521
      log igb 0000:03:00.0 eno1: renamed from eth0
      log igb 0000:03:00.1 eno1: renamed from eth1
      log NETDEV WATCHDOG: eno1 (igb): transmit queue 0 timed out
      """)
    #expect(found.map(\.signature.id) == ["netdev-watchdog"])
    #expect(found.first?.subjects.isEmpty == true)
  }

  @Test func `a line of a port of ATA is tied to its controller`() throws {
    let text = try MachineText(
      """
      00:11.0 1022:7801 driver ahci
      00:17.0 8086:a282 driver ahci
      log ata3.00: exception Emask 0x0 SAct 0x7fffffff SErr 0x0 action 0x6 frozen
      """, name: "test"
    ) { _ in "" }
    var host = try FixtureMachine(text).host
    host.pci = host.pci.map { topology in
      let ports = [["ata1"], ["ata2", "ata3"]]
      return PCITopology(
        zip(topology.functions, ports).map { function, ports in
          var function = function
          function.software.ataPorts = .known(ports, source: .file("/sys/class/ata_port"))
          return function
        }, isComplete: true)
    }
    let found = QuirkData.database().logHits(in: host)
    #expect(found.map(\.signature.id) == ["ata-trouble"])
    #expect(found.first?.subjects.map(\.description) == ["0000:00:17.0"])
  }

  @Test func `Xen's log has its own signatures`() throws {
    let found = try hits(
      """
      03:00.0 8086:10d3
      xen-log [VT-D]DMAR:[DMA Read] Request device [0000:03:00.0] fault addr bdf80000
      xen-log Platform timer is 14.318MHz HPET
      """)
    #expect(found.map(\.signature.id) == ["xen-vtd-fault"])
    #expect(found.first?.subjects.map(\.description) == ["0000:03:00.0"])
  }

  @Test func `every pattern of the database is looked for when a log is read`() {
    let database = QuirkData.database()
    let literals = database.logLiterals
    #expect(literals.kernel.contains("nobody cared"))
    #expect(literals.kernel.allSatisfy { $0.utf8.count >= 6 })
    #expect(!literals.xen.isEmpty)
    for signature in database.signatures {
      let all = signature.log == .klog ? literals.kernel : literals.xen
      for text in signature.texts {
        #expect(all.contains { text.contains($0) }, "\(signature.id): \(text)")
      }
    }
  }
}
