internal import HostModel
internal import SystemAccess
internal import UdevAccess

extension PCIFunctionSoftware {
  /// What sysfs says of the software at a function.
  init(of address: PCIAddress, at path: String, in root: SystemRoot, _ devices: DeviceNames) {
    let files = FunctionFiles(root: root, path: path)
    self.init(allUnknown: files.reason("software"))
    driver = files.driver
    interfaces = devices.names(.networkInterface, of: address, at: path)
    disks = devices.names(.disk, of: address, at: path)
    scsiHosts = devices.names(.scsiHost, of: address, at: path)
    ataPorts = devices.names(.ataPort, of: address, at: path)
    numaNode = files.text("numa_node").flatMap { text, source in
      guard let node = Int(text) else { return .unknown(files.malformed("numa_node")) }
      return node < 0 ? .absent : .known(node, source: source)
    }
    msiAllowed = files.msiAllowed
    msiInterrupts = files.msiInterrupts
    linkControls = files.linkControls
    driverOverride = files.text("driver_override").flatMap { text, source in
      text == "(null)" || text.isEmpty ? .absent : .known(text, source: source)
    }
    physicalFunction = files.link("physfn").value.flatMap { PCIAddress($0) }
  }
}

/// The files of one function.
private struct FunctionFiles {
  let root: SystemRoot
  let path: String
  private let names: Set<String>
  /// Whether a file, or a link, that is not here was not there: a capture may hold a choice of
  /// them.
  private let hasAllFiles: Bool
  private let hasAllLinks: Bool

  init(root: SystemRoot, path: String) {
    self.root = root
    self.path = path
    let list = try? root.list(path)
    names = Set(list ?? [])
    let isTold = root.isLive && list != nil
    hasAllFiles = isTold || names.isSuperset(of: ["irq", "resource", "uevent"])
    hasAllLinks = isTold || names.contains("subsystem")
  }

  func reason(_ thing: String) -> Unknown {
    root.tells("\(path)/\(thing)")
      ? Unknown(.interfaceMissing, needs: "\(path)/\(thing) from the kernel")
      : Unknown(.notCaptured, needs: "a capture with \(path)/\(thing)")
  }

  private func isTold(_ name: String, _ hasAll: Bool) -> Bool {
    hasAll || !root.isLive && root.tells("\(path)/\(name)")
  }

  func malformed(_ name: String) -> Unknown {
    Unknown(.malformed, needs: "a number in \(path)/\(name)")
  }

  func text(_ name: String) -> Fact<String> {
    guard names.contains(name) else {
      return isTold(name, hasAllFiles) ? .absent : .unknown(reason(name))
    }
    do {
      return .known(try root.readTrimmed("\(path)/\(name)"), source: .file("\(path)/\(name)"))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  func link(_ name: String) -> Fact<String> {
    guard names.contains(name) else {
      return isTold(name, hasAllLinks) ? .absent : .unknown(reason(name))
    }
    do {
      return .known(try root.linkTarget("\(path)/\(name)"), source: .file("\(path)/\(name)"))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  /// From the link `driver`, or from `uevent` where a capture has no links.
  var driver: Fact<String> {
    let linked = link("driver")
    guard linked.unknown != nil else { return linked }
    return text("uevent").flatMap { text, source in
      let key = "DRIVER="
      let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
      return line.map { .known(String($0.dropFirst(key.count)), source: source) } ?? .absent
    }
  }

  /// Before Linux 3.18 the file was empty, or not there, where no bridge is.
  var msiAllowed: Fact<Bool> {
    switch text("msi_bus") {
    case .known(let text, let source) where !text.isEmpty: .known(text != "0", source: source)
    case .unknown(let reason): .unknown(reason)
    default: .unknown(reason("msi_bus"))
    }
  }

  /// One word for each vector; a function uses one kind for all of them.
  var msiInterrupts: Fact<[String]> {
    list("msi_irqs") { vectors, folder in
      guard let first = vectors.first else { return [] }
      return [String](
        repeating: try root.readTrimmed("\(folder)/\(first)"), count: vectors.count)
    }
  }

  /// Absent where the folder is empty, too: the kernel leaves the link alone.
  var linkControls: Fact<[String: Bool]> {
    let controls = list("link") { states, folder in
      var controls: [String: Bool] = [:]
      for state in states {
        controls[state] = try root.readTrimmed("\(folder)/\(state)") != "0"
      }
      return controls
    }
    return controls.value?.isEmpty == true ? .absent : controls
  }

  private func list<Value>(
    _ name: String, _ read: ([String], _ folder: String) throws -> Value
  ) -> Fact<Value> {
    guard names.contains(name) else {
      return isTold(name, hasAllFiles) ? .absent : .unknown(reason(name))
    }
    let folder = "\(path)/\(name)"
    do {
      return .known(try read(try root.list(folder), folder), source: .file(folder))
    } catch let problem as FileProblem {
      return .unknown(Unknown(problem, in: root))
    } catch {
      return .unknown(reason(name))
    }
  }
}
