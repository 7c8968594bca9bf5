import HostModel
import Testing
import XenTools

/// The output of `xen-cpuid -p`.
@Suite struct XenCPUIDTests {
  private static func text(_ leaves: String) -> String {
    """
    Xen reports there are maximum 113 leaves and 3 MSRs
    Raw policy: 32 leaves, 2 MSRs
     CPUID:
      leaf     subleaf  -> eax      ebx      ecx      edx
    \(leaves)
     MSRs:
      index    -> value
      000000ce -> 0000000080000000
    Host policy: 30 leaves, 2 MSRs
     CPUID:
      leaf     subleaf  -> eax      ebx      ecx      edx
      00000006:ffffffff -> 00000004:00000000:00000000:00000000
    """
  }

  private static let westmere = """
      00000000:ffffffff -> 0000000b:756e6547:6c65746e:49656e69
      00000001:ffffffff -> 000206c2:00200800:029ee3ff:bfebfbff
      80000007:ffffffff -> 00000000:00000000:00000000:00000100
    """

  @Test func `the raw policy says which processor it is`() throws {
    let cpuid = try #require(XenCPUID(parsing: Self.text(Self.westmere)))
    #expect(
      cpuid.identity
        == CPUIdentity(vendorID: "GenuineIntel", family: 6, model: 0x2c, stepping: 2))
    #expect(cpuid.hasInvariantTSC)
    #expect(!cpuid.isVirtual)
  }

  @Test func `a leaf that is left out is zero, and other policies do not count`() throws {
    #expect(!(try #require(XenCPUID(parsing: Self.text(Self.westmere))).hasARAT))
    let arat = Self.westmere + "\n  00000006:ffffffff -> 00000004:00000000:00000000:00000000"
    #expect(try #require(XenCPUID(parsing: Self.text(arat))).hasARAT)
  }

  @Test func `the hypervisor's bit tells of a nested Xen`() throws {
    let nested = Self.westmere.replacing("029ee3ff", with: "829ee3ff")
    #expect(try #require(XenCPUID(parsing: Self.text(nested))).isVirtual)
  }

  @Test(arguments: [
    "", "nr_features: 22", "Host policy: 3 leaves, 1 MSRs\n  00000001:ffffffff -> 1:2:3:4",
    "Raw policy: 1 leaves, 0 MSRs\n  00000000:ffffffff -> 0000000b:756e6547:6c65746e:49656e69",
  ])
  func `a text without the raw policy's first leaves is refused`(text: String) {
    #expect(XenCPUID(parsing: text) == nil)
  }

  @Test(arguments: [
    (UInt32(0x0002_06c2), 6, 0x2c, 2), (0x0001_06a5, 6, 0x1a, 5), (0x0080_0f82, 0x17, 8, 2),
    (0x00a2_0f10, 0x19, 0x21, 0), (0x0000_0f4a, 15, 4, 10), (0x0000_06fb, 6, 15, 11),
  ])
  func `family and model are put together as the manuals say`(
    signature: UInt32, family: Int, model: Int, stepping: Int
  ) {
    let cpu = CPUIdentity(vendorID: "GenuineIntel", signature: signature)
    #expect([cpu.family, cpu.model, cpu.stepping] == [family, model, stepping])
  }
}
