/// An option of the Linux kernel's configuration that matters under Xen.
public struct KernelOption: Sendable, Hashable {
  /// What a kernel may be.
  public enum Role: String, Sendable, CaseIterable {
    case dom0
    case domUPV = "domU-pv"
    case domUPVH = "domU-pvh"
    /// An HVM guest with Xen's own drivers; on emulated devices any kernel boots.
    case domUHVM = "domU-hvm"
  }
  public enum Need: String, Sendable, CaseIterable {
    case required, recommended
    /// Of use while something is looked into.
    case debugging
    /// Better off.
    case harmful
  }

  /// With `CONFIG_`.
  public var name: String
  public var roles: [Role]
  public var need: Need
  /// Values that will do: `y`, `m`, `n`.
  public var wants: [String]
  /// The releases that have it; nil for all.
  public var versions: VersionBound?
  /// Names that it had before.
  public var insteadOf: [String]
  /// Whether a kernel from before its first release can't have the role at all.
  public var isFloor = false
  public var why: String
  public var reference: String

  public init(
    name: String, roles: [Role], need: Need, wants: [String], versions: VersionBound?,
    insteadOf: [String], why: String, reference: String
  ) {
    self.name = name
    self.roles = roles
    self.need = need
    self.wants = wants
    self.versions = versions
    self.insteadOf = insteadOf
    self.why = why
    self.reference = reference
  }
}

extension KernelOption: FlatRecord {
  var recordName: String { name }

  func write(to writer: inout FlatWriter) {
    writer.write([name, need.rawValue, why, reference])
    writer.write(roles.map(\.rawValue))
    writer.write(wants)
    writer.write(insteadOf)
    writer.write(versions?.values ?? [])
    writer.write(isFloor ? ["floor"] : [])
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let texts = try reader.fields(4)
    guard let need = Need(rawValue: texts[1]) else {
      throw FlatError(description: "the built-in kernel option '\(texts[0])' is damaged")
    }
    let roles = try reader.strings().compactMap(Role.init(rawValue:))
    let wants = try reader.strings()
    let insteadOf = try reader.strings()
    self.init(
      name: texts[0], roles: roles, need: need, wants: wants, versions: try reader.bound(),
      insteadOf: insteadOf, why: texts[2], reference: texts[3])
    isFloor = try !reader.strings().isEmpty
  }
}
