internal import HostModel
internal import PCIAccess
internal import SystemAccess

/// The PCI functions: from the live machine, a captured sysfs, or a dump.
struct PCIProbe: Probe {
  private static let sysfs = "/sys/bus/pci"
  private static let attributes = [
    "vendor", "device", "class", "revision", "subsystem_vendor", "subsystem_device", "config",
  ]

  func fill(_ host: inout Host, from context: ProbeContext) throws(ProbeError) {
    var functions: [PCIFunction]
    let isComplete: Bool
    let source: Source
    if let dump = context.options.pciDump {
      (functions, isComplete) = try read(dump, context)
      source = .option("--pci-dump")
    } else if let root = context.root {
      do {
        (functions, isComplete) = try read(root, limits: context.options.readLimits)
        source = .file("\(Self.sysfs)/devices")
      } catch {
        host.pci = .unknown(error)
        return
      }
    } else {
      return
    }
    let names = try PCINameSource(file: context.options.pciIDs)
      .names(of: functions.map { ($0.identity.vendor, $0.identity.device) })
    for index in functions.indices {
      functions[index].name = names[PCINames.key(functions[index].identity)]
    }
    host.pci = .known(PCITopology(functions, isComplete: isComplete), source: source)
  }

  private func read(
    _ dump: ProbeInput, _ context: ProbeContext
  ) throws(ProbeError) -> ([PCIFunction], isComplete: Bool) {
    let result = try context.withBytes(of: dump) { bytes throws(PCIDumpError) in
      let dump = try PCIDump(parsing: bytes)
      return (dump.functions, dump.isComplete)
    }
    switch result {
    case .success(let (functions, isComplete)): return (functions, isComplete)
    case .failure(let error):
      let path = if case .file(let path) = dump { path } else { "--pci-dump" }
      throw ProbeError(.badInput, path: path, line: error.line, message: error.message)
    }
  }

  /// Reads every function that sysfs lists; one that vanished meanwhile is left out.
  private func read(
    _ root: SystemRoot, limits: [PCIReadLimit]
  ) throws(Unknown) -> ([PCIFunction], isComplete: Bool) {
    let folder = "\(Self.sysfs)/devices"
    let names: [String]
    var reader: PCIReader
    do {
      names = try root.list(folder)
      let captured = root.isLive ? nil : try root.hostPath(Self.sysfs)
      reader = try PCIReader(captured: captured, isTold: root.tells(folder), limits: limits)
    } catch let problem as FileProblem {
      throw Unknown(problem, in: root)
    } catch {
      throw Unknown(.interfaceMissing, needs: "libpci to open \(folder): \(error)")
    }
    guard root.tells(folder) || !names.isEmpty else {
      throw Unknown(.notCaptured, needs: "a capture with the functions in \(folder)")
    }

    let devices = DeviceNames(root)
    var functions: [PCIFunction] = []
    var isComplete = true
    for name in names {
      let path = "\(folder)/\(name)"
      guard let address = PCIAddress(name), isConfined(path, root) else {
        isComplete = false
        continue
      }
      let software = PCIFunctionSoftware(of: address, at: path, in: root, devices)
      do {
        functions.append(try reader.function(at: address, software: software))
      } catch {
        // Unplugged since the folder was listed, or there and not readable.
        if root.exists(path) { isComplete = false }
      }
    }
    return (functions, isComplete && (root.tells(folder) || Self.looksWhole(functions)))
  }

  /// Whether a capture looks like that of a whole machine, by the measure that dumps have to meet.
  private static func looksWhole(_ functions: [PCIFunction]) -> Bool {
    functions.contains { $0.address.sortKey & 0xffff == 0 && $0.identity.classCode >> 8 == 0x0600 }
      && functions.contains { $0.address.bus == 0 && $0.identity.classCode >> 8 == 0x0601 }
  }

  /// Whether libpci, which knows no root, reads nothing outside a captured tree.
  private func isConfined(_ path: String, _ root: SystemRoot) -> Bool {
    if root.isLive { return true }
    return root.isConfined(path)
      && Self.attributes.allSatisfy { (try? root.link("\(path)/\($0)")) == nil }
  }
}
