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

@Suite struct LinkRateTests {
  /// A root port and an endpoint with these registers.
  private func rate(_ port: LinkRegisters, _ end: LinkRegisters) throws -> Fact<LinkRate> {
    let machine = try FixtureMachine(
      "0000:00:01.0 8086:0001 bridge 01 root-port\n0000:01:00.0 8086:10d3 endpoint", name: "test"
    ) { _ in "" }
    var functions = try #require(machine.host.pci.value).functions
    for (index, link) in [port, end].enumerated() {
      functions[index].registers.express = functions[index].registers.express.map { express in
        var express = express
        express.link = link
        return express
      }
    }
    let links = PCITopology(functions, isComplete: true).links
    return try #require(links.first).rate
  }

  private func link(
    most: (speed: UInt32, width: UInt32), now: (speed: UInt16, width: UInt16) = (1, 1),
    target: UInt8? = nil
  ) -> LinkRegisters {
    LinkRegisters(
      capabilities: LinkCapabilities(rawValue: most.width << 4 | most.speed),
      control: LinkControl(rawValue: 0),
      status: LinkStatus(rawValue: now.width << 4 | now.speed),
      targetSpeed: target.map { LinkSpeed(code: $0) })
  }

  @Test func `a link that its slower end holds back is not called slow`() throws {
    let rate = try #require(
      try rate(link(most: (1, 4)), link(most: (3, 16), now: (1, 4))).value)
    #expect(!rate.isSlow)
    #expect(!rate.isNarrow)
    #expect(rate.maximumWidth == 4)
  }

  @Test
  func `fewer lanes or less speed than both ends have is told, and so is a speed that was set`()
    throws
  {
    let narrow = try #require(
      try rate(link(most: (3, 16)), link(most: (3, 4), now: (3, 1))).value)
    #expect(narrow.isNarrow)
    #expect(!narrow.isSlow)
    let slow = try #require(
      try rate(link(most: (4, 4), target: 2), link(most: (3, 4), now: (2, 4))).value)
    #expect(slow.isSlow)
    #expect(slow.isSlowByTarget)
    let lazy = try #require(
      try rate(link(most: (4, 4), target: 4), link(most: (3, 4), now: (2, 4))).value)
    #expect(!lazy.isSlowByTarget)
  }

  @Test func `a link that is down or says a reserved speed has no rate`() throws {
    #expect(try rate(link(most: (3, 4)), link(most: (3, 4), now: (3, 0))).isAbsent)
    #expect(try rate(link(most: (3, 4)), link(most: (3, 4), now: (9, 4))).isAbsent)
    #expect(try rate(link(most: (0, 4)), link(most: (3, 4), now: (1, 4))).isAbsent)
  }
}
