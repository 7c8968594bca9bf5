public import HostModel

/// What `xen-cpuid -p` prints of the raw policy: CPUID as the hardware gives it to Xen.
///
/// Dom0 cannot see it by itself: Xen hides leaf 6 and part of others. Source: tools/misc/xen-cpuid.c,
/// print_policy (Xen 4.12 and later); it leaves out leaves that are zero.
public struct XenCPUID: Sendable {
  private var leaves: [UInt64: [UInt32]] = [:]

  /// Reads the part `Raw policy`; nil when the text has none.
  public init?(parsing text: String) {
    var isRaw = false
    for line in text.split(whereSeparator: \.isNewline) {
      if line.contains(" policy: ") {
        isRaw = line.hasPrefix("Raw policy: ")
        continue
      }
      guard isRaw else { continue }
      let numbers = line.split { $0 == " " || $0 == ":" || $0 == "-" || $0 == ">" }
        .compactMap { UInt32($0, radix: 16) }
      guard numbers.count == 6 else { continue }
      leaves[Self.key(numbers[0], numbers[1])] = Array(numbers[2...])
    }
    // Without leaves 0 and 1 the rest says nothing.
    if vendorID == nil || leaf(1) == nil { return nil }
  }

  private static func key(_ leaf: UInt32, _ subleaf: UInt32) -> UInt64 {
    UInt64(leaf) << 32 | UInt64(subleaf)
  }

  private enum Register: Int { case eax, ebx, ecx, edx }

  private func leaf(_ number: UInt32) -> [UInt32]? {
    leaves[Self.key(number, .max)] ?? leaves[Self.key(number, 0)]
  }

  private func bit(_ bit: Int, of register: Register, in number: UInt32) -> Bool {
    guard let leaf = leaf(number) else { return false }
    return leaf[register.rawValue] & 1 << UInt32(bit) != 0
  }

  public var vendorID: String? {
    guard let leaf = leaf(0) else { return nil }
    let bytes = [leaf[1], leaf[3], leaf[2]].flatMap { word in
      stride(from: UInt32(0), to: 32, by: 8).map { UInt8(word >> $0 & 0xff) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public var identity: CPUIdentity? {
    guard let vendorID, let leaf = leaf(1) else { return nil }
    return CPUIdentity(vendorID: vendorID, signature: leaf[0])
  }

  /// Leaf 1 ECX bit 31: a hypervisor lies below the one that read it.
  public var isVirtual: Bool { bit(31, of: .ecx, in: 1) }
  /// Leaf 6 EAX bit 2.
  public var hasARAT: Bool { bit(2, of: .eax, in: 6) }
  /// Leaf 0x80000007 EDX bit 8.
  public var hasInvariantTSC: Bool { bit(8, of: .edx, in: 0x8000_0007) }
}
