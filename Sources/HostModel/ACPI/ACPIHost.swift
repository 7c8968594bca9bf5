/// The tables of the firmware, as the kernel that was looked at shows them.
public struct ACPIHost: Sendable {
  /// The signatures, sorted; a table that is there several times stands there once.
  public var tables: Fact<[String]>
  public var hpet: Fact<HPETTable>
  public var fadt: Fact<FADT>
  public var madt: Fact<MADT>
  public var mcfg: Fact<MCFG>
  public var dmar: Fact<DMAR>
  public var ivrs: Fact<IVRS>

  public init(allUnknown reason: Unknown) {
    tables = .unknown(reason)
    hpet = .unknown(reason)
    fadt = .unknown(reason)
    madt = .unknown(reason)
    mcfg = .unknown(reason)
    dmar = .unknown(reason)
    ivrs = .unknown(reason)
  }
}
