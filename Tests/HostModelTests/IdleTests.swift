import HostModel
import Testing

/// Limits of C-states, and what they mean for a table.
@Suite struct IdleTests {
  private static let nehalem = IdleTable(
    name: "nehalem",
    states: [
      IdleTable.State(name: "C1", hint: 0x00, latency: 3, residency: 6),
      IdleTable.State(name: "C1E", hint: 0x01, latency: 10, residency: 20),
      IdleTable.State(name: "C3", hint: 0x10, latency: 20, residency: 80),
      IdleTable.State(name: "C6", hint: 0x20, latency: 200, residency: 800),
    ])

  @Test(arguments: [
    (CStateLimit(type: nil), ["C1", "C1E", "C3", "C6"]),
    (CStateLimit(type: 3), ["C1", "C1E", "C3", "C6"]),
    (CStateLimit(type: 2), ["C1", "C1E", "C3"]),
    (CStateLimit(type: 1), ["C1", "C1E"]),
    (CStateLimit(type: 1, substate: 0), ["C1"]),
    (CStateLimit(type: 2, substate: 0), ["C1", "C1E", "C3"]),
    (CStateLimit(type: 0), []),
  ])
  func `a limit counts hints, not names`(limit: CStateLimit, names: [String]) {
    #expect(Self.nehalem.allowed(by: limit).map(\.name) == names)
    let forbidden = Self.nehalem.forbidden(by: limit).map(\.name)
    #expect(names + forbidden == ["C1", "C1E", "C3", "C6"])
  }

  private static func idle(
    _ states: Int, limit: Fact<CStateLimit>, table: Fact<IdleTable> = .absent
  ) -> IdleHost {
    var idle = IdleHost(allUnknown: Unknown(.notCaptured, needs: "--xenpm FILE"))
    idle.owner = .known(.xen, source: .tool("xenpm"))
    idle.limit = limit
    idle.table = table
    idle.states = .known(
      (0...states).map { IdleState(name: "C\($0)") }, source: .tool("xenpm"))
    return idle
  }

  private static let free = Fact.known(CStateLimit(type: nil), source: .tool("xenpm"))
  private static let one = Fact.known(CStateLimit(type: 1), source: .tool("xenpm"))

  @Test func `a limit of C1 leaves no deep state, whatever exists`() {
    #expect(Self.idle(4, limit: Self.one).usesDeepStates.value == false)
  }

  @Test func `one state is not deep, two are`() {
    #expect(Self.idle(1, limit: Self.free).usesDeepStates.value == false)
    #expect(Self.idle(2, limit: Self.free).usesDeepStates.value == true)
  }

  @Test func `where the table has a C1E, two states are shallow and three are not`() {
    let table = Fact.known(Self.nehalem, source: .derived("the table"))
    #expect(Self.idle(2, limit: Self.free, table: table).usesDeepStates.value == false)
    #expect(Self.idle(3, limit: Self.free, table: table).usesDeepStates.value == true)
  }

  @Test func `an unknown limit leaves the answer unknown`() {
    let unknown = Fact<CStateLimit>.unknown(Unknown(.permission, needs: "root"))
    #expect(Self.idle(3, limit: unknown).usesDeepStates.unknown?.needs == "root")
  }
}
