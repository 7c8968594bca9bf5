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
