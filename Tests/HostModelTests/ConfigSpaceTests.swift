import HostModel
import Testing

@Suite struct ConfigSpaceTests {
  private let beyond = Unknown(.permission, needs: "root")

  /// 256 bytes with a capability list of `(offset, id, next)`.
  private func space(_ list: [(Int, UInt8, UInt8)], start: UInt8 = 0x40, count: Int = 256)
    -> ConfigSpace
  {
    var bytes = [UInt8](repeating: 0, count: 256)
    bytes[0] = 0x86
    bytes[6] = 0x10
    bytes[0x34] = start
    for (offset, id, next) in list {
      bytes[offset] = id
      bytes[offset + 1] = next
    }
    return ConfigSpace(bytes: Array(bytes.prefix(count)), beyond: beyond)
  }

  @Test func `a list is followed to its end`() {
    let list = space([(0x40, 1, 0x50), (0x50, 5, 0)]).capabilities
    #expect(list.capabilities.map(\.id) == [1, 5])
    #expect(list.stopped == nil)
    #expect(list.first(Capability.msix).isAbsent)
  }

  @Test func `a looping list ends, and what it may have hidden is unknown`() {
    let list = space([(0x40, 1, 0x50), (0x50, 5, 0x40)]).capabilities
    #expect(list.capabilities.map(\.id) == [1, 5])
    #expect(list.stopped?.cause == .malformed)
    #expect(list.first(Capability.msi).value != nil)
    #expect(list.first(Capability.msix).unknown?.cause == .malformed)
  }

  @Test func `a list that is cut leaves the rest unknown`() {
    let list = space([(0x40, 1, 0x80)], count: 128).capabilities
    #expect(list.capabilities.map(\.id) == [1])
    #expect(list.first(Capability.msi).unknown?.cause == .permission)
  }

  @Test(arguments: [UInt8(0x10), 0x3c]) func `a pointer into the header is malformed`(start: UInt8)
  {
    #expect(space([], start: start).capabilities.stopped?.cause == .malformed)
  }

  @Test func `without the status bit there are no capabilities`() {
    var space = space([(0x40, 5, 0)])
    space.bytes[6] = 0
    let registers = PCIRegisters(decoding: space)
    #expect(registers.msi.isAbsent)
    #expect(registers.express.isAbsent)
    #expect(registers.advancedErrorReporting.isAbsent)
  }

  @Test func `a device that reads as ones says nothing of its capabilities`() {
    let space = ConfigSpace(bytes: [UInt8](repeating: 0xff, count: 256), beyond: beyond)
    let registers = PCIRegisters(decoding: space)
    #expect(registers.msi.unknown?.cause == .interfaceMissing)
    #expect(registers.msix.unknown?.cause == .interfaceMissing)
    #expect(registers.express.unknown?.cause == .interfaceMissing)
  }

  @Test func `a capability that the end cuts through is unknown, never zero`() {
    var bytes = space([(0xfc, 5, 0)], start: 0xfc).bytes
    bytes.removeLast(2)
    let registers = PCIRegisters(decoding: ConfigSpace(bytes: bytes, beyond: beyond))
    #expect(registers.msi.unknown?.cause == .permission)
  }

  @Test func `MSI and MSI-X control words are decoded`() {
    var space = space([(0x40, 5, 0x50), (0x50, 0x11, 0)])
    space.bytes.replaceSubrange(0x42...0x43, with: [0xa7, 0x01])
    space.bytes.replaceSubrange(0x52...0x53, with: [0x04, 0xc0])
    let registers = PCIRegisters(decoding: space)
    let msi = registers.msi.value
    #expect(msi?.isEnabled == true && msi?.maximum == 8 && msi?.count == 4)
    #expect(msi?.is64Bit == true && msi?.isMaskable == true)
    let msix = registers.msix.value
    #expect(msix?.isEnabled == true && msix?.isMasked == true && msix?.tableSize == 5)
  }

  @Test func `extended space behind 256 bytes is unknown for an express function only`() {
    let express = PCIRegisters(decoding: space([(0x40, 0x10, 0)]))
    #expect(express.l1Substates.unknown?.cause == .permission)
    #expect(PCIRegisters(decoding: space([(0x40, 5, 0)])).l1Substates.isAbsent)
  }

  @Test func `a looping extended list ends`() {
    var bytes = space([(0x40, 0x10, 0)]).bytes + [UInt8](repeating: 0, count: 4096 - 256)
    bytes.replaceSubrange(0x100..<0x104, with: [0x01, 0x00, 0x01, 0x20])
    bytes.replaceSubrange(0x200..<0x204, with: [0x0d, 0x00, 0x01, 0x10])
    let registers = PCIRegisters(decoding: ConfigSpace(bytes: bytes, beyond: beyond))
    #expect(registers.advancedErrorReporting.value?.offset == 0x100)
    #expect(registers.accessControlServices.value?.offset == 0x200)
    #expect(registers.l1Substates.unknown?.cause == .malformed)
  }

  @Test func `the MSI mapping is found among other HyperTransport capabilities`() {
    var space = space([(0x40, 8, 0x60), (0x60, 8, 0)])
    space.bytes[0x43] = 0x20
    space.bytes.replaceSubrange(0x62...0x63, with: [0x01, 0xa8])
    let mapping = PCIRegisters(decoding: space).hyperTransportMSIMapping.value
    #expect(mapping == HyperTransportMSIMapping(offset: 0x60, isEnabled: true))
  }
}
