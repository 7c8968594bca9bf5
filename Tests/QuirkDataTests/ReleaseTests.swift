import BootAdvice
import HostModel
import QuirkEngine
import QuirkProof
import QuirkSyntax
import Testing

/// No release is advised a word that it does not know.
@Suite struct ReleaseTests {
  private static let reading = DatabaseReading.reading
  private static let catalogue = OptionCatalogue(reading.knowledge.options)

  private static let builds: [(side: BootOption.Side, build: SoftwareBuild)] =
    BootOption.Side.allCases.flatMap { side in
      (reading.releases[side] ?? []).compactMap { text in
        Version(text).map { (side, SoftwareBuild(version: $0)) }
      }
    }

  /// The host as it would be with another release on one side.
  private static func host(
    _ host: Host, with build: SoftwareBuild, on side: BootOption.Side
  ) -> Host {
    var host = host
    switch side {
    case .xen: host.xen.build = .known(build, source: .derived("release"))
    case .linux: host.linux.build = .known(build, source: .derived("release"))
    }
    return host
  }

  /// Words that enter a line whose reader certainly does not know them.
  private static func strangers(in plan: BootPlan, of host: Host) -> [String] {
    [(Action.Target.xen, host.xen.build.value), (.dom0, host.linux.build.value)]
      .flatMap { target, build -> [String] in
        guard let build else { return [] }
        return plan.entering(target).flatMap { CommandLine(parsing: $0.text).words }
          .filter { word in
            guard let option = catalogue.option(word, target: target) else { return true }
            return option.unknownPart(of: word, to: build) != nil
          }
          .map { "\($0) for \(build.text)" }
      }
  }

  @Test func `the releases are told from the oldest to the newest of the catalogue`() {
    let xen = Self.builds.filter { $0.side == .xen }.map(\.build.version)
    #expect(xen == xen.sorted())
    #expect(xen.first?.branch == Version("4.1")?.branch)
    #expect(xen.last?.branch == Self.reading.newestXen.flatMap { Version($0) }?.branch)
    #expect(Self.builds.count { $0.side == .linux } > 10)
  }

  @Test(arguments: reading.knowledge.quirks.map(\.id))
  func `an entry advises no release a word that it does not know`(id: String) throws {
    let quirk = try #require(Self.reading.knowledge.quirks.first { $0.id == id })
    let database = QuirkDatabase(Knowledge(quirks: [quirk]), digest: "")
    let cases = DatabaseReading.proof.prepare(id, Self.reading.tests[id] ?? []).cases
    let hosts = cases.filter { ["missing", "needed", "ineffective"].contains($0.case.state) }
      .compactMap(\.hosts.first)
    var found: Set<String> = []
    for host in hosts {
      for (side, build) in Self.builds {
        let host = Self.host(host, with: build, on: side)
        var planner = Planner(
          host: host, options: Self.catalogue, policy: AdvicePolicy(acceptsInsecure: true))
        found.formUnion(Self.strangers(in: planner.plan(database.assess(host)), of: host))
      }
    }
    #expect(found == [])
  }

  @Test(arguments: reading.knowledge.policies.map(\.name))
  func `a policy advises no release a word that it does not know`(name: String) throws {
    let policy = try #require(Self.reading.knowledge.policies.first { $0.name == name })
    let host = try FixtureMachine("role dom0\nxen 4.17\nlinux 6.1\n", name: "plain") { _ in "" }
      .host
    let database = QuirkDatabase(Self.reading.knowledge, digest: "")
    var entered = 0
    for (side, build) in Self.builds {
      let host = Self.host(host, with: build, on: side)
      var planner = Planner(
        host: host, options: Self.catalogue,
        policy: AdvicePolicy(words: policy, acceptsInsecure: true))
      let plan = planner.plan(database.assess(host))
      entered += plan.entering(.xen).count + plan.entering(.dom0).count
      #expect(Self.strangers(in: plan, of: host) == [])
    }
    #expect(entered > 0)
  }
}
