internal import HostModel
internal import SystemAccess

/// Clocks and timers that the kernel shows; on Xen they are dom0's own affair, except where Xen's
/// log has told.
struct TimeProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) {
    let folder = "/sys/devices/system/clocksource/clocksource0"
    host.time.clocksource = context.text("\(folder)/current_clocksource")
    host.time.clocksources = context.text("\(folder)/available_clocksource").map {
      $0.split(separator: " ").map(String.init)
    }
    guard host.role.value == .bareMetal else {
      hideInterrupts(&host)
      return
    }
    host.time.platformTimer = .unknown(Unknown(.otherSoftware, needs: "a boot of Xen"))
    fillFromInterrupts(&host, context)
    host.time.hpetBroadcast = broadcast(host, context)
  }

  /// Under a hypervisor Linux does not use the HPET.
  func hideInterrupts(_ host: inout Host) {
    let cause: Unknown.Cause = host.role.value == nil ? .notCaptured : .hiddenByHypervisor
    host.time.hpetInterrupts = .unknown(Unknown(cause, needs: "a boot without Xen"))
  }

  /// Lines such as `120: 0 0 HPET-MSI 2-edge hpet2`; with remapping the chip is `IR-HPET-MSI` or
  /// `DMAR_MSI`.
  private func fillFromInterrupts(_ host: inout Host, _ context: ProbeContext) {
    guard let root = context.root else { return }
    let path = "/proc/interrupts"
    do {
      let text = try root.readText(path, limit: 1 << 24)
      let lines = text.split(separator: "\n").count { line in
        line.contains("HPET-MSI") || line.contains("HPET_MSI")
      }
      host.time.hpetInterrupts = .known(lines, source: .file(path))
      // Linux takes messages only where the CPUs' own timers stop; none proves nothing.
      if lines > 0 { host.time.hpetHasFSB = .known(true, source: .file(path)) }
    } catch {
      host.time.hpetInterrupts = .unknown(Unknown(error, in: root))
    }
    if host.time.hpetHasFSB.value == nil {
      host.time.hpetHasFSB = .unknown(
        Unknown(.interfaceMissing, needs: "'xl dmesg' of a boot with loglvl=all"))
    }
  }

  /// What /proc/timer_list names under `Broadcast device`; root alone may read it.
  private func broadcast(_ host: Host, _ context: ProbeContext) -> Fact<HPETBroadcast> {
    if let lines = host.time.hpetInterrupts.value, lines > 0,
      let source = host.time.hpetInterrupts.source
    {
      return .known(.msi, source: source)
    }
    guard let root = context.root else { return .unknown(context.missing("/proc/timer_list")) }
    do {
      let text = try root.readText("/proc/timer_list", limit: 1 << 24)
      let lines = text.split(separator: "\n")
      guard let start = lines.firstIndex(where: { $0.contains("Broadcast device") }),
        let device = lines[start...].prefix(3).first(where: { $0.contains("Clock Event Device:") })
      else {
        return .unknown(
          Unknown(.malformed, needs: "a /proc/timer_list with its broadcast device"))
      }
      return .known(
        device.contains("hpet") ? .legacy : HPETBroadcast.none, source: .file("/proc/timer_list"))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }
}
