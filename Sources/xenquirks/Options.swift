internal import ArgumentParser
internal import QuirkEngine
internal import ReportRendering

/// Which machine a command looks at.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A snapshot ('xenquirks snapshot') in place of the live machine; - is standard input.",
      valueName: "file"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "A captured tree with sys/, proc/, boot/ in place of the live machine.", valueName: "dir"))
  var root: String?

  @Option(
    help: ArgumentHelp(
      "The text that 'lspci -xxx' printed, in place of live PCI.", valueName: "file"))
  var pciDump: String?

  @Option(
    help: ArgumentHelp("A saved kernel log of dom0 (dmesg, journalctl -k).", valueName: "file"))
  var klog: String?

  @Option(help: ArgumentHelp("What 'xl info' printed.", valueName: "file"))
  var xlInfo: String?

  @Option(
    help: ArgumentHelp(
      "What 'xl dmesg' printed, or a serial console that Xen wrote to.", valueName: "file"))
  var xlDmesg: String?

  @Option(
    help: ArgumentHelp("What 'xenpm get-cpuidle-states' printed.", valueName: "file"))
  var xenpm: String?

  @Option(help: ArgumentHelp("What 'xen-cpuid -p' printed.", valueName: "file"))
  var xenCpuid: String?

  @Option(help: ArgumentHelp("The hypervisor's command line.", valueName: "line"))
  var xenLine: String?

  @Option(help: ArgumentHelp("The dom0 kernel's command line.", valueName: "line"))
  var dom0Line: String?

  @Option(help: ArgumentHelp("The Xen that ran, or that will be installed.", valueName: "version"))
  var xenVersion: String?

  @Option(
    help: ArgumentHelp("The Linux that ran, or that will be installed.", valueName: "version"))
  var linuxVersion: String?

  @Option(
    help: ArgumentHelp("The Xen of an upgrade: what would change?", valueName: "version"))
  var planXen: String?

  @Option(
    help: ArgumentHelp("The Linux of an upgrade: what would change?", valueName: "version"))
  var planLinux: String?

  @Option(
    help: ArgumentHelp("A pci.ids for the names, in place of the system's.", valueName: "file"))
  var pciIds: String?

  mutating func validate() throws {
    let machines = [("--from", from), ("--root", root), ("--pci-dump", pciDump)]
      .compactMap { $0.1 == nil ? nil : $0.0 }
    if machines.count > 1 {
      throw ValidationError(
        "\(machines.joined(separator: " and ")) name two machines; give one of them")
    }
  }
}

/// Which knowledge a command uses.
struct KnowledgeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A folder with quirk files of your own (*.toml), beside the built-in ones.", valueName: "dir")
  )
  var quirks: String?
}

/// What may enter a line.
struct PolicyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "targeted: what the machine needs; low-latency, conservative, debugging, pinned-dom0: more, with its price.",
      valueName: "name"))
  var policy = PolicyOptions.targeted

  static let targeted = "targeted"

  @Option(
    help: ArgumentHelp(
      "The weakest evidence that enters a line: A, B, C or D.", valueName: "letter"))
  var evidence: Evidence = .b

  @Flag(help: "Let options that weaken the isolation between domains enter a line.")
  var acceptInsecure = false
}

/// How a command prints.
struct OutputOptions: ParsableArguments {
  @Option(help: "text or json.")
  var format: ReportFormat = .text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write to a file instead of standard output.", valueName: "file"))
  var output: String?

  @Option(help: "auto, always or never; auto colours a terminal unless NO_COLOR is set.")
  var color: ColorChoice = .auto

  @Flag(name: .shortAndLong, help: "No notices on standard error.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "More notices on standard error.")
  var verbose = false

  /// How text is set for this output.
  var style: TextStyle {
    let colored =
      switch color {
      case .always: true
      case .never: false
      case .auto: output == nil && outputIsTerminal && environment("NO_COLOR") == nil
      }
    return TextStyle(width: 80, usesColor: colored)
  }
}

enum ColorChoice: String, ExpressibleByArgument {
  case auto, always, never
}
