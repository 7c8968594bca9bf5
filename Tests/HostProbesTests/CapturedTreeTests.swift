import Glibc
import HostModel
import HostProbes
import TestSupport
import Testing

@Suite struct CapturedTreeTests {
  private let folder = TemporaryFolder()

  private func host(_ change: (inout ProbeOptions) -> Void = { _ in }) throws -> Host {
    folder.write("pci.ids", "8086  Intel Corporation\n\t10d3  82574L\n")
    var options = ProbeOptions()
    options.root = folder.path
    options.pciIDs = "\(folder.path)/pci.ids"
    change(&options)
    return try probeHost(options)
  }

  /// A function as sysfs has it, with `bytes` of zeros behind the ids in its configuration space.
  private func addFunction(
    _ address: String, _ parent: String = "", vendor: UInt16 = 0x8086, device: UInt16,
    classCode: String, bytes: Int? = 64
  ) -> String {
    let path = "sys/devices/pci0000:00/\(parent)\(address)"
    folder.write("\(path)/vendor", "0x\(hex(vendor, width: 4))\n")
    folder.write("\(path)/device", "0x\(hex(device, width: 4))\n")
    folder.write("\(path)/class", "0x\(classCode)\n")
    folder.write("\(path)/revision", "0x01\n")
    for name in ["irq", "resource", "uevent"] { folder.write("\(path)/\(name)", "") }
    folder.link("\(path)/subsystem", to: "/sys/bus/pci")
    folder.link(
      "sys/bus/pci/devices/\(address)", to: "../../../devices/pci0000:00/\(parent)\(address)")
    if let bytes {
      var config = [UInt8](repeating: 0, count: bytes)
      config[0] = UInt8(vendor & 0xff)
      config[1] = UInt8(vendor >> 8)
      config[2] = UInt8(device & 0xff)
      config[3] = UInt8(device >> 8)
      folder.write("\(path)/config", config)
    }
    return path
  }

  private func addMachine() {
    _ = addFunction("0000:00:00.0", device: 0x0c00, classCode: "060000")
    let port = addFunction("0000:00:1c.0", device: 0x8c10, classCode: "060400", bytes: nil)
    folder.link("\(port)/driver", to: "../../../bus/pci/drivers/pcieport")
    _ = addFunction("0000:00:1f.0", device: 0x8c50, classCode: "060100")
    let nic = addFunction(
      "0000:02:00.0", "0000:00:1c.0/", device: 0x10d3, classCode: "020000", bytes: 256)
    folder.link("\(nic)/driver", to: "../../../../bus/pci/drivers/e1000e")
    folder.write("\(nic)/numa_node", "-1\n")
    folder.write("\(nic)/msi_bus", "0\n")
    folder.write("\(nic)/driver_override", "(null)\n")
    for vector in 30..<33 { folder.write("\(nic)/msi_irqs/\(vector)", "msix\n") }
    folder.write("\(nic)/link/l1_aspm", "1\n")
    folder.write("\(nic)/link/clkpm", "0\n")
    folder.write("\(nic)/net/eth0/mtu", "1500\n")
    folder.link(
      "sys/class/net/eth0", to: "../../devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0")
  }

  @Test func `the functions of a tree are read with what the kernel knows of them`() throws {
    addMachine()
    let pci = try #require(try host().pci.value)
    #expect(pci.isComplete)
    #expect(pci.functions.map(\.address.short) == ["00:00.0", "00:1c.0", "00:1f.0", "02:00.0"])
    let nic = pci.functions[3]
    #expect(nic.name == "Intel Corporation 82574L")
    #expect(nic.software.driver.value == "e1000e")
    #expect(nic.software.interfaces.value == ["eth0"])
    #expect(nic.software.numaNode.isAbsent)
    #expect(nic.software.msiAllowed.value == false)
    #expect(nic.software.driverOverride.isAbsent)
    #expect(nic.software.msiInterrupts.value == ["msix", "msix", "msix"])
    #expect(nic.software.linkControls.value == ["l1_aspm": true, "clkpm": false])
    #expect(pci.functions[0].software.driver.isAbsent)
    #expect(pci.functions[0].software.interfaces.value == [])
  }

  @Test func `a function without config keeps its ids, and its registers are not captured`() throws
  {
    addMachine()
    let port = try #require(try host().pci.value).functions[1]
    #expect(port.identity.text == "8086:8c10")
    #expect(port.software.driver.value == "pcieport")
    #expect(port.registers.express.unknown?.cause == .notCaptured)
  }

