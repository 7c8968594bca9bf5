internal import HostModel
internal import SystemAccess

/// The parameters of the modules that matter: of the bound drivers, and of those that dom0's line
/// names.
struct ModuleProbe: Probe {
  func fill(_ host: inout Host, from context: ProbeContext) {
    guard let root = context.root else { return }
    do {
      _ = try root.list("/sys/module")
    } catch {
      host.linux.moduleParameters = .unknown(Unknown(error, in: root))
      return
    }
    host.linux.modules = modules(root)
    var modules = Set(["pcie_aspm"] + namedModules(host.lines.dom0.value))
    for function in host.pci.value?.functions ?? [] {
      if let driver = function.software.driver.value { modules.insert(driver) }
    }
    var parameters: [String: String] = [:]
    for module in modules.sorted() {
      // sysfs writes a module's name with underscores, whatever its driver is called.
      let folder = String(module.map { $0 == "-" ? "_" : $0 })
      let path = "/sys/module/\(folder)/parameters"
      for name in (try? root.list(path)) ?? [] {
        if let value = try? root.readTrimmed("\(path)/\(name)") {
          parameters["\(folder).\(name)"] = withoutIdentifyingValues(value)
        }
      }
    }
    host.linux.moduleParameters = .known(parameters, source: .file("/sys/module"))
  }

  /// The modules of the words `MODULE.PARAMETER=VALUE`.
  private func namedModules(_ line: CommandLine?) -> [String] {
    (line?.words ?? []).compactMap { word in
      guard let dot = word.prefix(while: { $0 != "=" }).firstIndex(of: ".") else { return nil }
      let name = word[..<dot]
      let isName = name.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      }
      return isName && !name.isEmpty ? String(name) : nil
    }
  }

  /// What is loaded, and of what is built in whatever shows itself in sysfs.
  private func modules(_ root: SystemRoot) -> Fact<[String]> {
    do {
      let loaded = try root.readText("/proc/modules").split(separator: "\n").compactMap { line in
        line.split(separator: " ").first.map(String.init)
      }
      let shown = try root.list("/sys/module")
      return .known(Set(loaded + shown).sorted(), source: .file("/proc/modules"))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }
}
