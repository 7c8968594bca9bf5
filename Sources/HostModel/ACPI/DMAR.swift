/// What the table `DMAR` says of Intel's IOMMUs.
///
/// Xen writes another signature over it, so that dom0's kernel leaves the IOMMU alone: `XMAR` up to
/// Xen 4.5, `RMAD` since (acpi_dmar_zap). Source: VT-d specification, section 8.
public struct DMAR: Sendable, Hashable {
  /// The signatures under which it may be found.
  public static let signatures = ["DMAR", "RMAD", "XMAR"]

  /// In bits.
  public var hostAddressWidth: Int
  public var hasInterruptRemapping: Bool
  /// Whether the firmware asks not to use x2APIC.
  public var optsOutOfX2APIC: Bool
  /// DMA remapping units (DRHD).
  public var units: Int
  /// Memory that devices go on using behind the IOMMU (RMRR).
  public var reservedRegions: Int

  public init(
    hostAddressWidth: Int, hasInterruptRemapping: Bool, optsOutOfX2APIC: Bool, units: Int,
    reservedRegions: Int
  ) {
    self.hostAddressWidth = hostAddressWidth
    self.hasInterruptRemapping = hasInterruptRemapping
    self.optsOutOfX2APIC = optsOutOfX2APIC
    self.units = units
    self.reservedRegions = reservedRegions
  }

  /// Throws: malformed, when a structure does not fit into the table.
  public init(_ table: ACPITable) throws(Unknown) {
    guard let width = table.byte(at: 36), let flags = table.byte(at: 37) else {
      throw table.tooShort("its flags")
    }
    hostAddressWidth = Int(width) + 1
    hasInterruptRemapping = flags & 1 != 0
    optsOutOfX2APIC = flags & 2 != 0
    units = 0
    reservedRegions = 0
    for place in try table.structures(from: 48, lengthAt: 2, width: 2) {
      switch table.word(at: place.lowerBound) {
      case 0: units += 1
      case 1: reservedRegions += 1
      default: break
      }
    }
  }
}
