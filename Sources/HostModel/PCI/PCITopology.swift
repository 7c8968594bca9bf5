/// The functions of one machine, the tree that its bridges form, and its links.
public struct PCITopology: Sendable {
  /// Sorted by address.
  public let functions: [PCIFunction]
  /// The index of the bridge above each function; nil on a root bus or where the bridge is not
  /// known.
  public let parents: [Int?]
  /// The indices of the functions on the bus below each bridge.
  public let children: [Int: [Int]]
  /// One for each device at the lower end of a PCI Express link, in the order of addresses.
  public let links: [PCILink]
  /// Whether the list holds every function of the machine.
  ///
  /// A dump that lacks host bridges or the functions behind a bridge can't show that a device is
  /// absent.
  public let isComplete: Bool

  private let linkOfFunction: [Int: Int]

  public init(_ unsorted: [PCIFunction], isComplete: Bool) {
    let functions = unsorted.sorted { $0.address < $1.address }
    self.functions = functions
    self.isComplete = isComplete

    var bridges: [UInt64: Int] = [:]
    for (index, function) in functions.enumerated() {
      guard let buses = function.bridge, buses.secondary > function.address.bus else { continue }
      bridges[Self.busKey(function.address.domain, buses.secondary)] = index
    }
    var parents = [Int?](repeating: nil, count: functions.count)
    var children: [Int: [Int]] = [:]
    for (index, function) in functions.enumerated() {
      let key = Self.busKey(function.address.domain, function.address.bus)
      guard let parent = bridges[key], parent != index else { continue }
      parents[index] = parent
      children[parent, default: []].append(index)
    }
    self.parents = parents
    self.children = children

    (links, linkOfFunction) = Self.links(functions: functions, parents: parents)
  }

  private static func busKey(_ domain: UInt32, _ bus: UInt8) -> UInt64 {
    UInt64(domain) << 8 | UInt64(bus)
  }

  /// The index of the function at an address, by binary search.
  public func index(of address: PCIAddress) -> Int? {
    var low = 0
    var high = functions.count
    while low < high {
      let middle = (low + high) / 2
      if functions[middle].address < address { low = middle + 1 } else { high = middle }
    }
    return low < functions.count && functions[low].address == address ? low : nil
  }

  /// The link whose lower end a function belongs to.
  public func link(ofFunction index: Int) -> PCILink? { linkOfFunction[index].map { links[$0] } }

  /// The functions of one device, by the index of any of them.
  public func device(of index: Int) -> Range<Int> {
    Self.device(of: index, in: functions)
  }

  private static func device(of index: Int, in functions: [PCIFunction]) -> Range<Int> {
    let address = functions[index].address
    var first = index
    while first > 0, functions[first - 1].address.isSameDevice(as: address) { first -= 1 }
    var end = index + 1
    while end < functions.count, functions[end].address.isSameDevice(as: address) { end += 1 }
    return first..<end
  }

  /// Whether a function is below a bridge, however deep.
  public func isBelow(_ index: Int, bridge: Int) -> Bool {
    ancestors(of: index).contains(bridge)
  }

  /// The bridges above a function, the nearest first.
  public func ancestors(of index: Int) -> [Int] {
    var found: [Int] = []
    var current = index
    while let parent = parents[current], !found.contains(parent) {
      found.append(parent)
      current = parent
    }
    return found
  }

  /// The functions below a bridge, however deep.
  public func descendants(of index: Int) -> [Int] {
    var found: [Int] = []
    var open = children[index] ?? []
    var seen: Set<Int> = [index]
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      found.append(next)
      open += children[next] ?? []
    }
    return found.sorted()
  }

  // MARK: Links

  private static func links(
    functions: [PCIFunction], parents: [Int?]
  ) -> ([PCILink], [Int: Int]) {
    let virtual = virtualFunctions(functions)
    var links: [PCILink] = []
    var linkOfFunction: [Int: Int] = [:]
    var index = 0
    while index < functions.count {
      let device = Self.device(of: index, in: functions)
      index = device.upperBound
      let ends = device.filter { candidate in
        let function = functions[candidate]
        guard let express = function.registers.express.value, express.link != nil else {
          return false
        }
        return express.portType?.isDownstreamEndOfLink ?? false
          && function.software.physicalFunction == nil
          && !virtual.contains(function.address)
      }
      guard !ends.isEmpty else { continue }
      let unreadable = device.contains { candidate in
        functions[candidate].registers.express.unknown != nil
      }
      let parent = parents[device.lowerBound]
      let link = PCILink(
        downstream: ends.map { functions[$0] }, deviceIsReadable: !unreadable,
        upstream: parent.map { functions[$0] }, upstreamIndex: parent, downstreamIndices: ends)
      for function in device { linkOfFunction[function] = links.count }
      links.append(link)
    }
    return (links, linkOfFunction)
  }

  /// Virtual functions, by the routing ids that the SR-IOV capabilities give (PCIe 9.2.1.2).
  private static func virtualFunctions(_ functions: [PCIFunction]) -> Set<PCIAddress> {
    var found: Set<PCIAddress> = []
    for function in functions {
      guard let sriov = function.registers.singleRootIOVirtualization.value, sriov.isEnabled,
        sriov.numVFs > 0
      else { continue }
      let address = function.address
      for number in 0..<min(Int(sriov.numVFs), 4096) {
        let id =
          Int(address.sortKey & 0xffff) + Int(sriov.firstOffset) + number * Int(sriov.stride)
        guard id <= 0xffff else { break }
        found.insert(
          PCIAddress(
            domain: address.domain, bus: UInt8(id >> 8), device: UInt8(id >> 3 & 0x1f),
            function: UInt8(id & 7)))
      }
    }
    return found
  }
}
