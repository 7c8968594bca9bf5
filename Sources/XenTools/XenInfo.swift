public import HostModel

/// What `xl info` prints of the hypervisor; the rest of it, the host's name too, is not kept.
public struct XenInfo: Sendable {
  /// `xen_version`: `4.17.7`.
  public var version: String?
  /// `xen_commandline` without an image path or GRUB's `placeholder` in front; nil when it is not
  /// printed.
  public var commandLine: CommandLine?
  /// `virt_caps`, word by word; nil when it is not printed.
  public var virtualization: [String]?
  /// `cc_compiler`, `cc_compile_by` and `cc_compile_domain`: who built it.
  public var builder: String
  /// `xen_changeset`; empty in a release.
  public var changeset: String

  /// `xen_scheduler`.
  public var scheduler: String?
  /// `threads_per_core`: threads of a core that are online.
  public var threadsPerCore: Int?

  /// `nr_cpus`: logical CPUs that Xen has online.
  public var onlineCPUs: Int?

  /// `total_memory`, in MiB.
  public var totalMemory: Int?

  /// Reads lines `KEY : VALUE`; nil when there is nothing of Xen in the text.
  public init?(parsing text: String) {
    var values: [Substring: Substring] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let key = line[..<colon].trimmed
      // Only the first counts: a command line may hold whatever it likes.
      if values[key] == nil { values[key] = line[line.index(after: colon)...].trimmed }
    }
    let major = values["xen_major"]
    guard values["xen_version"] ?? values["xen_commandline"] ?? values["xen_caps"] ?? major != nil
    else { return nil }
    version = values["xen_version"].map(String.init)
    if version == nil, let major, let minor = values["xen_minor"] {
      version = "\(major).\(minor)\(values["xen_extra"] ?? "")"
    }
    commandLine = values["xen_commandline"].map { line in
      CommandLine(bootLine: line)
    }
    virtualization = values["virt_caps"].map { $0.split(separator: " ").map(String.init) }
    builder = ["cc_compiler", "cc_compile_by", "cc_compile_domain"]
      .compactMap { values[$0[...]] }.joined(separator: " ")
    changeset = values["xen_changeset"].map(String.init) ?? ""
    scheduler = values["xen_scheduler"].map(String.init)
    onlineCPUs = values["nr_cpus"].flatMap { Int($0) }
    totalMemory = values["total_memory"].flatMap { Int($0) }
    threadsPerCore = values["threads_per_core"].flatMap { Int($0) }
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    return text
  }
}
