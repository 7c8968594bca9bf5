internal import HostModel
internal import SystemAccess

/// The log of the kernel: saved, from the capture, or the live one.
///
/// Where no file says which Linux ran and with which line, the log does.
struct KernelLogProbe: Probe {
  /// Where a captured tree keeps it.
  private static let captured = "/dmesg.txt"

  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    if let input = context.options.kernelLog {
      let text = try context.text(of: input)
      fill(&host, KernelLogText(parsing: text), .option("--klog"))
    } else if let root = context.root {
      do {
        if root.isLive {
          fill(&host, KernelLogText(records: try kernelMessages()), .file("/dev/kmsg"))
        } else {
          let text = try root.readText(Self.captured, limit: 1 << 28)
          fill(&host, KernelLogText(parsing: text), .file(Self.captured))
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
