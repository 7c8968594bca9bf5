internal import GzipAccess
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
  /// How long a packed log may get, in bytes.
  private static let longestLog = 1 << 30

  /// Reads a saved log, packed with gzip or not.
  ///
  /// Throws: the file can't be read, or its packing is damaged.
  fileprivate func readLog(
    _ input: ProbeInput, option: String, into text: inout KernelLogText
  ) throws(ProbeError) {
    var reader = text
    let outcome = try withBytes(of: input) { (bytes) throws(GzipProblem) in
      guard bytes.count > 1, bytes[0] == 0x1f, bytes[1] == 0x8b else {
        reader.read(bytes)
        return reader.finish()
      }
      do throws(GzipProblem) {
        try gunzip(bytes, limit: Self.longestLog) { reader.read($0.span) }
        reader.finish()
      } catch .truncated {
        reader.finish(early: true)
      }
    }
    if case .failure(let problem) = outcome { throw problem.error(of: input, option) }
    text = reader
  }

  /// The text of a saved output, packed with gzip or not; what was cut off is left out.
  ///
  /// Throws: the file can't be read, or its packing is damaged.
  func unpackedText(of input: ProbeInput, option: String) throws(ProbeError) -> String {
    let outcome = try withBytes(of: input) { (bytes) throws(GzipProblem) in
      guard bytes.count > 1, bytes[0] == 0x1f, bytes[1] == 0x8b else { return bytes.string }
      var whole: [UInt8] = []
      do throws(GzipProblem) {
        try gunzip(bytes, limit: 1 << 28) { whole += $0 }
      } catch .truncated {}
      return String(decoding: whole, as: UTF8.self)
    }
    switch outcome {
    case .success(let text): return text
    case .failure(let problem): throw problem.error(of: input, option)
    }
  }
}

extension GzipProblem {
  fileprivate func error(of input: ProbeInput, _ option: String) -> ProbeError {
    let path = if case .file(let path) = input { path } else { option }
    return ProbeError(.badInput, path: path, message: description)
  }
}
