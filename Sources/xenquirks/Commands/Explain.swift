internal import ArgumentParser
internal import HostModel
internal import QuirkEngine
internal import ReportRendering

/// `xenquirks explain`: why or why not, condition by condition.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a quirk applies here, what an option would do, or what concerns a function.")

  @Argument(
    help: "The id of a quirk, an option such as max_cstate=1, or the address of a PCI function.")
  var subject: String

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func validate() throws {
    if output.format != .text { throw ValidationError("explain prints text alone") }
  }

  mutating func run() throws {
    let run = try Run(source: source, knowledge: knowledge, output: output)
    let renderer = ExplainRenderer(host: run.host, style: output.style)
    if let quirk = run.database.quirks.first(where: { $0.id == subject }) {
      let judgements = run.database.judgements(of: run.host, for: quirk)
      return try write(renderer.text(of: quirk, judgements: judgements), to: output.output)
    }
    let options = run.database.options(named: subject)
    if !options.isEmpty {
      let page = OptionPage(style: output.style)
      let word = subject.split(separator: ":", maxSplits: 1).last.map(String.init) ?? subject
      let texts = run.look(at: options, word: options.count == 1 ? word : subject)
        .map(page.text(of:))
      return try write(texts.joined(separator: "\n"), to: output.output)
    }
    guard let address = PCIAddress(subject) else {
      throw Failure(.usage, unknownSubject(run))
    }
    guard let topology = run.host.pci.value else {
      let reason = run.host.pci.unknown
      throw Failure(
        .inputMissing,
        "the PCI functions are unknown (\(reason?.cause.rawValue ?? "absent")): needs \(reason?.needs ?? "PCI")"
      )
    }
    guard let index = topology.index(of: address) else {
      throw Failure(
        .inputMissing, "no function \(address) here; 'xenquirks scan --format json' lists them")
    }
    let judgements = run.database.judgements(of: run.host, about: address)
    try write(
      renderer.text(of: topology.functions[index], judgements: judgements), to: output.output)
  }

  private func unknownSubject(_ run: Run) -> String {
    let near = run.database.quirks.map(\.id).filter { $0.contains(subject) || subject.contains($0) }
    let hint =
      near.isEmpty
      ? "'xenquirks quirks list' names them" : "did you mean \(near.joined(separator: ", "))?"
    return "'\(subject)' is neither a quirk, nor an option, nor a PCI address; \(hint)"
  }
}
