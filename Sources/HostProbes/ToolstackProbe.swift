internal import HostModel
internal import SystemAccess

/// What xl.conf says.
struct ToolstackProbe: Probe {
  private static let path = "/etc/xen/xl.conf"
  /// The settings of xl.conf(5) that name no bridge, script, file or host.
  private static let settings: Set = [
    "autoballoon", "claim_mode", "max_grant_frames", "max_grant_version", "max_maptrack_frames",
    "output_format", "run_hotplug_scripts", "sched", "vm.hvm.cpumask",
  ]

  func fill(_ host: inout Host, from context: ProbeContext) {
    guard let root = context.root else {
      host.toolstack = .unknown(context.missing(Self.path))
      return
    }
    do {
      host.toolstack = .known(
        Self.values(in: try root.readText(Self.path)).filter { Self.settings.contains($0.key) },
        source: .file(Self.path))
    } catch {
      host.toolstack = .unknown(Unknown(error, in: root))
    }
  }

  /// Lines `key = value` or `key="value"`; the last one counts.
  static func values(in text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.prefix { $0 != "#" }
      guard let equals = content.firstIndex(of: "=") else { continue }
      let clean = { (text: Substring) in
        String(text.filter { !" \t\"';".contains($0) })
      }
      values[clean(content[..<equals])] = clean(content[content.index(after: equals)...])
    }
    return values
  }
}
