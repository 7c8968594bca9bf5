internal import HostModel

/// How the configuration space of one function is read: no further than its capabilities lead.
///
/// Under a hypervisor every double word costs an exit: the header comes first, the capability area
/// second, and of extended space only what holds its list.
struct ConfigFile {
  enum Access {
    case readable
    case missing
    case refused
  }

  private static let header = 64
  private static let cardBusHeader = 128
  private static let conventional = 256
  private static let extended = 4096
  /// No structure that is decoded is longer (SR-IOV, PCIe 9.3.3).
  private static let longestCapability = 0x40

  var access: Access
  /// What the file states, 0 for nothing: live what the kernel offers, captured what was saved.
  var size: Int
  /// Reading at this offset or behind it locks the device up.
  var end: Int
  /// Whether the kernel gave it so, now or when it was captured.
  var isLive: Bool
  var isPrivileged: Bool

  /// Reads by pieces; `read` gives all of the bytes it is asked for, or nil.
  func space(read: (_ offset: Int, _ count: Int) -> [UInt8]?) -> ConfigSpace {
    guard access == .readable else { return ConfigSpace(bytes: [], beyond: unreadable) }
    var bytes: [UInt8] = []
    let known = size > 0 ? min(size, Self.extended) : Self.extended
    let available = min(known, end)

    func extend(to target: Int) {
      let target = min(target, available)
      guard bytes.count < target else { return }
      if let piece = read(bytes.count, target - bytes.count) {
        bytes += piece
        return
      }
      while bytes.count + 4 <= target, let piece = read(bytes.count, 4) { bytes += piece }
    }

    extend(to: Self.header)
    var readable = ConfigSpace(bytes: bytes, beyond: unreadable)
    if readable.headerType == 2 { extend(to: Self.cardBusHeader) }
    extend(to: Self.conventional)
    if !isLive { removePadding(&bytes) }

    readable = ConfigSpace(bytes: bytes, beyond: unreadable)
    let isExpress = !readable.capabilities.first(Capability.express).isAbsent
    guard bytes.count == Self.conventional, isExpress, known > Self.conventional else {
      return ConfigSpace(
        bytes: bytes,
        beyond: cause(of: bytes.count, available: available, isExpress: isExpress))
    }

    // The list of extended capabilities (PCIe 7.6.3), as far as it leads.
    var seen: Set<Int> = []
    var offset = Self.conventional
    while offset >= Self.conventional, seen.insert(offset).inserted {
      extend(to: offset + Self.longestCapability)
      let space = ConfigSpace(bytes: bytes, beyond: unreadable)
      let isWhole = bytes.count >= min(offset + Self.longestCapability, Self.extended)
      guard isWhole, let header = space.doubleWord(at: offset) else {
        return ConfigSpace(
          bytes: bytes,
          beyond: cause(of: bytes.count, available: available, isExpress: true))
      }
      guard header != 0xffff_ffff else { break }
      offset = Int(header >> 20) & 0xffc
    }
    let rest = Unknown(
      .truncated, needs: "the rest of extended space, where no capability stands")
    return ConfigSpace(bytes: bytes, beyond: rest)
  }

  /// Takes away the zeros with which tar fills what an ordinary user could not read.
  private func removePadding(_ bytes: inout [UInt8]) {
    let space = ConfigSpace(bytes: bytes, beyond: unreadable)
    let isCardBus = space.headerType == 2
    let readable = isCardBus ? Self.cardBusHeader : Self.header
    guard bytes.count > readable, let status = space.word(at: 0x06), status & 0x10 != 0,
      let first = space.byte(at: isCardBus ? 0x14 : 0x34), first >= 0x40,
      bytes[readable...].allSatisfy({ $0 == 0 })
    else { return }
    bytes.removeSubrange(readable...)
  }

  private var unreadable: Unknown {
    switch (access, isLive) {
    case (.refused, true): Unknown(.permission, needs: "root")
    case (.refused, false): Unknown(.permission, needs: "permission to read the capture")
    case (_, true):
      Unknown(.interfaceMissing, needs: "configuration space from the kernel (sysfs)")
    case (_, false): Unknown(.notCaptured, needs: "a capture with configuration space")
    }
  }

  /// Why reading ended after `count` bytes.
  private func cause(of count: Int, available: Int, isExpress: Bool) -> Unknown {
    if count >= end {
      return Unknown(
        .interfaceMissing, needs: "a device that does not lock up when it is read there")
    }
    if count >= Self.conventional, !isExpress {
      return Unknown(.interfaceMissing, needs: "a PCI Express function; this one ends at 256 bytes")
    }
    return isLive ? liveCause(of: count, available: available) : capturedCause(of: count)
  }

  private func liveCause(of count: Int, available: Int) -> Unknown {
    if count == Self.header || count == Self.cardBusHeader, available > count {
      return Unknown(.permission, needs: isPrivileged ? "CAP_SYS_ADMIN" : "root")
    }
    if count == Self.conventional {
      return Unknown(.interfaceMissing, needs: "extended configuration space (MMCONFIG)")
    }
    return Unknown(.interfaceMissing, needs: "a device that answers at every offset")
  }

  private func capturedCause(of count: Int) -> Unknown {
    switch count {
    case 0: Unknown(.notCaptured, needs: "a capture with configuration space")
    case Self.header, Self.cardBusHeader:
      Unknown(.notCaptured, needs: "a capture made as root")
    case Self.conventional:
      Unknown(.notCaptured, needs: "a capture with extended configuration space, made as root")
    default: Unknown(.truncated, needs: "the whole of the captured configuration space")
    }
  }
}
