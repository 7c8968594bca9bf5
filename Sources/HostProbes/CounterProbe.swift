internal import HostModel
internal import SystemAccess

/// What the kernel counts: interrupts, errors of the bus, of interfaces and of disks, idle time.
struct CounterProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) {
    host.counters = counters(of: host, context)
  }

  /// The counters as they stand now.
  func counters(of host: Host, _ context: ProbeContext) -> CounterHost {
    var counters = CounterHost(allUnknown: context.missing("counters"))
    guard let root = context.root else { return counters }
    let functions = host.pci.value?.functions ?? []
    counters.interrupts = interrupts(root, functions)
    let folder = "/sys/bus/pci/devices"
    let errors = functions.flatMap { busErrors(of: $0, root, folder) }
    counters.busErrors =
      host.pci.unknown.map { .unknown($0) } ?? .known(errors, source: .file(folder))
    counters.network = network(root, functions)
    counters.disks = disks(root)
    counters.uptime = context.text("/proc/uptime").flatMap { text, source in
      guard let seconds = Int(text.prefix { $0.isNumber }) else {
        return .unknown(Unknown(.malformed, needs: "seconds in /proc/uptime"))
      }
      return .known(seconds, source: source)
    }
    switch host.role.value {
    case .bareMetal: counters.residency = residency(root)
    case .dom0:
      counters.residency = .unknown(Unknown(.hiddenByHypervisor, needs: "'xenpm'"))
    default: counters.residency = .unknown(Unknown(.hiddenByHypervisor, needs: "the host"))
    }
    return counters
  }

  // MARK: Interrupts

  func interrupts(_ root: SystemRoot, _ functions: [PCIFunction]) -> Fact<[InterruptLine]> {
    let path = "/proc/interrupts"
    do {
      var lines = InterruptTable(parsing: try root.readText(path, limit: 1 << 26)).lines
      var owners: [Int: [PCIAddress]] = [:]
      for function in functions {
        for number in numbers(of: function, root) {
          owners[number, default: []].append(function.address)
        }
      }
      for place in lines.indices { lines[place].functions = owners[lines[place].number] ?? [] }
      return .known(lines, source: .file(path))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  /// The messages of a function, else its line.
  private func numbers(of function: PCIFunction, _ root: SystemRoot) -> [Int] {
    let folder = "/sys/bus/pci/devices/\(function.address)"
    if function.software.msiInterrupts.value?.isEmpty == false,
      let names = try? root.list("\(folder)/msi_irqs")
    {
      return names.compactMap { Int($0) }
    }
    guard function.software.driver.value != nil,
      let number = (try? root.readTrimmed("\(folder)/irq")).flatMap({ Int($0) }), number > 0
    else { return [] }
    return [number]
  }

  // MARK: Errors

  /// The last line of `aer_dev_*` is the total: `TOTAL_ERR_COR 12` (Linux 5.0 and later).
  private func busErrors(of function: PCIFunction, _ root: SystemRoot, _ folder: String)
    -> [Counter]
  {
    guard function.registers.express.value != nil else { return [] }
    return ["correctable", "nonfatal", "fatal"].compactMap { kind in
      let path = "\(folder)/\(function.address)/aer_dev_\(kind)"
      guard let text = try? root.readTrimmed(path),
        let total = text.split(separator: "\n").last(where: { $0.hasPrefix("TOTAL_ERR") }),
        let value = total.split(separator: " ").last.flatMap({ Int($0) })
      else { return nil }
      return Counter(subject: function.address.description, name: kind, value: value)
    }
  }

  private static let statistics = [
    "rx_packets", "tx_packets", "rx_errors", "tx_errors", "rx_dropped", "tx_dropped",
    "tx_carrier_errors", "rx_missed_errors",
  ]

  private func network(_ root: SystemRoot, _ functions: [PCIFunction]) -> Fact<[Counter]> {
    let folder = "/sys/class/net"
    let names = functions.flatMap { $0.software.interfaces.value ?? [] }
    guard root.exists(folder) else {
      return .unknown(Unknown(root.tells(folder) ? .interfaceMissing : .notCaptured, needs: folder))
    }
    let shown = Set(names)
    let counters = ((try? root.list(folder)) ?? []).sorted().flatMap { file -> [Counter] in
      let name = withoutHardwareAddress(file)
      guard shown.contains(name) else { return [] }
      return Self.statistics.compactMap {
        counter($0, "\(folder)/\(file)/statistics/\($0)", name, root)
      } + timeouts(of: name, "\(folder)/\(file)/queues", root)
    }
    return .known(counters, source: .file(folder))
  }

  /// How often a queue did not send in time (`tx_timeout`, Linux 3.2 and later).
  private func timeouts(of name: String, _ folder: String, _ root: SystemRoot) -> [Counter] {
    guard let queues = try? root.list(folder) else { return [] }
    let values = queues.filter { $0.hasPrefix("tx-") }.compactMap { queue in
      counter("", "\(folder)/\(queue)/tx_timeout", name, root)?.value
    }
    return values.isEmpty
      ? [] : [Counter(subject: name, name: "tx_timeouts", value: values.reduce(0, +))]
  }

  private func disks(_ root: SystemRoot) -> Fact<[Counter]> {
    let folder = "/sys/class/scsi_device"
    let names: [String]
    do {
      names = try root.list(folder)
    } catch {
      return error.kind == .notFound && root.tells(folder)
        ? .absent : .unknown(Unknown(error, in: root))
    }
    let counters = names.flatMap { name in
      [("errors", "ioerr_cnt"), ("timeouts", "iotmo_cnt")].compactMap { label, file in
        counter(label, "\(folder)/\(name)/device/\(file)", name, root)
      }
    }
    return .known(counters, source: .file(folder))
  }

  private func counter(
    _ name: String, _ path: String, _ subject: String, _ root: SystemRoot
  ) -> Counter? {
    guard let text = try? root.readTrimmed(path) else { return nil }
    let value = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    return value.map { Counter(subject: subject, name: name, value: max(0, $0)) }
  }

  // MARK: Idle

  /// Over all CPUs, by the name of the state.
  private func residency(_ root: SystemRoot) -> Fact<[Counter]> {
    let folder = "/sys/devices/system/cpu"
    do {
      var order: [String] = []
      var times: [String: Int] = [:]
      for cpu in try root.list(folder)
      where cpu.hasPrefix("cpu") && Int(cpu.dropFirst(3)) != nil {
        for state in ((try? root.list("\(folder)/\(cpu)/cpuidle")) ?? []).sorted() {
          let path = "\(folder)/\(cpu)/cpuidle/\(state)"
          guard let name = try? root.readTrimmed("\(path)/name"),
            let time = (try? root.readTrimmed("\(path)/time")).flatMap({ Int($0) })
          else { continue }
          if times[name] == nil { order.append(name) }
          times[name, default: 0] += time
        }
      }
      let counters = order.map {
        Counter(subject: $0, name: "microseconds", value: times[$0] ?? 0)
      }
      return counters.isEmpty ? .absent : .known(counters, source: .file(folder))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }
}
