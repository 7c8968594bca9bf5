public import HostModel

/// All that the folder of quirks holds.
public struct Knowledge: Sendable, Hashable {
  public var quirks: [Quirk]
  public var options: [BootOption]
  public var policies: [Policy]
  /// For which CPUs Xen's mwait-idle driver has which table.
  public var idleModels: [IdleModel]
  /// Ids that have a name.
  public var families: [DeviceFamily]
  /// What a kernel needs to run as dom0 or as a guest.
  public var kernelOptions: [KernelOption]
  /// What takes a trigger away at run time.
  public var remedies: [Remedy]
  /// Lines of logs that mean something by themselves.
  public var signatures: [LogSignature]

  public init(
    quirks: [Quirk] = [], options: [BootOption] = [], policies: [Policy] = [],
    idleModels: [IdleModel] = [], families: [DeviceFamily] = [],
    kernelOptions: [KernelOption] = [], remedies: [Remedy] = [], signatures: [LogSignature] = []
  ) {
    self.quirks = quirks
    self.options = options
    self.policies = policies
    self.idleModels = idleModels
    self.families = families
    self.kernelOptions = kernelOptions
    self.remedies = remedies
    self.signatures = signatures
  }
}

/// Ids that stand together under a name, `@NAME` in a condition.
public struct DeviceFamily: Sendable, Hashable {
  public var name: String
  public var title: String
  /// As they were written; another family's name among them.
  public var ids: [String]

  public init(name: String, title: String, ids: [String]) {
    self.name = name
    self.title = title
    self.ids = ids
  }
}
