import HostModel
import Testing

@testable import PCIAccess

@Suite struct ConfigFileTests {
  /// A function with a PCI Express capability at 0x40 and an extended list 0x100 → 0x200 → end.
  private static let express: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 4096)
    bytes[0] = 0x86
    bytes[1] = 0x80
    bytes[6] = 0x10
    bytes[0x34] = 0x40
    bytes[0x40] = 0x10
    bytes[0x100] = 0x01
    bytes[0x102] = 0x01
    bytes[0x103] = 0x20
    bytes[0x200] = 0x1e
    bytes[0x202] = 0x01
    return bytes
  }()

  /// Reads as the kernel does: nothing of a piece that leads behind the end of what it shows.
  private func space(
    _ bytes: [UInt8], shown: Int? = nil, size: Int? = nil, end: Int = 4096, isLive: Bool = true,
    access: ConfigFile.Access = .readable
  ) -> (space: ConfigSpace, highest: Int) {
    let file = ConfigFile(
      access: access, size: size ?? bytes.count, end: end, isLive: isLive, isPrivileged: false)
    var highest = 0
    let space = file.space { offset, count in
      highest = max(highest, offset + count)
      guard offset + count <= min(shown ?? bytes.count, bytes.count) else { return nil }
      return Array(bytes[offset..<offset + count])
    }
    return (space, highest)
  }

  @Test func `extended space is read as far as its list leads and no further`() {
    let (space, highest) = space(Self.express)
    #expect(highest == 0x240)
    let list = space.extendedCapabilities
    #expect(list.capabilities.map(\.id) == [0x01, 0x1e])
    #expect(list.stopped == nil)
    #expect(list.first(0x0d).isAbsent)
  }

  @Test func `an ordinary user sees 64 bytes and the rest is unknown, needs root`() {
    let (space, _) = space(Self.express, shown: 64)
    #expect(space.bytes.count == 64)
    #expect(space.beyond == Unknown(.permission, needs: "root"))
    #expect(space.capabilities.first(Capability.msi).unknown?.cause == .permission)
  }

  @Test func `an ordinary user sees 128 bytes of a CardBus bridge`() {
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes[0x0e] = 2
    let (space, _) = space(bytes, shown: 128)
    #expect(space.bytes.count == 128)
    #expect(space.beyond.cause == .permission)
  }

  @Test func `a PCI Express function with 256 bytes lacks MMCONFIG`() {
    let (space, _) = space(Array(Self.express.prefix(256)))
    #expect(space.bytes.count == 256)
    #expect(space.beyond.cause == .interfaceMissing)
    #expect(space.beyond.needs.contains("MMCONFIG"))
  }

  @Test(arguments: [0xa0, 0x210])
  func `nothing at the read limit or behind it is touched`(end: Int) {
    let (space, highest) = space(Self.express, end: end)
    #expect(highest == end)
    #expect(space.bytes.count == end)
    #expect(space.beyond.cause == .interfaceMissing)
  }

  @Test func `a kernel that itself ends early is followed up to its end`() {
    let (space, _) = space(Self.express, shown: 0x208)
    #expect(space.bytes.count == 0x208)
  }

  @Test func `a capture of 64 bytes was not made as root`() {
    let (space, _) = space(Array(Self.express.prefix(64)), isLive: false)
    #expect(space.beyond == Unknown(.notCaptured, needs: "a capture made as root"))
  }

  @Test func `zeros with which tar fills a file are not taken for an empty list`() {
    let padded = Array(Self.express.prefix(64)) + [UInt8](repeating: 0, count: 192)
    let (space, _) = space(padded, isLive: false)
    #expect(space.bytes.count == 64)
    #expect(space.beyond.cause == .notCaptured)
    #expect(space.capabilities.first(Capability.msi).unknown?.cause == .notCaptured)
  }

  @Test func `a capture that ends within the list is truncated`() {
    let (space, _) = space(Array(Self.express.prefix(0x180)), isLive: false)
    #expect(space.bytes.count == 0x180)
    #expect(space.beyond.cause == .truncated)
    #expect(space.extendedCapabilities.stopped?.cause == .truncated)
  }

  @Test func `a list that loops ends`() {
    var bytes = Self.express
    bytes[0x202] = 0x01
    bytes[0x203] = 0x10
    let (space, highest) = space(bytes)
    #expect(highest == 0x240)
    #expect(space.extendedCapabilities.stopped?.cause == .malformed)
  }

  @Test func `a device that is off reads as ones and no walk follows them`() {
    let (space, highest) = space([UInt8](repeating: 0xff, count: 4096))
    #expect(space.readsAllOnes)
    #expect(highest <= 0x140)
  }

  @Test func `no file, no permission: each has its cause`() {
    #expect(space([], access: .missing).space.beyond.cause == .interfaceMissing)
    #expect(space([], isLive: false, access: .missing).space.beyond.cause == .notCaptured)
    #expect(space([], access: .refused).space.beyond.cause == .permission)
  }
}
