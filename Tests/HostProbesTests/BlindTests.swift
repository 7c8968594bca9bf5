import HostModel
import HostProbes
import TestSupport
import Testing

/// Machines that show little: every fact has its cause, and nothing is claimed.
@Suite struct BlindTests {
  private let folder = TemporaryFolder()

  private func host() throws -> Host {
    var options = ProbeOptions()
    options.root = folder.path
    return try probeHost(options)
  }

  /// Every fact beside the PCI functions, by name, with its cause; nil for one that is known.
  private func causes(_ host: Host) -> [String: Unknown.Cause?] {
    var causes: [String: Unknown.Cause?] = [:]
    let note = { (name: String, unknown: Unknown?) in causes[name] = .some(unknown?.cause) }
    note("role", host.role.unknown)
    note("xen.build", host.xen.build.unknown)
    note("xen.dom0Type", host.xen.dom0Type.unknown)
    note("xen.isNested", host.xen.isNested.unknown)
    note("xen.messages", host.xen.messages.unknown)
    note("xen.scheduler", host.xen.scheduler.unknown)
    note("xen.iommuIsOn", host.xen.iommuIsOn.unknown)
    note("xen.interruptRemappingIsOn", host.xen.interruptRemappingIsOn.unknown)
    note("cpu.identity", host.cpu.identity.unknown)
    note("cpu.microcode", host.cpu.microcode.unknown)
    note("cpu.hasSMT", host.cpu.hasSMT.unknown)
    note("cpu.hasARAT", host.cpu.hasARAT.unknown)
    note("cpu.hasInvariantTSC", host.cpu.hasInvariantTSC.unknown)
    note("idle.owner", host.idle.owner.unknown)
    note("idle.limit", host.idle.limit.unknown)
    note("idle.states", host.idle.states.unknown)
    note("idle.table", host.idle.table.unknown)
    note("idle.deep", host.idle.usesDeepStates.unknown)
    note("time.clocksource", host.time.clocksource.unknown)
    note("time.platformTimer", host.time.platformTimer.unknown)
    note("time.hpetHasFSB", host.time.hpetHasFSB.unknown)
    note("time.hpetBroadcast", host.time.hpetBroadcast.unknown)
    note("acpi.tables", host.acpi.tables.unknown)
    note("acpi.hpet", host.acpi.hpet.unknown)
    note("acpi.fadt", host.acpi.fadt.unknown)
    note("acpi.dmar", host.acpi.dmar.unknown)
    note("toolstack", host.toolstack.unknown)
    for field in DMIHost.Field.allCases { note("dmi.\(field)", host.dmi[field].unknown) }
    return causes
  }

  @Test func `with an empty root nothing is known, because nothing was captured`() throws {
    for (name, cause) in causes(try host()) {
      #expect(cause == .notCaptured, "\(name)")
    }
  }

  @Test func `a table whose bytes lie is malformed, and the others are read`() throws {
    folder.write(
      "sys/firmware/acpi/tables/HPET", Array("HPET".utf8) + [UInt8](repeating: 7, count: 52))
    let host = try host()
    #expect(host.acpi.hpet.unknown?.cause == .malformed)
    #expect(host.acpi.ivrs.isAbsent)
  }

  @Test func `a PVH dom0 is not shown the tables that Xen keeps`() throws {
    folder.write("sys/hypervisor/type", "xen\n")
    folder.write("sys/hypervisor/guest_type", "PVH\n")
    folder.write("sys/hypervisor/properties/features", "00002cd1\n")
    folder.write("proc/xen/capabilities", "control_d\n")
    folder.write("sys/firmware/acpi/tables/APIC", "made up")
    let host = try host()
    #expect(host.role.value == .dom0)
    #expect(host.xen.dom0Type.value == .pvh)
    #expect(host.acpi.hpet.unknown?.cause == .hiddenByHypervisor)
    #expect(host.acpi.madt.unknown?.cause == .hiddenByHypervisor)
    #expect(host.acpi.fadt.isAbsent)
  }

  @Test func `a table of the DMAR is found under the name that Xen gives it`() throws {
    let text = try Fixtures.bytes(
      "Tests/Fixtures/trees/howto/sys/firmware/acpi/tables/XMAR")
    folder.write("sys/firmware/acpi/tables/XMAR", text)
    #expect(try host().acpi.dmar.value?.units == 1)
  }

  @Test func `in a domU what Xen owns is hidden, and advice has an obstacle`() throws {
    folder.write("sys/hypervisor/type", "xen\n")
    folder.write("proc/xen/capabilities", "\n")
    let host = try host()
    #expect(host.role.value == .domU)
    #expect(host.obstacle == .domU)
    #expect(host.idle.limit.unknown?.cause == .hiddenByHypervisor)
  }

  @Test func `before the first boot of Xen the newest image in boot is the one`() throws {
    folder.write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: lm arat\n")
    for name in ["xen-4.14-amd64.gz", "xen-4.17-amd64.gz", "xen-4.17-amd64.efi.bak", "vmlinuz-6.1"]
    {
      folder.write("boot/\(name)", "")
    }
    let host = try host()
    #expect(host.role.value == .bareMetal)
    #expect(host.xen.build.value?.version == Version(4, 17))
    #expect(host.xen.build.value?.vendor == "Debian")
    #expect(host.xen.build.source == .file("/boot/xen-4.17-amd64.gz"))
    #expect(host.cpu.hasARAT.value == true)
  }
}
