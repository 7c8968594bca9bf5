internal import BootAdvice
internal import BootConfig
internal import HostModel
internal import QuirkData
internal import QuirkEngine
internal import ReportRendering

/// What every command that looks at a machine needs: the host and the database.
struct Run {
  /// The machine, under the planned software where an upgrade is asked about.
  let host: Host
  /// The machine as it runs, where an upgrade is asked about.
  let presentHost: Host?
  let database: QuirkDatabase
  /// Whether it is the machine that this runs on.
  let isLive: Bool
  private let isQuiet: Bool

  /// Looks at the machine that the options name; with none, only at what they say themselves.
  init(
    source: SourceOptions, knowledge: KnowledgeOptions, output: OutputOptions,
    withoutMachine: Bool = false
  ) throws {
    isQuiet = output.quiet
    isLive = source.from == nil && source.root == nil && !withoutMachine
    let isQuiet = output.quiet
    database = try loadDatabase(knowledge) { if !isQuiet { complain("xenquirks: \($0)") } }
    let known = database
    let seen = try machine(
      of: source, models: database.idleModels, logs: { known.logLiterals },
      withoutMachine: withoutMachine)
    let present = Self.withAssumedXen(seen, newest: database.newestXen)
    if source.planXen == nil, source.planLinux == nil {
      host = present
      presentHost = nil
    } else {
      host = present.planned(
        xen: try Self.build(source.planXen, "--plan-xen"),
        linux: try Self.build(source.planLinux, "--plan-linux"), models: database.idleModels)
      presentHost = present
    }
  }

  /// Looks at a machine that was written down.
  init(recorded: Host, knowledge: KnowledgeOptions, output: OutputOptions) throws {
    isQuiet = output.quiet
    isLive = false
    let isQuiet = output.quiet
    database = try loadDatabase(knowledge) { if !isQuiet { complain("xenquirks: \($0)") } }
    let seen = try machine(recorded: recorded, models: database.idleModels)
    host = Self.withAssumedXen(seen, newest: database.newestXen)
    presentHost = nil
  }

  private static func build(_ text: String?, _ option: String) throws(Failure) -> SoftwareBuild? {
    guard let text else { return nil }
    guard let version = Version(text) else {
      throw Failure(.usage, "\(option): '\(text)' is no version such as 4.20")
    }
    return SoftwareBuild(version: version, text: text)
  }

  /// What an upgrade would change; nil where none is asked about.
  ///
  /// Throws: no policy has the name that was given.
  func upgrade(policy options: PolicyOptions) throws -> (upgrade: Upgrade, title: String)? {
    guard let presentHost else { return nil }
    let assessed = { (host: Host) throws -> (Assessment, BootPlan) in
      let assessment = database.assess(host)
      var planner = try planner(for: host, editing: nil, options)
      return (assessment, planner.plan(assessment))
    }
    let changes = [
      ("Xen", presentHost.xen.build.value, host.xen.build.value),
      ("Linux", presentHost.linux.build.value, host.linux.build.value),
    ].compactMap { name, old, new in
      new?.isPlanned == true ? "\(name) \(old?.text ?? "unknown") -> \(new?.text ?? "")" : nil
    }
    return (
      Upgrade(from: try assessed(presentHost), to: try assessed(host)),
      changes.joined(separator: ", ")
    )
  }

  /// Where no Xen ran and none was named, the newest catalogued one stands in, marked as assumed.
  private static func withAssumedXen(_ host: Host, newest: String) -> Host {
    guard host.xen.build.value == nil, host.role.value != .domU, host.role.value != .guest,
      let version = Version(newest)
    else { return host }
    var host = host
    host.xen.build = .known(
      SoftwareBuild(version: version, isAssumed: true), source: .derived("the option catalogue"))
    return host
  }

  /// Says something to the person, beside the output.
  func notice(_ text: String) {
    if !isQuiet { complain("xenquirks: \(text)") }
  }

  /// The report on the host.
  ///
  /// Throws: no policy has the name that was given.
  func report(policy options: PolicyOptions) throws -> Report {
    let assessment = database.assess(host)
    var planner = try planner(editing: nil, options)
    return Report(
      toolVersion: toolVersion, host: host, database: DatabaseSummary(database),
      assessment: assessment, policy: options.policy, plan: planner.plan(assessment))
  }

