internal import HostModel
internal import SystemAccess

/// The log of the kernel: saved, from the capture, or the live one.
///
/// Where no file says which Linux ran and with which line, the log does.
struct KernelLogProbe: Probe {
  /// Where a captured tree keeps it.
  private static let captured = "/dmesg.txt"

  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    let literals = context.options.logLiterals
    if let input = context.options.kernelLog {
      var text = KernelLogText(keeping: literals?().kernel)
      try context.readLog(input, option: "--klog", into: &text)
      fill(&host, text, .option("--klog"))
    } else if let root = context.root {
      do {
        if root.isLive {
          var text: KernelLogText?
          let lost = try readKernelMessages { record in
            if text == nil { text = KernelLogText(keeping: literals?().kernel) }
            text?.read(record: record)
          }
          if lost { text?.lose() }
          fill(&host, text ?? KernelLogText(), .file("/dev/kmsg"))
        } else {
          let bytes = try root.read(Self.captured, limit: 1 << 28)
          var text = KernelLogText(keeping: literals?().kernel)
          text.read(bytes.span)
          text.finish()
          fill(&host, text, .file(Self.captured))
        }
      } catch {
        host.kernelLog = .unknown(reason(error, in: root))
      }
    } else {
      host.kernelLog = .unknown(Unknown(.notCaptured, needs: "--klog FILE"))
    }
  }

  private func reason(_ problem: FileProblem, in root: SystemRoot) -> Unknown {
    problem.kind == .notFound
      ? Unknown(root.tells(problem.path) ? .interfaceMissing : .notCaptured, needs: "--klog FILE")
      : Unknown(problem, in: root)
  }

  private func fill(_ host: inout Host, _ text: KernelLogText, _ source: Source) {
    host.kernelLog = .known(text.log, source: source)
    if host.role.value == .dom0, host.xen.dom0Type.value == nil, let type = text.dom0Type {
      host.xen.dom0Type = .known(type, source: source)
    }
    if let version = text.version.flatMap({ LinuxVersionText(parsing: $0) }) {
      host.linux.build = .known(version.build, source: source)
      host.linux.release = .known(version.release, source: source)
    }
    if let line = text.commandLine {
      host.lines.dom0 = .known(CommandLine(bootLine: line), source: source)
    }
  }
}

extension ProbeContext {
  /// Reads a saved log, packed with gzip or not.
  ///
  /// Throws: the file can't be read, or its packing is damaged.
  fileprivate func readLog(
    _ input: ProbeInput, option: String, into text: inout KernelLogText
  ) throws(ProbeError) {
    var reader = text
    let isWhole = try readUnpacked(input, option: option) { reader.read($0) }
    reader.finish(early: !isWhole)
    text = reader
  }
}
