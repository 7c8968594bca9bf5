internal import HostModel
internal import XenTools

/// What Xen said while it booted.
struct XenMessagesProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    let reader = XenMessagesReader(
      search: context.options.logLiterals.map { LiteralSearch($0().xen) })
    let outcome = try ToolOutput.messages.read(context, role: host.role, with: reader)
    guard case .known(let read, let source) = outcome else {
      if let reason = outcome.unknown, host.role.value == .dom0 || host.role.value == nil {
        host.xen.messages = .unknown(reason)
        host.xen.interruptRemappingIsOn = .unknown(reason)
        host.time.platformTimer = .unknown(reason)
        host.time.hpetHasFSB = .unknown(reason)
        host.time.hpetBroadcast = .unknown(reason)
      }
      return
    }
    let log = read.log
    // A serial console shows that Xen ran, not what became of dom0.
    if host.role.value == nil, log.isRing { host.role = .known(.dom0, source: source) }
    fillXen(&host, log, read.kept, source)
    fillTimers(&host, log, source)
    if let cpu = log.cpu { host.cpu.identity = .known(cpu, source: source) }
  }

  private func fillXen(
    _ host: inout Host, _ log: XenDmesg, _ kept: KeptLines, _ source: Source
  ) {
    var messages = XenMessages(
      lines: kept.lines, gaps: log.gaps + (kept.isCrowded ? [.crowded] : []),
      showsInformation: showsInformation(log, host, source),
      parameterErrors: parameterErrors(log, source))
    messages.lineCount = log.lineCount
    host.xen.messages = .known(messages, source: source)
    if host.xen.build.value == nil, let text = log.version,
      let build = SoftwareBuild(xen: text, builder: log.builder, changeset: log.changeset)
    {
      host.xen.build = .known(build, source: source)
    }
    if host.lines.xen.value == nil, let line = log.commandLine {
      host.lines.xen = .known(line, source: source)
    }
    let cut = Unknown(
      .truncated, needs: "'xl dmesg' soon after the boot, or conring_size= on Xen's line")
    let fact = { (value: Bool?) -> Fact<Bool> in
      value.map { .known($0, source: source) } ?? .unknown(cut)
    }
    host.xen.interruptRemappingIsOn = fact(log.interruptRemappingIsOn)
    if host.xen.iommuIsOn.value == nil { host.xen.iommuIsOn = fact(log.iommuIsOn) }
    if host.xen.dom0Type.value == nil {
      host.xen.dom0Type = log.dom0Type.map { .known($0, source: source) } ?? .unknown(cut)
    }
    if host.xen.scheduler.value == nil {
      host.xen.scheduler = log.scheduler.map { .known($0, source: source) } ?? .unknown(cut)
    }
  }

  private func parameterErrors(
    _ log: XenDmesg, _ source: Source
  ) -> Fact<[XenMessages.ParameterError]> {
    let errors = log.parameterErrors
    return errors.isEmpty && !log.tellsParameterErrors
      ? .unknown(Unknown(.truncated, needs: "'xl dmesg' of Xen 4.10 or later, soon after the boot"))
      : .known(errors, source: source)
  }

  /// The log says it itself, unless its start is lost; then the version and the line tell.
  private func showsInformation(
    _ log: XenDmesg, _ host: Host, _ source: Source
  ) -> Fact<Bool> {
    if let shows = log.showsInformation { return .known(shows, source: source) }
    guard let build = host.xen.build.value, let line = host.lines.xen.value else {
      return .unknown(Unknown(.truncated, needs: "Xen's version and command line"))
    }
    return .known(
      XenDmesg.showsInformation(version: build.version, line: line),
      source: .derived("Xen's version and line"))
  }

  private func fillTimers(_ host: inout Host, _ log: XenDmesg, _ source: Source) {
    let cut = Unknown(
      .truncated, needs: "'xl dmesg' soon after the boot, or conring_size= on Xen's line")
    host.time.platformTimer =
      log.platformTimer.map { .known($0, source: source) } ?? .unknown(cut)
    if let timers = log.broadcastTimers {
      host.time.hpetHasFSB = .known(timers > 0, source: source)
      if timers > 0 { host.time.hpetBroadcast = .known(.msi, source: source) }
      return
    }
    // Without the line nothing follows for the timers themselves: Xen looks at them only where it
    // needs a broadcast.
    let silent = Unknown(
      .hiddenByHypervisor,
      needs: "Xen's line on the HPET's timers ('xl dmesg', loglvl=info, a CPU without ARAT)")
    host.time.hpetHasFSB = .unknown(silent)
    host.time.hpetBroadcast = .unknown(silent)
  }
}

/// Reads Xen's log and keeps of it what was asked for.
private struct XenMessagesReader: OutputReader {
  /// The lines to keep; nil for all.
  let search: LiteralSearch?
  private var log = XenDmesg()
  private var kept = KeptLines()

  init(search: LiteralSearch?) { self.search = search }

  mutating func read(_ piece: Span<UInt8>) {
    // Taken out, so that it is not copied.
    var kept = KeptLines()
    swap(&kept, &self.kept)
    log.read(piece) { Self.keep($0, at: $1, search, in: &kept) }
    self.kept = kept
  }

  mutating func finish() -> (log: XenDmesg, kept: KeptLines)? {
    var kept = kept
    log.finish { Self.keep($0, at: $1, search, in: &kept) }
    return log.isEmpty ? nil : (log, kept)
  }

  private static func keep(
    _ line: Span<UInt8>, at time: Int?, _ search: LiteralSearch?, in kept: inout KeptLines
  ) {
    if let search {
      if search.hasAny(in: line) { kept.count(line, at: time) }
    } else {
      kept.append(line, at: time)
    }
  }
}
