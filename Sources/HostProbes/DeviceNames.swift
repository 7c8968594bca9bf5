internal import HostModel
internal import SystemAccess
internal import UdevAccess

/// The interfaces, disks, SCSI hosts and ports of ATA of the machine, by the function that they hang below.
struct DeviceNames {
  private let root: SystemRoot
  /// By kind; nil where nobody keeps a list of all devices of a kind.
  private var found: [Udev.Kind: [PCIAddress: [String]]] = [:]
  private var sources: [Udev.Kind: Source] = [:]

  /// Looks once for all functions: through udev live, in sys/class in a captured tree.
  init(_ root: SystemRoot) {
    self.root = root
    let udev = root.isLive ? Udev() : nil
    for kind in Udev.Kind.allCases {
      // A closed set of borrowed calls: a noncopyable optional has no chaining.
      let devices: [(name: String, function: PCIAddress)]?
      switch udev {
      case .some(let udev): devices = udev.devices(kind)
      case .none: devices = nil
      }
      if let devices {
        sources[kind] = .tool("udev")
        found[kind] = Self.sorted(devices)
      } else if let devices = Self.devices(kind, in: root) {
        sources[kind] = .file("/sys/class/\(kind.folder)")
        found[kind] = Self.sorted(devices)
      }
    }
  }

  /// The names of a kind below a function; an empty list where there are none.
  func names(_ kind: Udev.Kind, of address: PCIAddress, at path: String) -> Fact<[String]> {
    if let all = found[kind], let source = sources[kind] {
      return .known(all[address] ?? [], source: source)
    }
    let below = Self.search(kind, below: path, in: root, depth: 8)
    if !below.isEmpty {
      let names = Set(below.map { withoutHardwareAddress(Self.diskName($0, kind)) }).sorted()
      return .known(names, source: .file(path))
    }
    return .unknown(
      root.tells("/sys/class/\(kind.folder)")
        ? Unknown(.interfaceMissing, needs: "/sys/class from the kernel")
        : Unknown(.notCaptured, needs: "a capture with /sys/class/\(kind.folder)"))
  }

  private static func sorted(
    _ devices: [(name: String, function: PCIAddress)]
  ) -> [PCIAddress: [String]] {
    var names: [PCIAddress: Set<String>] = [:]
    for device in devices {
      names[device.function, default: []].insert(withoutHardwareAddress(device.name))
    }
    return names.mapValues { $0.sorted() }
  }

  // MARK: sysfs

  /// All devices of a class, by where their links lead; nil where the class is not in a captured
  /// tree.
  private static func devices(
    _ kind: Udev.Kind, in root: SystemRoot
  ) -> [(name: String, function: PCIAddress)]? {
    let folder = "/sys/class/\(kind.folder)"
    guard let names = try? root.list(folder) else {
      // A running kernel without the class has no device of it.
      return root.tells(folder) && root.exists("/sys/class") ? [] : nil
    }
    return names.compactMap { name in
      let path = "\(folder)/\(name)"
      if kind == .disk, root.exists("\(path)/partition") { return nil }
      let link = try? root.link(path)
      // Old kernels have folders there, with a link to the device.
      guard let target = link ?? (try? root.link("\(path)/device")),
        let function = target.split(separator: "/").reversed().lazy
          .compactMap({ PCIAddress($0) }).first
      else { return nil }
      return (diskName(name, kind), function)
    }
  }

  /// The names in the folders of a class below a function of a captured tree, other functions left
  /// out.
  private static func search(
    _ kind: Udev.Kind, below path: String, in root: SystemRoot, depth: Int
  ) -> [String] {
    guard depth > 0, let names = try? root.list(path) else { return [] }
    var found: [String] = []
    for name in names {
      let child = "\(path)/\(name)"
      let isWanted = name == kind.folder
      // Links lead out of the device's own folders, and round in circles.
      guard isWanted || mayHold(name), PCIAddress(name) == nil, (try? root.link(child)) == nil
      else { continue }
      if isWanted {
        found += (try? root.list(child)) ?? []
      } else {
        found += search(kind, below: child, in: root, depth: depth - 1)
      }
    }
    return found
  }

  /// Whether a folder is that of a bus or a device, not of attributes.
  private static func mayHold(_ name: String) -> Bool {
    let attributes: Set = ["power", "msi_irqs", "link", "driver", "subsystem", "queues"]
    return !attributes.contains(name)
      && (name.contains(":") || name.contains { $0.isNumber }
        || ["nvme", "scsi_host", "ata_port", "net", "block"].contains(name))
  }

  /// The disk that a hidden path of NVMe multipath (`nvme0c1n2`) belongs to: `nvme0n2`.
  static func diskName(_ name: String, _ kind: Udev.Kind) -> String {
    guard kind == .disk, name.hasPrefix("nvme"), let path = name.dropFirst(4).firstIndex(of: "c"),
      let namespace = name[path...].firstIndex(of: "n")
    else { return name }
    return String(name[..<path] + name[namespace...])
  }
}

extension Udev.Kind {
  /// The class in sysfs.
  fileprivate var folder: String {
    switch self {
    case .networkInterface: "net"
    case .disk: "block"
    case .scsiHost: "scsi_host"
    case .ataPort: "ata_port"
    }
  }
}
