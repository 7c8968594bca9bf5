internal import ArgumentParser
internal import Glibc
internal import HostModel
internal import HostProbes
internal import QuirkEngine
internal import ReportRendering

/// `xenquirks observe`: what the machine does over a while.
struct Observe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "observe", abstract: "Watch interrupts, errors, idle states, logs and the TSC.",
    discussion: """
      Looks at the running machine alone and changes nothing. Ctrl-C ends it with what was seen. On bare metal the time \
      stamp counters of the CPUs are compared, for a few milliseconds each.
      """)

  @Option(
    name: .customLong("for"), help: ArgumentHelp("How long: 30s, 5m, 1h.", valueName: "time"))
  var time: String = "30s"

  @Flag(help: "In dom0: ask Xen for its word on the TSC ('xl debug-keys s'); it writes to its log.")
  var debugKeys = false

  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func run() throws {
    let seconds = try Self.seconds(time)
    let signals = EndSignals()
    let run = try Run(source: try SourceOptions.parse([]), knowledge: knowledge, output: output)
    let host = run.host
    if debugKeys, host.role.value != .dom0 {
      run.notice("--debug-keys: left out, Xen's debug keys are for dom0")
    }
    let database = run.database
    var options = ProbeOptions()
    options.logLiterals = { database.logLiterals }
    let observation: Observation
    let messages: XenMessages?
    do {
      let observer = try Observer(host, options, literals: database.logLiterals.kernel)
      let bar = ProgressBar(isShown: isatty(STDERR_FILENO) == 1 && !output.quiet)
      observation = observer.observe(seconds: seconds) { pause, share in
        bar.show(share, of: seconds)
        return !signals.came(within: pause)
      }
      bar.clear()
      messages = debugKeys && host.role.value == .dom0 ? try askXenForTSC() : nil
    } catch {
      throw Failure(error)
    }
    var seen = host
    seen.kernelLog = observation.kernelLog
    if let messages { seen.xen.messages = .known(messages, source: .tool("xl debug-keys s")) }
    let page = ObservationPage(
      host: host, observation: observation, logs: database.logHits(in: seen), style: output.style)
    try write(output.format == .json ? page.json : page.text, to: output.output)
  }

  /// `30`, `30s`, `5m`, `1h` in seconds.
  static func seconds(_ text: String) throws(Failure) -> Double {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text[...] : text.dropLast()), number > 0,
      number * (unit ?? 1) <= 7 * 86400
    else {
      throw Failure(.usage, "--for: '\(text)' is no time such as 30s, 5m or 1h, at most 168h")
    }
    return number * (unit ?? 1)
  }
}

/// Ctrl-C and its like, held back so that what was seen can still be said.
private struct EndSignals {
  private var set = sigset_t()

  init() {
    unsafe sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&set, signal) }
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
  }

  /// Waits, and says whether one came.
  func came(within seconds: Double) -> Bool {
    var set = set
    var time = timespec()
    time.tv_sec = Int(seconds)
    time.tv_nsec = Int((seconds - Double(Int(seconds))) * 1e9)
    return unsafe sigtimedwait(&set, nil, &time) > 0
  }
}

/// A bar on a terminal's standard error.
private struct ProgressBar {
  let isShown: Bool
  private static let width = 40

  func show(_ share: Double, of seconds: Double) {
    guard isShown else { return }
    let full = max(0, min(Self.width, Int(share * Double(Self.width))))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: Self.width - full)
    put("\r[\(bar)] \(Int(share * seconds)) of \(Int(seconds)) s")
  }

  func clear() {
    if isShown { put("\r\u{1b}[K") }
  }

  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}
