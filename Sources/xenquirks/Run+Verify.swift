internal import BootAdvice
internal import HostModel
internal import HostSnapshot
internal import QuirkEngine
internal import SystemAccess

extension Run {
  /// What a scan advises, and what stands on the lines already, to be verified after the boot.
  ///
  /// Throws: no policy has the name that was given.
  func savedAdvice(policy options: PolicyOptions) throws -> SavedAdvice {
    let assessment = database.assess(host)
    var planner = try planner(editing: nil, options)
    let plan = planner.plan(assessment)
    let confirmed = Set(
      assessment.findings.filter { $0.isConfirmed == true }.map(\.quirk.id))
    let advised = plan.advice.filter { $0.status == .enter }.map { advice in
      SavedAdvice.Item(
        target: advice.target.rawValue, operation: advice.operation.rawValue, text: advice.text,
        quirks: advice.quirks, confirmed: advice.quirks.filter(confirmed.contains))
    }
    let kept = planner.remediesInForce(assessment).map { remedy in
      SavedAdvice.Item(
        target: remedy.target.rawValue, operation: Action.Operation.add.rawValue,
        text: remedy.word,
        quirks: assessment.findings.filter { finding in
          finding.state == .applied
            && finding.actions.joined().contains {
              CommandLine(parsing: $0.text).words.contains(remedy.word)
            }
        }.map(\.quirk.id), confirmed: [])
    }
    return SavedAdvice(
      tool: Snapshot.Tool(name: "xenquirks", version: toolVersion),
      items: (advised + kept).unique,
      counted: host.counters.uptime.value.map { seconds in
        SavedAdvice.Counted(
          seconds: seconds, boot: isLive ? Self.boot : nil, failures: host.failures)
      })
  }

  /// What had been counted when the advice was kept, for this boot or another one.
  private func before(_ saved: SavedAdvice?) -> CountedBefore? {
    guard let counted = saved?.counted else { return nil }
    let isSameBoot = isLive ? counted.boot.flatMap { old in Self.boot.map { $0 == old } } : nil
    return CountedBefore(
      seconds: counted.seconds, failures: counted.failures, isSameBoot: isSameBoot)
  }

  /// The first digits of this boot's random number: enough to tell it from the next, and of no use else.
  private static var boot: String? {
    (try? SystemRoot.live.readTrimmed("/proc/sys/kernel/random/boot_id")).map {
      String($0.prefix(4))
    }
  }

  /// What became of what was meant; without saved advice, of what the lines themselves tell.
  ///
  /// Throws: no policy has the name that was given, or the saved advice is of another kind.
  func verifications(
    of saved: SavedAdvice?, path: String, policy options: PolicyOptions
  ) throws -> [Verification] {
    let assessment = database.assess(host)
    var planner = try planner(editing: nil, options)
    let plan = planner.plan(assessment)
    let lines = try check(nil, path: "", policy: options)
    let quirks = Dictionary(database.quirks.map { ($0.id, $0) }) { first, _ in first }
    var verifier = Verifier(planner: planner, plan: plan, lines: lines, before: before(saved)) {
      id in
      quirks[id].map { database.judgements(of: host, for: $0) } ?? []
    }
    guard let saved else {
      return verifier.verify(verifier.intentions(assessment, remedies: remedies))
    }
    return verifier.verify(
      try saved.items.map { item in
        guard let target = Action.Target(rawValue: item.target),
          let operation = Action.Operation(rawValue: item.operation)
        else {
          throw Failure(
            .badInput,
            "\(path): '\(item.operation)' for '\(item.target)' is no advice of this version")
        }
        return Intention(
          target: target, operation: operation, text: item.text, quirks: item.quirks,
          confirmed: item.confirmed)
      })
  }
}

/// The advice in a file that `scan --save` wrote; `-` is standard input.
func savedAdvice(_ path: String) throws(Failure) -> SavedAdvice {
  do {
    return try SavedAdvice(parsing: try bytes(ofFile: path))
  } catch let error as SnapshotError {
    throw Failure(.badInput, "\(path):\(error.line): \(error)")
  } catch {
    throw error as? Failure ?? Failure(.internalError, "\(path): \(error)")
  }
}
