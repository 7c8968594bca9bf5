public import HostModel
public import QuirkEngine
public import QuirkSyntax

/// Holds entries against the machines that they name.
public struct QuirkProof: Sendable {
  /// Texts of machines, by name.
  private let machines: [String: String]

  /// Takes the texts of the folder `machines`, by file name.
  public init(machines: [String: String]) { self.machines = machines }

  /// A case in which an entry is not what it should be.
  public struct Failure: Sendable, Hashable {
    public var quirk: String
    public var `case`: QuirkCase
    public var message: String

    /// The failure as a problem of the file that holds the entry.
    public var problem: QuirkProblem {
      QuirkProblem(
        file: `case`.origin.file, line: `case`.origin.line, message: "\(quirk): \(message)")
    }
  }

  /// A case with the hosts that it makes, ready to be judged as often as needed.
  public struct Prepared: Sendable {
    public var `case`: QuirkCase
    public var hosts: [Host]
  }

  /// Makes the hosts of an entry's cases, and a failure for each machine that can't be read.
  public func prepare(
    _ quirk: String, _ cases: [QuirkCase]
  ) -> (cases: [Prepared], failures: [Failure]) {
    var prepared: [Prepared] = []
    var failures: [Failure] = []
    for one in cases {
      do {
        prepared.append(Prepared(case: one, hosts: try hosts(of: one)))
      } catch {
        failures.append(Failure(quirk: quirk, case: one, message: "\(error)"))
      }
    }
    return (prepared, failures)
  }

  var machineNames: [String] { machines.keys.sorted() }

  /// Makes a machine of the folder.
  ///
  /// Throws: what is wrong with it, and where.
  func host(named name: String) throws -> Host {
    try FixtureMachine(try MachineText("include \(name)", name: name, include: machine)).host
  }

  private func hosts(of one: QuirkCase) throws -> [Host] {
    let base =
      switch one.machine {
      case .file(let name): "include \(name)"
      case .lines(let lines): lines
      }
    let text = try MachineText(
      ([base] + one.changes).joined(separator: "\n"), name: "machine", include: machine)
    return try text.alternatives.map { try FixtureMachine($0).host }
  }

  private func machine(_ name: String) throws -> String {
    guard let text = machines[name] else {
      throw FixtureMachine.Problem(description: "no machine is named '\(name)'")
    }
    return text
  }

  /// What an entry gets wrong; with `onlyFirst` the search ends there.
  public static func failures(
    of quirk: Quirk, in cases: [Prepared], onlyFirst: Bool = false
  ) -> [Failure] {
    let database = QuirkDatabase(Knowledge(quirks: [quirk]), digest: "")
    var failures: [Failure] = []
    for one in cases {
      for (number, host) in one.hosts.enumerated() {
        guard let message = problem(one.case, database.assess(host)) else { continue }
        let which = one.hosts.count > 1 ? " (alternative \(number + 1) of \(one.hosts.count))" : ""
        failures.append(
          Failure(
            quirk: quirk.id, case: one.case,
            message: "\(describe(one.case))\(which) \(message)"))
        if onlyFirst { return failures }
      }
    }
    return failures
  }

  private static func problem(_ one: QuirkCase, _ assessment: Assessment) -> String? {
    var found = assessment.findings.map(\.state.rawValue)
    if !assessment.undecided.isEmpty { found.append(QuirkCase.undecided) }
    let expected = one.state == QuirkCase.nearMiss ? [] : [one.state]
    guard found == expected else {
      let needs = assessment.undecided.flatMap(\.needs).joined(separator: "; ")
      let got = found.isEmpty ? "not here" : found.joined(separator: " and ")
      return "is \(got), not \(one.state)" + (needs.isEmpty ? "" : " (needs \(needs))")
    }
    guard !one.action.isEmpty else { return nil }
    let action = assessment.findings.first?.actions.first?.first?.text ?? "nothing"
    return action == one.action ? nil : "proposes '\(action)', not '\(one.action)'"
  }

  private static func describe(_ one: QuirkCase) -> String {
    let name: String? = if case .file(let name) = one.machine { name } else { nil }
    let parts = ["machine", name].compactMap { $0 }.joined(separator: " ")
    return one.changes.isEmpty ? parts : "\(parts) with \(one.changes.joined(separator: "; "))"
  }
}
