import HostModel
import QuirkProof
import TestSupport
import Testing

@Suite struct LinkTests {
  private func topology(_ lines: String) throws -> PCITopology {
    let machine = try FixtureMachine(lines, name: "test") { _ in "" }
    return try #require(machine.host.pci.value)
  }

  @Test func `L1 is on only when both ends agree`() throws {
    let links = try topology(
      """
      0000:00:01.0 8086:0001 bridge 01 root-port aspm l0s,l1 on l1
      0000:00:02.0 8086:0002 bridge 02 root-port aspm l0s,l1
      0000:01:00.0 8086:10d3 endpoint aspm l0s,l1 on l1
      0000:02:00.0 8086:10d3 endpoint aspm l0s,l1 on l1
      """
    ).links
    #expect(links.map(\.l1.value) == [true, false])
  }

  @Test func `L0s is on when either transmitter uses it`() throws {
    let links = try topology(
      """
      0000:00:01.0 8086:0001 bridge 01 root-port aspm l0s on l0s
      0000:01:00.0 8086:10d3 endpoint aspm l0s
      """
    ).links
    #expect(links[0].l0sUpstream.value == false)
    #expect(links[0].l0sDownstream.value == true)
    #expect(links[0].isOn(.l0s).value == true)
  }

  @Test func `a state is off when one function of the device has it off`() throws {
    let links = try topology(
      """
      0000:00:01.0 8086:0001 bridge 01 root-port aspm l1 on l1
      0000:01:00.0 8086:10d3 endpoint aspm l1 on l1
      0000:01:00.1 8086:10d3 endpoint aspm l1
      """
    ).links
    #expect(links.count == 1)
    #expect(links[0].l1.value == false)
    #expect(links[0].downstream.count == 2)
  }

  @Test func `an integrated endpoint has no link`() throws {
    let topology = try topology("0000:00:1b.0 8086:0001 integrated-endpoint")
    #expect(topology.links.isEmpty)
    #expect(topology.functions[0].registers.express.value?.link == nil)
  }

  @Test func `without the port above only what one end settles is known`() throws {
    let links = try topology("0000:00:04.0 8086:10d3 endpoint aspm l0s,l1 on l0s").links
    #expect(links[0].upstream == nil)
    #expect(links[0].isOn(.l0s).value == true)
    #expect(links[0].l1.value == false)
    #expect(links[0].supported.unknown?.cause == .notCaptured)
  }

  @Test func `the tree follows the bridges, and a loop of bus numbers does not hang it`() throws {
    let topology = try topology(
      """
      0000:00:01.0 8086:0001 bridge 01 root-port
      0000:01:00.0 8086:0002 bridge 02 upstream-port
      0000:02:00.0 8086:0003 bridge 03 downstream-port
      0000:03:00.0 8086:0004 endpoint
      0000:03:01.0 8086:0005 bridge 01
      """)
    let leaf = try #require(topology.index(of: PCIAddress(bus: 3, device: 0, function: 0)))
    #expect(topology.ancestors(of: leaf).map { topology.functions[$0].address.bus } == [2, 1, 0])
    #expect(topology.descendants(of: 0).count == 4)
  }
}