  @Test func `a function that a link takes from elsewhere is left out and told of`() throws {
    addMachine()
    folder.link("sys/bus/pci/devices/0000:05:00.0", to: "/sys/bus/pci/devices/0000:00:00.0")
    folder.write("sys/bus/pci/devices/rubbish", "")
    let pci = try #require(try host().pci.value)
    #expect(pci.functions.count == 4)
    #expect(!pci.isComplete)
  }

  @Test func `a capture of a part of the machine is not complete`() throws {
    _ = addFunction("0000:02:00.0", device: 0x10d3, classCode: "020000")
    #expect(try #require(try host().pci.value).isComplete == false)
  }

  @Test func `files that a capture left out are unknown, not absent`() throws {
    let path = "sys/bus/pci/devices/0000:02:00.0"
    folder.write("\(path)/vendor", "0x8086\n")
    folder.write("\(path)/device", "0x10d3\n")
    let software = try #require(try host().pci.value).functions[0].software
    #expect(software.driver.unknown?.cause == .notCaptured)
    #expect(software.interfaces.unknown?.cause == .notCaptured)
    #expect(software.disks.unknown?.cause == .notCaptured)
    #expect(software.numaNode.unknown?.cause == .notCaptured)
    #expect(software.msiInterrupts.unknown?.cause == .notCaptured)
    #expect(software.linkControls.unknown?.cause == .notCaptured)
  }

  @Test func `disks below a function are found without sys-class`() throws {
    let path = addFunction("0000:00:1f.2", device: 0x8c02, classCode: "010601")
    folder.write("\(path)/ata1/host0/target0:0:0/0:0:0:0/block/sda/size", "1\n")
    folder.makeFolder("\(path)/ata1/host0/scsi_host/host0")
    folder.makeFolder("\(path)/ata1/ata_port/ata1")
    let nvme = addFunction("0000:01:00.0", device: 0xa808, classCode: "010802")
    folder.makeFolder("\(nvme)/nvme/nvme0/nvme0c0n1")
    folder.makeFolder("\(nvme)/nvme/nvme0/block/nvme0c0n1")
    let pci = try #require(try host().pci.value)
    #expect(pci.functions[0].software.disks.value == ["sda"])
    #expect(pci.functions[0].software.scsiHosts.value == ["host0"])
    #expect(pci.functions[0].software.ataPorts.value == ["ata1"])
    #expect(pci.functions[1].software.disks.value == ["nvme0n1"])
  }

  @Test func `in an empty tree everything is unknown and nothing absent`() throws {
    let host = try host()
    #expect(host.role.unknown?.cause == .notCaptured)
    #expect(host.architecture.unknown != nil)
    #expect(host.pci.unknown?.cause == .notCaptured)
    #expect(host.linux.build.unknown?.cause == .notCaptured)
    #expect(host.linux.release.unknown != nil)
    #expect(host.linux.aspmPolicy.unknown != nil)
    #expect(host.linux.moduleParameters.unknown != nil)
    #expect(host.xen.build.unknown?.cause == .notCaptured)
    #expect(host.xen.iommuIsOn.unknown != nil)
    #expect(host.lines.xen.unknown != nil)
    #expect(host.lines.dom0.unknown != nil)
    #expect(host.boot.unknown != nil)
    #expect(host.kernelLog.unknown != nil)
  }

  @Test func `a tree that is not there is an error`() {
    var options = ProbeOptions()
    options.root = "\(folder.path)/none"
    let error = #expect(throws: ProbeError.self) { try probeHost(options) }
    #expect(error?.kind == .inputMissing)
  }

  @Test func `parameters of bound drivers and of the modules that the line names are read`() throws
  {
    addMachine()
    folder.write("sys/module/e1000e/parameters/IntMode", "1\n")
    folder.write("sys/module/pcie_aspm/parameters/policy", "default [performance] powersave\n")
    folder.write("sys/module/snd_hda_intel/parameters/power_save", "1\n")
    folder.write("sys/module/other/parameters/secret", "1\n")
    folder.write("proc/cmdline", "snd-hda-intel.power_save=1 ../other.secret=1 quiet\n")
    let linux = try host().linux
    #expect(linux.aspmPolicy.value == "performance")
    #expect(
      linux.moduleParameters.value == [
        "e1000e.IntMode": "1", "pcie_aspm.policy": "default [performance] powersave",
        "snd_hda_intel.power_save": "1",
      ])
  }
}
