public import HostModel
public import QuirkEngine

/// Whether a kernel's configuration will do for a role under Xen.
public struct KernelFitness: Sendable {
  /// An option whose value is not as it should be.
  public struct Remark: Sendable, Hashable {
    public var option: KernelOption
    public var value: String
  }

  public var role: KernelOption.Role
  /// Without these it can't be.
  public var lacking: [Remark] = []
  /// With these it would be better.
  public var advised: [Remark] = []
  /// These would be better off.
  public var harmful: [Remark] = []
  /// What could be said if the kernel's version were known.
  public var undecided: [Remark] = []
  /// The first release that can have the role, where this one is older.
  public var tooOld: String?

  public var isFit: Bool { lacking.isEmpty && tooOld == nil }

  /// Judges a configuration for one role.
  public init(_ config: KernelConfig, role: KernelOption.Role, options: [KernelOption]) {
    self.role = role
    let build = config.version.map { SoftwareBuild(version: $0) }
    for option in options where option.roles.contains(role) {
      let value = config.value(of: [option.name] + option.insteadOf)
      let remark = Remark(option: option, value: value)
      var isThere = Verdict.yes
      if let bound = option.versions {
        isThere =
          switch build.map(bound.holds(for:)) {
          case .success(true): .yes
          case .success(false): .no
          case .failure, nil: value == "n" ? .unknown : .yes
          }
        if isThere == .no, option.isFloor, let since = bound.since, let version = config.version,
          version < since
        {
          tooOld = since.description
        }
      }
      guard isThere != .no, !option.wants.contains(value.first.map { String($0) } ?? "n") else {
        continue
      }
      if isThere == .unknown {
        if option.need == .required { undecided.append(remark) }
        continue
      }
      switch option.need {
      case .required: lacking.append(remark)
      case .recommended: advised.append(remark)
      case .harmful: harmful.append(remark)
      case .debugging: break
      }
    }
  }
}
