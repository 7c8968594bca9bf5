internal import Glibc
internal import HostModel
internal import SystemAccess

/// The Linux that runs: its build, its line, its ASPM policy.
struct LinuxProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) {
    fillBuild(&host.linux, context)
    host.architecture = architecture(context)
    let line = context.text("/proc/cmdline")
    // A kernel log that the person gave has said it already.
    if line.unknown == nil || host.lines.dom0.value == nil {
      host.lines.dom0 = line.map { CommandLine(bootLine: $0) }
    }
    host.linux.aspmPolicy = aspmPolicy(context)
    if host.memory.value == nil { host.memory = memory(host, context) }
  }

  private func fillBuild(_ linux: inout LinuxHost, _ context: ProbeContext) {
    let version = context.text("/proc/version")
    switch version {
    case .known(let text, let source):
      let signature = context.text("/proc/version_signature").value
      guard let parsed = LinuxVersionText(parsing: text, signature: signature) else {
        let reason = Unknown(.malformed, needs: "a /proc/version that starts 'Linux version'")
        linux.build = .unknown(reason)
        linux.release = .unknown(reason)
        return
      }
      linux.build = .known(parsed.build, source: source)
      linux.release = .known(parsed.release, source: source)
    case .absent: break
    case .unknown(let reason):
      if linux.build.value == nil { linux.build = .unknown(reason) }
      if linux.release.value == nil {
        linux.release = context.text("/proc/sys/kernel/osrelease")
      }
    }
  }

  /// All of the machine's memory, where no hypervisor keeps some of it back.
  private func memory(_ host: Host, _ context: ProbeContext) -> Fact<Int> {
    guard host.role.value == .bareMetal else {
      return .unknown(Unknown(.hiddenByHypervisor, needs: "'xl info' in dom0 (--xl-info FILE)"))
    }
    return context.text("/proc/meminfo").flatMap { text, source in
      let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
      let words = line?.split(separator: " ") ?? []
      guard words.count == 3, words[2] == "kB", let size = Int(words[1]) else {
        return .unknown(Unknown(.malformed, needs: "MemTotal in /proc/meminfo"))
      }
      return .known(size / 1024, source: source)
    }
  }

  /// The policy in brackets: `[default] performance powersave powersupersave`.
  private func aspmPolicy(_ context: ProbeContext) -> Fact<String> {
    let path = "/sys/module/pcie_aspm/parameters/policy"
    return context.text(path).flatMap { text, source in
      let word = text.split(separator: " ").first { $0.hasPrefix("[") && $0.hasSuffix("]") }
      guard let word else {
        return .unknown(Unknown(.malformed, needs: "a policy in brackets in \(path)"))
      }
      return .known(String(word.dropFirst().dropLast()), source: source)
    }
  }

  /// `x86_64`, `aarch64`: from uname(2), or in a capture from uname.txt or from what
  /// /proc/cpuinfo looks like.
  private func architecture(_ context: ProbeContext) -> Fact<String> {
    if context.isLive {
      var names = utsname()
      guard unsafe uname(&names) == 0 else { return .unknown(context.missing("uname")) }
      let machine = unsafe withUnsafeBytes(of: &names.machine) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      return .known(machine, source: .tool("uname"))
    }
    let kept = context.text("/uname.txt")
    if kept.value != nil { return kept }
    return context.cpuInfo.flatMap { text, source in
      if let flags = cpuFlags(in: text) {
        return .known(flags.contains("lm") ? "x86_64" : "i686", source: source)
      }
      if text.contains("CPU architecture: 8") { return .known("aarch64", source: source) }
      return .unknown(Unknown(.notCaptured, needs: "a capture with the output of uname"))
    }
  }
}

extension ProbeContext {
  /// /proc/cpuinfo, with every processor.
  var allCPUInfo: Fact<String> {
    guard let root else { return .unknown(missing("/proc/cpuinfo")) }
    do {
      let text = try root.readText("/proc/cpuinfo", limit: 1 << 24)
      return .known(text, source: .file("/proc/cpuinfo"))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  /// The first processor's part of /proc/cpuinfo.
  var cpuInfo: Fact<String> {
    allCPUInfo.map { text in String(text[..<(text.range(ofFirst: "\n\n") ?? text.endIndex)]) }
  }
}

/// The words of the line `flags` of an x86 /proc/cpuinfo.
func cpuFlags(in text: String) -> Set<Substring>? {
  for line in text.split(separator: "\n") where line.hasPrefix("flags") {
    guard let colon = line.firstIndex(of: ":") else { continue }
    return Set(line[line.index(after: colon)...].split(separator: " "))
  }
  return nil
}
