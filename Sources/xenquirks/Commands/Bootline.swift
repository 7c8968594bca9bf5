internal import ArgumentParser
internal import BootAdvice
internal import BootConfig
internal import ReportRendering

/// `xenquirks bootline`: the advised entry for a boot loader.
struct Bootline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bootline",
    abstract: "Print the advised entry for a boot loader; nothing is written to its files.")

  enum Style: String, ExpressibleByArgument, CaseIterable {
    case menuList = "menu.lst"
    case raw
  }

  @Option(help: "menu.lst (GRUB legacy) or raw (the two lines alone).")
  var style: Style = .menuList

  @OptionGroup(title: "The machine") var source: SourceOptions
  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func run() throws {
    let run = try Run(source: source, knowledge: knowledge, output: output)
    let plan = try run.report(policy: policy).plan
    for (name, line) in [("Xen's", plan.xen), ("dom0's", plan.dom0)] where !line.isComplete {
      run.notice(
        "\(name) present line is not known: only the additions stand below; add what you have there"
      )
    }
    switch style {
    case .menuList:
      try write(MenuEntry(host: run.host, plan: plan).text, to: output.output)
    case .raw:
      try write("xen: \(plan.xen.text)\ndom0: \(plan.dom0.text)\n", to: output.output)
    }
  }
}
