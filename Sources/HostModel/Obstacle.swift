/// Why advice for a host would not fit what was looked at.
public enum Obstacle: Sendable, Hashable {
  /// A domain of Xen that is not dom0.
  case domU
  /// A virtual machine of another hypervisor.
  case guest
  /// Xen that itself runs in a virtual machine.
  case nested
  /// A machine that is not x86.
  case architecture(String)

  /// In words.
  public var text: String {
    switch self {
    case .domU:
      "This is a domU: Xen and dom0 own the hardware, and what is seen here is made up in part. "
        + "Run it in dom0."
    case .guest:
      "This is a virtual machine: its hardware is made up by another hypervisor. Run it on the host."
    case .nested:
      "This Xen runs in a virtual machine: the hardware that it sees is made up, and its defects "
        + "are not those of the host."
    case .architecture(let name):
      "This machine is \(name): what is known here is of x86 and does not apply."
    }
  }
}

extension Host {
  private static let x86 = ["x86_64", "i386", "i486", "i586", "i686"]

  /// What stands against advice for this machine; nil when nothing is known to.
  public var obstacle: Obstacle? {
    if let name = architecture.value, !Self.x86.contains(name) { return .architecture(name) }
    switch role.value {
    case .domU: return .domU
    case .guest: return .guest
    case .dom0 where xen.isNested.value == true: return .nested
    default: return nil
    }
  }
}
