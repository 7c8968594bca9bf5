internal import BootAdvice
internal import HostModel
public import QuirkEngine
public import QuirkSyntax

/// What only shows when entries meet machines.
public struct QuirkReview {
  private let reading: QuirkReading
  private let proof: QuirkProof
  private let options: OptionCatalogue

  /// Takes what was read; `catalogue` holds options that are known beside those in it.
  public init(reading: QuirkReading, proof: QuirkProof, catalogue: [BootOption]) {
    self.reading = reading
    self.proof = proof
    options = OptionCatalogue(catalogue + reading.knowledge.options)
  }

  /// Everything that is to be looked at; `today` is written `2026-11-23`.
  public func problems(today: String) -> [QuirkProblem] {
    let clean = proof.cleanHosts
    return clean.problems
      + reading.knowledge.quirks.flatMap { quirk in
        overdue(quirk, today) + firing(quirk, on: clean.hosts) + wordless(quirk)
      }
  }

  /// An entry whose day of review has passed.
  private func overdue(_ quirk: Quirk, _ today: String) -> [QuirkProblem] {
    guard let day = reading.reviews[quirk.id], day < today else { return [] }
    return [
      QuirkProblem(
        quirk.origin, "'\(quirk.id)' was to be looked at again by \(day)", isWarning: true)
    ]
  }

  /// An entry that asks for something on a machine that has no defect.
  private func firing(_ quirk: Quirk, on clean: [(name: String, host: Host)]) -> [QuirkProblem] {
    let database = QuirkDatabase(Knowledge(quirks: [quirk]), digest: "")
    return clean.compactMap { name, host in
      let assessment = database.assess(host)
      guard let state = assessment.findings.first(where: \.state.asksForAction)?.state else {
        return nil
      }
      return QuirkProblem(
        quirk.origin, "'\(quirk.id)' is \(state.rawValue) on machine \(name), which has no defect")
    }
  }

  // MARK: Releases

  /// Releases in which the entry wants something and none of its words is known.
  private func wordless(_ quirk: Quirk) -> [QuirkProblem] {
    let lineActions = quirk.actions.filter { $0.isForLine && !$0.operation.takesWordAway }
    // Something else can be done, or nothing at all was meant for a line.
    guard !lineActions.isEmpty, lineActions.count == quirk.actions.count else { return [] }
    let side: BootOption.Side = lineActions[0].target == .xen ? .xen : .linux
    let lost = releases(of: side).filter { release in
      asks(quirk, under: release, side)
        && lineActions.allSatisfy { !isKnown($0, to: release, side) }
    }
    guard let first = lost.first, let last = lost.last else { return [] }
    let span = first.text == last.text ? first.text : "\(first.text) to \(last.text)"
    let name = side == .xen ? "Xen" : "Linux"
    return [
      QuirkProblem(
        quirk.origin,
        "'\(quirk.id)' advises only words that \(name) \(span) does not know; add an action for it",
        isWarning: true)
    ]
  }

  private func releases(of side: BootOption.Side) -> [SoftwareBuild] {
    (reading.releases[side] ?? []).compactMap { Version($0).map { SoftwareBuild(version: $0) } }
  }

  /// Whether the entry asks for something on one of its own machines, under another release.
  private func asks(_ quirk: Quirk, under build: SoftwareBuild, _ side: BootOption.Side) -> Bool {
    let cases = proof.prepare(quirk.id, reading.tests[quirk.id] ?? []).cases
    let database = QuirkDatabase(Knowledge(quirks: [quirk]), digest: "")
    return cases.filter { ["missing", "needed"].contains($0.case.state) }.flatMap(\.hosts)
      .contains { host in
        var host = host
        let source = Source.derived("release")
        if side == .xen {
          host.xen.build = .known(build, source: source)
        } else {
          host.linux.build = .known(build, source: source)
        }
        return database.assess(host).findings.contains(where: \.state.asksForAction)
      }
  }

  private func isKnown(_ action: Action, to build: SoftwareBuild, _ side: BootOption.Side) -> Bool {
    CommandLine(parsing: action.text).words.allSatisfy { word in
      options.option(word, target: action.target)?.unknownPart(of: word, to: build) == nil
    }
  }
}

extension QuirkProof {
  /// The machines of the folder that have no defect: those whose names begin with `clean-`.
  var cleanHosts: (hosts: [(name: String, host: Host)], problems: [QuirkProblem]) {
    var hosts: [(String, Host)] = []
    var problems: [QuirkProblem] = []
    for name in machineNames where name.hasPrefix("clean-") {
      do {
        hosts.append((name, try host(named: name)))
      } catch {
        problems.append(QuirkProblem(file: "machines/\(name)", line: 1, message: "\(error)"))
      }
    }
    return (hosts, problems)
  }
}
