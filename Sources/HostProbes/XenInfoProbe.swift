internal import HostModel
internal import SystemAccess
internal import XenTools

/// What `xl info` says: saved, from the capture, or asked for in dom0.
struct XenInfoProbe: Probe {
  /// Where a captured tree keeps it.
  private static let captured = "/xl-info.txt"

  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    let text: String
    let source: Source
    if let input = context.options.xlInfo {
      text = try context.text(of: input)
      source = .option("--xl-info")
      guard XenInfo(parsing: text) != nil else {
        let path = if case .file(let path) = input { path } else { "--xl-info" }
        throw ProbeError(
          .badInput, path: path, message: "no line of 'xl info' in it, such as xen_version")
      }
    } else if let root = context.root, !root.isLive {
      guard let saved = try? root.readText(Self.captured) else { return }
      text = saved
      source = .file(Self.captured)
    } else if context.isLive, host.role.value == .dom0 {
      do {
        text = try runXenTool("xl", arguments: ["info"])
        source = .tool("xl info")
      } catch {
        fill(&host, unknown: error)
        return
      }
    } else {
      return
    }
    guard let info = XenInfo(parsing: text) else {
      fill(&host, unknown: Unknown(.malformed, needs: "the output of 'xl info'"))
      return
    }
    fill(&host, info, source)
  }

  private func fill(_ host: inout Host, unknown reason: Unknown) {
    host.lines.xen = .unknown(reason)
    host.xen.iommuIsOn = .unknown(reason)
  }

  private func fill(_ host: inout Host, _ info: XenInfo, _ source: Source) {
    if host.role.value == nil {
      // The toolstack answers nowhere else.
      host.role = .known(.dom0, source: source)
    }
    if let text = info.version,
      let build = SoftwareBuild(xen: text, builder: info.builder, changeset: info.changeset)
    {
      host.xen.build = .known(build, source: source)
    }
    let cut = Unknown(.truncated, needs: "the whole output of 'xl info'")
    host.lines.xen = info.commandLine.map { .known($0, source: source) } ?? .unknown(cut)
    host.xen.iommuIsOn =
      info.virtualization.map { words in
        .known(words.contains("hvm_directio") || words.contains("pv_directio"), source: source)
      } ?? .unknown(cut)
  }
}
