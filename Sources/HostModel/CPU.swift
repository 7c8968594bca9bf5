/// The processor, as far as the kernel or Xen shows it.
public struct CPUHost: Sendable {
  public var identity: Fact<CPUIdentity>
  /// The marketing name.
  public var name: Fact<String>
  /// The revision of the microcode that is loaded.
  public var microcode: Fact<UInt32>
  /// Logical CPUs that the kernel that was looked at runs on; dom0 may have fewer than the machine.
  public var logicalCPUs: Fact<Int>
  /// Logical CPUs of the machine that are online: Xen's own count where Xen runs.
  public var onlineCPUs: Fact<Int>
  /// Whether two threads of one core are online.
  public var hasSMT: Fact<Bool>
  /// Whether the TSC counts at one rate in every P-, C- and T-state (CPUID 80000007 EDX bit 8).
  public var hasInvariantTSC: Fact<Bool>
  /// Whether the local APIC's timer goes on in deep C-states (CPUID 6 EAX bit 2).
  public var hasARAT: Fact<Bool>

  public init(allUnknown reason: Unknown) {
    identity = .unknown(reason)
    name = .unknown(reason)
    microcode = .unknown(reason)
    logicalCPUs = .unknown(reason)
    onlineCPUs = .unknown(reason)
    hasSMT = .unknown(reason)
    hasInvariantTSC = .unknown(reason)
    hasARAT = .unknown(reason)
  }
}

/// Which processor it is.
public struct CPUIdentity: Sendable, Hashable {
  /// As CPUID gives it: `GenuineIntel`, `AuthenticAMD`, `HygonGenuine`.
  public var vendorID: String
  /// With the extended family added.
  public var family: Int
  /// With the extended model in front.
  public var model: Int
  public var stepping: Int

  public init(vendorID: String, family: Int, model: Int, stepping: Int) {
    self.vendorID = vendorID
    self.family = family
    self.model = model
    self.stepping = stepping
  }

  /// From CPUID leaf 1 EAX.
  ///
  /// The extended family counts for base family 15 alone, the extended model for base families 6
  /// and 15. Source: Intel SDM volume 2, CPUID; AMD APM volume 3, E.3.2.
  public init(vendorID: String, signature: UInt32) {
    let base = Int(signature >> 8 & 0xf)
    let extendedModel = base == 6 || base == 15 ? Int(signature >> 16 & 0xf) : 0
    self.init(
      vendorID: vendorID, family: base == 15 ? 15 + Int(signature >> 20 & 0xff) : base,
      model: extendedModel << 4 | Int(signature >> 4 & 0xf), stepping: Int(signature & 0xf))
  }

  /// The vendor's short name, as Xen prints it: `Intel`, `AMD`, `Hygon`; else its id.
  public var vendor: String { Self.vendors.first { $0.id == vendorID }?.name ?? vendorID }

  private static let vendors: [(id: String, name: String)] = [
    ("GenuineIntel", "Intel"), ("AuthenticAMD", "AMD"), ("HygonGenuine", "Hygon"),
    ("CentaurHauls", "Centaur"), ("  Shanghai  ", "Zhaoxin"),
  ]
  public static let vendorNames = vendors.map(\.name)

  /// The id of a vendor's short name; nil for a name that nobody has.
  public static func vendorID(named name: some StringProtocol) -> String? {
    vendors.first { $0.name == name }?.id
  }

  /// `Intel family 6 model 0x2c stepping 2`.
  public var text: String {
    "\(vendor) family \(family) model 0x\(hex(model, width: 2)) stepping \(stepping)"
  }
}
