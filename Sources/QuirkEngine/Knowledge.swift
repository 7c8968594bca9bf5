public import HostModel

/// All that the folder of quirks holds.
public struct Knowledge: Sendable, Hashable {
  public var quirks: [Quirk]
  public var options: [BootOption]
  public var policies: [Policy]
  /// For which CPUs Xen's mwait-idle driver has which table.
  public var idleModels: [IdleModel]

  public init(
    quirks: [Quirk] = [], options: [BootOption] = [], policies: [Policy] = [],
    idleModels: [IdleModel] = []
  ) {
    self.quirks = quirks
    self.options = options
    self.policies = policies
    self.idleModels = idleModels
  }
}
