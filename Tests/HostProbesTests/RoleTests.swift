import HostModel
import HostProbes
import TestSupport
import Testing

@Suite struct RoleTests {
  private let folder = TemporaryFolder()

  private func host(_ change: (inout ProbeOptions) -> Void = { _ in }) throws -> Host {
    var options = ProbeOptions()
    options.root = folder.path
    change(&options)
    return try probeHost(options)
  }

  private func addXen(features: String = "00000000", extra: String = ".7") {
    folder.write("sys/hypervisor/type", "xen\n")
    folder.write("sys/hypervisor/version/major", "4\n")
    folder.write("sys/hypervisor/version/minor", "17\n")
    folder.write("sys/hypervisor/version/extra", "\(extra)\n")
    folder.write("sys/hypervisor/properties/features", "\(features)\n")
  }

  @Test func `the feature bit makes a dom0, and its xl info the rest`() throws {
    addXen(features: "000228f0")
    folder.write("proc/cmdline", "placeholder root=/dev/sda1 pcie_aspm=off\n")
    folder.write(
      "xl-info.txt",
      """
      virt_caps              : pv hvm
      xen_version            : 4.17.7
      xen_commandline        : placeholder dom0_mem=2048M
      cc_compile_domain      : lists.alioth.debian.org

      """)
    let host = try host()
    #expect(host.role.value == .dom0)
    #expect(host.xen.build.value?.version == Version(4, 17, 7))
    #expect(host.xen.build.value?.vendor == "Debian")
    #expect(host.xen.iommuIsOn.value == false)
    #expect(host.lines.xen.value?.text == "dom0_mem=2048M")
    #expect(host.lines.dom0.value?.value(of: "pcie_aspm") == "off")
  }

  @Test func `xenfs decides where the bit does not`() throws {
    addXen()
    folder.write("proc/xen/capabilities", "control_d\n")
    #expect(try host().role.value == .dom0)
    folder.write("proc/xen/capabilities", "")
    #expect(try host().role.value == .domU)
  }

  @Test func `in a domU what Xen does is hidden`() throws {
    addXen()
    let host = try host()
    #expect(host.role.value == .domU)
    #expect(host.xen.build.value?.version == Version(4, 17, 7))
    #expect(host.xen.build.value?.vendor == nil)
    #expect(host.lines.xen.unknown?.cause == .hiddenByHypervisor)
    #expect(host.xen.iommuIsOn.unknown?.cause == .hiddenByHypervisor)
  }

  @Test(arguments: [
    (".5-9.39", "XCP-ng"), (".5 (Debian 4.17.5+72-g01140da4e8-1)", "Debian"),
    (".3_06-150500.3.25", nil),
  ])
  func `the extra part of the version may name the vendor`(extra: String, vendor: String?) throws {
    addXen(extra: extra)
    #expect(try host().xen.build.value?.vendor == vendor)
  }

  @Test func `a CPU without the hypervisor flag is bare metal`() throws {
    folder.write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu lm sse2\n\nprocessor : 1\n")
    let host = try host()
    #expect(host.role.value == .bareMetal)
    #expect(host.architecture.value == "x86_64")
    #expect(host.xen.build.unknown == Unknown(.interfaceMissing, needs: "--xen-version V"))
  }

  @Test func `a CPU with the flag and no sys-hypervisor captured may be either`() throws {
    folder.write("proc/cpuinfo", "flags : fpu lm hypervisor\n")
    #expect(try host().role.unknown?.cause == .notCaptured)
  }

  @Test func `options hold over what was read`() throws {
    addXen(features: "00000800")
    folder.write("proc/version", "Linux version 6.1.0 (a@b) (gcc) #1 SMP\n")
    let host = try host {
      $0.xenLine = "/boot/xen.gz placeholder max_cstate=1"
      $0.dom0Line = "quiet"
      $0.xenVersion = "4.4.1"
      $0.linuxVersion = "3.16"
    }
    #expect(host.lines.xen.value?.words == ["max_cstate=1"])
    #expect(host.lines.xen.source == .option("--xen-line"))
    #expect(host.lines.dom0.value?.words == ["quiet"])
    #expect(host.xen.build.value?.version == Version(4, 4, 1))
    #expect(host.linux.build.value?.version == Version(3, 16))
  }

  @Test func `the Xen named for a bare machine never ran on it`() throws {
    folder.write("proc/cpuinfo", "flags : fpu lm\n")
    let host = try host { $0.xenVersion = "4.17" }
    #expect(host.xen.build.value?.version == Version(4, 17))
    #expect(host.xen.iommuIsOn.unknown?.cause == .otherSoftware)
  }

  @Test func `a version that is none is refused`() {
    let error = #expect(throws: ProbeError.self) { try host { $0.xenVersion = "newest" } }
    #expect(error?.kind == .usage)
    #expect(error?.path == "--xen-version")
  }

  @Test func `a dump stands for its machine: nothing of this one is mixed in`() throws {
    var options = ProbeOptions()
    options.pciDump = .bytes(Array("00:00.0 Host bridge\n00: 86 80 00 0c 00 00 00 00\n\n".utf8))
    let host = try probeHost(options)
    #expect(host.pci.value?.functions.first?.identity.text == "8086:0c00")
    #expect(host.pci.value?.isComplete == false)
    #expect(host.role.unknown?.cause == .notCaptured)
    #expect(host.linux.build.unknown?.cause == .notCaptured)
    #expect(host.lines.dom0.unknown?.cause == .notCaptured)
    #expect(host.kernelLog.unknown?.cause == .notCaptured)
    #expect(host.boot.unknown?.cause == .notCaptured)
  }

  @Test func `a dump with its log and its xl info is a whole machine`() throws {
    var options = ProbeOptions()
    options.pciDump = .bytes(Array("00:00.0 Host bridge\n00: 86 80 00 0c\n\n".utf8))
    options.kernelLog = .bytes(
      Array("[    0.0] Linux version 6.1.0 (a@b) (gcc) #1\n[    0.0] Command line: quiet\n".utf8))
    options.xlInfo = .bytes(Array("xen_version : 4.4.1\nxen_commandline : msi=false\n".utf8))
    let host = try probeHost(options)
    #expect(host.role.value == .dom0)
    #expect(host.linux.release.value == "6.1.0")
    #expect(host.lines.dom0.value?.text == "quiet")
    #expect(host.lines.xen.value?.text == "msi=false")
    #expect(host.xen.iommuIsOn.unknown?.cause == .truncated)
  }

  @Test func `bad input names its file and its line`() {
    folder.write("dump", "00:00.0 Host bridge\n00: zz\n")
    let dump = #expect(throws: ProbeError.self) {
      var options = ProbeOptions()
      options.pciDump = .file("\(folder.path)/dump")
      _ = try probeHost(options)
    }
    #expect(dump?.kind == .badInput)
    #expect(dump?.line == 2)
    #expect(dump?.description.hasPrefix("\(folder.path)/dump:2: ") == true)
    let info = #expect(throws: ProbeError.self) { try host { $0.xlInfo = .bytes([0, 1, 2]) } }
    #expect(info?.kind == .badInput)
    let missing = #expect(throws: ProbeError.self) { try host { $0.kernelLog = .file("/none") } }
    #expect(missing?.kind == .inputMissing)
  }

  @Test func `the live machine is looked at without an error`() throws {
    let host = try probeHost(ProbeOptions())
    #expect(host.linux.release.value != nil)
    #expect(host.architecture.value != nil)
  }
}