  /// What becomes of the lines of one entry of a boot loader.
  ///
  /// The machine is judged as it runs: what it needs joins the entry's words, and so does what its
  /// present line holds against a defect.
  ///
  /// Throws: no policy has the name that was given.
  func changes(
    of entry: BootEntry, path: String, policy options: PolicyOptions
  ) throws -> LineChanges {
    var lines = host.lines
    lines.xen = .known(CommandLine(words: entry.xen), source: .file(path))
    lines.dom0 = .known(CommandLine(words: entry.dom0), source: .file(path))
    let assessment = database.assess(host)
    var planner = try planner(editing: lines, options)
    let plan = planner.plan(assessment)
    let remedies = try self.planner(editing: nil, options).remediesInForce(assessment)
    let catalogue = OptionCatalogue(database)
    let line = { (words: [String], target: Action.Target) in
      remedies.filter { $0.target == target }.reduce(into: words) { words, remedy in
        catalogue.join(remedy.word, to: &words, target: target)
      }
    }
    return LineChanges(
      xen: WordChange.changes(from: entry.xen, to: line(plan.xen.words, .xen)),
      dom0: WordChange.changes(from: entry.dom0, to: line(plan.dom0.words, .dom0)))
  }

  /// Both lines of the host, or of an entry that it may boot next, word by word.
  ///
  /// Throws: no policy has the name that was given.
  func check(_ entry: BootEntry?, path: String, policy options: PolicyOptions) throws
    -> CheckedLines
  {
    var lines = host.lines
    if let entry {
      lines.xen = .known(CommandLine(words: entry.xen), source: .file(path))
      lines.dom0 = .known(CommandLine(words: entry.dom0), source: .file(path))
    }
    var planner = try planner(editing: lines, options)
    var names: [BootOption.Side: [String]] = [:]
    for option in database.options { names[option.side, default: []].append(option.name) }
    return planner.check(database.assess(host), names: names, remedies: remedies)
  }

  /// The commands that take triggers away on the running machine.
  ///
  /// Throws: no policy has the name that was given.
  func runtimeRemedies(policy options: PolicyOptions) throws -> [RuntimeRemedy] {
    var planner = try planner(editing: nil, options)
    return planner.runtimeRemedies(database.assess(host), among: database.remedies)
  }

  /// The options that some quirk puts on a line.
  var remedies: [Action.Target: Set<String>] {
    var remedies: [Action.Target: Set<String>] = [:]
    for action in database.quirks.flatMap(\.actions) where action.isForLine {
      for word in CommandLine(parsing: action.text).words {
        remedies[action.target, default: []].insert(OptionCatalogue.name(of: word))
      }
    }
    return remedies
  }

  func planner(editing lines: BootLines?, _ options: PolicyOptions) throws -> Planner {
    try planner(for: host, editing: lines, options)
  }

  private func planner(
    for host: Host, editing lines: BootLines?, _ options: PolicyOptions
  ) throws -> Planner {
    Planner(
      host: host, options: OptionCatalogue(database),
      policy: AdvicePolicy(
        words: try policy(named: options.policy), acceptsInsecure: options.acceptInsecure,
        minimumEvidence: options.evidence), editing: lines)
  }

  /// Whether a word of a line is a known option with a known value that tells of nobody.
  func isPlain(_ word: String, target: Action.Target) -> Bool {
    isPlainWord(word, target: target, database)
  }

  /// What options would do on the host.
  func look(at options: [BootOption], word: String) -> [OptionOnHost] {
    let assessment = database.assess(host)
    var planner = Planner(
      host: host, options: OptionCatalogue(database), policy: AdvicePolicy())
    return options.map { planner.look(at: $0, word: word, in: assessment) }
  }

  /// The words of a policy; the targeted one has none of its own.
  private func policy(named name: String) throws -> Policy? {
    guard name != PolicyOptions.targeted else { return nil }
    let policies = database.policies
    if let policy = policies.first(where: { $0.name == name }) { return policy }
    let names = ([PolicyOptions.targeted] + policies.map(\.name)).joined(separator: ", ")
    throw Failure(.usage, "--policy: '\(name)' is none of \(names)")
  }
}

/// Whether a word of a line is a known option with a known value that tells of nobody.
func isPlainWord(_ word: String, target: Action.Target, _ database: QuirkDatabase) -> Bool {
  guard let option = OptionCatalogue(database).option(word, target: target) else { return false }
  if option.isPersonal { return false }
  let value = OptionCatalogue.value(of: word)
  return !word.contains("=") || option.objection(toValue: value) == nil
}
