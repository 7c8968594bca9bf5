internal import HostModel
internal import SystemAccess

/// The tables of the firmware that the facts need; no other is opened.
struct ACPIProbe: Probe {
  private static let folder = "/sys/firmware/acpi/tables"
  /// No table that is read here is larger.
  private static let limit = 1 << 20

  func fill(_ host: inout Host, from context: ProbeContext) {
    let hidden = host.xen.dom0Type.value == .pvh || host.role.value == .domU
    let reader = Reader(context: context, names: names(context), isMadeUp: hidden)
    host.acpi.tables = reader.names
    host.acpi.fadt = reader.table(["FACP"]) { table throws(Unknown) in try FADT(table) }
    host.acpi.mcfg = reader.table(["MCFG"]) { table throws(Unknown) in try MCFG(table) }
    host.acpi.hpet = reader.hideable(["HPET"]) { table throws(Unknown) in try HPETTable(table) }
    host.acpi.madt = reader.hideable(["APIC"]) { table throws(Unknown) in try MADT(table) }
    host.acpi.dmar = reader.hideable(DMAR.signatures) { table throws(Unknown) in try DMAR(table) }
    host.acpi.ivrs = reader.hideable(["IVRS"]) { table throws(Unknown) in try IVRS(table) }
  }

  /// The signatures, without the number that tells the second SSDT from the first.
  private func names(_ context: ProbeContext) -> Fact<[String]> {
    guard let root = context.root else { return .unknown(context.missing(Self.folder)) }
    do {
      let files = try root.list(Self.folder).filter { $0 != "data" && $0 != "dynamic" }
      let names = Set(files.map { String($0.prefix(4)) })
      return .known(names.sorted(), source: .file(Self.folder))
    } catch {
      return .unknown(Unknown(error, in: root))
    }
  }

  private struct Reader {
    let context: ProbeContext
    let names: Fact<[String]>
    /// Whether the hypervisor made the tables up: then what it leaves out may be there.
    let isMadeUp: Bool

    /// A table that a PVH dom0 is not given, or not as the firmware wrote it.
    func hideable<Table>(
      _ signatures: [String], _ decode: (ACPITable) throws(Unknown) -> Table
    ) -> Fact<Table> {
      isMadeUp
        ? .unknown(Unknown(.hiddenByHypervisor, needs: "a PV dom0, or a boot without Xen"))
        : table(signatures, decode)
    }

    /// The first table that is there under one of the signatures.
    func table<Table>(
      _ signatures: [String], _ decode: (ACPITable) throws(Unknown) -> Table
    ) -> Fact<Table> {
      guard let root = context.root, case .known(let names, _) = names else {
        return .unknown(names.unknown ?? context.missing(ACPIProbe.folder))
      }
      guard let name = signatures.first(where: names.contains) else { return .absent }
      let path = "\(ACPIProbe.folder)/\(name)"
      let bytes: [UInt8]
      do {
        bytes = try root.read(path, limit: ACPIProbe.limit)
      } catch {
        return .unknown(Unknown(error, in: root))
      }
      do {
        return .known(
          try decode(try ACPITable(checking: bytes, name: name)), source: .file(path))
      } catch {
        return .unknown(error)
      }
    }
  }
}
