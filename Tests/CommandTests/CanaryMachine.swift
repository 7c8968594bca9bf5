import FoundationEssentials
import TestSupport

/// A machine with a marked secret in every field of every source.
struct CanaryMachine {
  /// What the secrets are made of: a word, and digits where only digits can stand.
  static let marks = [
    "canary", "cafed00d", "ca:fe:d0:0d", "ca-fe-d0-0d", "192.0.2.77", "2001:db8",
  ]
  /// The serial number in the configuration space.
  static let serialBytes: [UInt8] = [0xca, 0xfe, 0xd0, 0x0d, 0x43, 0x41, 0x4e, 0x41]

  static let uuid = "cafed00d-1111-2222-3333-444455556666"
  static let mac = "02:ca:fe:d0:0d:01"
  static let wwn = "5000cafed00d0001"

  /// The lines of the kernel, with a secret in every word that can hold one.
  static let dom0Line =
    "BOOT_IMAGE=/canary/vmlinuz root=UUID=\(uuid) rootflags=subvol=canary resume=/dev/mapper/canary-swap "
    + "ip=192.0.2.77::192.0.2.77:255.255.255.0:canaryhost:eth0:off nfsroot=192.0.2.77:/canary "
    + "mypassword=CANARYPASS luks.uuid=\(uuid) rd.luks.key=/canary.key rd.lvm.lv=canary/root "
    + "cryptdevice=/dev/canary systemd.hostname=canaryhost systemd.machine_id=cafed00d111122223333444455556666 "
    + "ifname=eth0:\(mac) netconsole=@192.0.2.77/eth0,@192.0.2.77/\(mac) canaryname=canaryvalue "
    + "init=/canary/init console=ttyS0 quiet pcie_aspm=off e1000e.IntMode=1"
  static let xenLine =
    "dom0_mem=2048M max_cstate=0 msi=false mykey=CANARYKEY canaryxen=canaryvalue com1=115200,8n1"

  let folder: Tool.Folder
  var root: String { "\(folder.path)/machine" }

  init() throws {
    folder = try Tool.Folder()
    try FileManager.default.copyItem(
      atPath: "\(Fixtures.root)/Tests/Fixtures/trees/howto", toPath: "\(folder.path)/machine")
    try addNames()
    try addLogs()
    try addFunction()
    try addFirmware()
  }

  private func write(_ text: String, to path: String) throws {
    let whole = "\(root)/\(path)"
    if FileManager.default.fileExists(atPath: whole) {
      try FileManager.default.removeItem(atPath: whole)
    }
    _ = try folder.write(text, to: "machine/\(path)")
  }

  private func text(_ path: String) throws -> String { try Fixtures.text(at: "\(root)/\(path)") }

  // MARK: Sources

  private func addNames() throws {
    let files = [
      "proc/cmdline": Self.dom0Line, "proc/sys/kernel/hostname": "canaryhost",
      "proc/sys/kernel/domainname": "canary.example", "etc/hostname": "canaryhost.canary.example",
      "etc/hosts": "192.0.2.77 canaryhost", "etc/machine-id": "cafed00d111122223333444455556666",
      "etc/passwd": "canaryuser:x:1000:1000:Canary:/home/canaryuser:/bin/sh",
      "etc/shadow": "canaryuser:$6$canary:19000::::::", "etc/fstab": "UUID=\(Self.uuid) / ext4 ro",
      "etc/os-release": "NAME=canary", "etc/resolv.conf": "nameserver 192.0.2.77",
      "etc/default/grub": "GRUB_CMDLINE_LINUX=\"\(Self.dom0Line)\"",
      "boot/grub/menu.lst": "password --md5 canary\nkernel /xen.gz \(Self.xenLine)",
      "boot/grub/grub.cfg": "password_pbkdf2 canary grub.canary",
      "etc/xen/canary.cfg": "name=\"canary\"\nvif=['mac=\(Self.mac)']",
      "etc/xen/xl.conf":
        "# canary\nautoballoon=\"off\"\nvif.default.bridge=\"canarybr\"\nlockfile=\"/canary\"\n",
      "proc/version":
        "Linux version 6.1.0-38-amd64 (canaryuser@canaryhost) (gcc-12) #1 SMP Debian 6.1.147-1 (2025-08-02)",
      "proc/interrupts":
        "           CPU0\n 30: 1 PCI-MSI 4-edge enx02cafed00d01-tx-0\n 31: 2 HPET-MSI 2-edge hpet2\n",
      "proc/timer_list": "Broadcast device\nClock Event Device: hpet\ncanary\n",
      "proc/net/arp": "192.0.2.77 0x1 0x2 \(Self.mac) * eth0", "proc/mounts": "/dev/canary / ext4",
      "sys/hypervisor/uuid": Self.uuid, "sys/hypervisor/compilation/compiled_by": "canaryuser",
      "sys/hypervisor/compilation/compile_domain": "canaryhost",
      "sys/hypervisor/compilation/compile_date": "canary",
      "sys/module/e1000e/parameters/IntMode": "1\n",
      "sys/module/e1000e/parameters/note": "\(Self.mac)\n",
    ]
    for (path, text) in files { try write(text + "\n", to: path) }
    let info = try text("xl-info.txt")
      .replacing("host                   : dom0", with: "host                   : canaryhost")
      .replacing("dom0_mem=2048M", with: Self.xenLine)
    let builder =
      "cc_compile_by          : canaryuser\ncc_compile_domain      : canaryhost.canary.example\n"
    try write(
      info.split(separator: "\n").filter { !$0.hasPrefix("cc_compile_") }.joined(separator: "\n")
        + "\n\(builder)canary                 : canary\n", to: "xl-info.txt")
    try write(try text("proc/cpuinfo") + "\nSerial\t\t: canary\n", to: "proc/cpuinfo")
    try write(try text("xenpm.txt") + "\ncanary \(Self.mac)\n", to: "xenpm.txt")
  }

  private func addLogs() throws {
    let lines = [
      "Command line: \(Self.dom0Line)", "Kernel command line: \(Self.dom0Line)",
      "Unknown kernel command line parameters \"canaryname=canaryvalue\", will be passed to user space.",
      "DMI: board SN: CANARY1, S/N: CANARY2", "usb 1-1: SerialNumber: CANARY 3",
      "e1000e 0000:03:00.0 eth0: (PCI Express:2.5GT/s:Width x1) \(Self.mac)",
      "usb 1-1: renamed enx02cafed00d01 from eth1", "bridge: 02-ca-fe-d0-0d-01 joined",
      "EXT4-fs (sda5): mounted filesystem \(Self.uuid)", "sd 0:0:0:0: naa.\(Self.wwn) attached",
      "mpt3sas: sas_address(0x\(Self.wwn)), wwid \(Self.wwn)", "scsi: WWN: \(Self.wwn)",
      "nvme nvme0: eui.cafed00d0001 nqn.2014.canary:uuid",
      "IPv4: martian source 192.0.2.77 on eth0",
      "IPv6: 2001:db8::ca:1 is down", "nfs: server canaryhost not responding",
      "DROP IN=eth0 SRC=192.0.2.77 DST=2001:db8:0:0:0:0:0:1 MAC=\(Self.mac):\(Self.mac):08:00",
      "systemd[1]: Hostname set to <canaryhost>.",
      "systemd[1]: Started Session 1 of User canaryuser.",
      "canary-daemon[812]: segfault", "audit: type=1400 acct=\"canaryuser\" exe=1",
      "9pnet: user=canaryuser password=CANARY key=CANARY token=CANARY",
      "md: canaryhost:0 active", "random: built by canaryuser@canary.example",
    ]
    let xen = [
      "Xen version 4.2.5 (canaryuser@canaryhost) (gcc) Mon", "Command line: \(Self.xenLine)",
      "parameter \"canaryxen\" unknown!",
      "ESRT: \(Self.uuid)", "NIC \(Self.mac) of canaryhost", "WWN 0x\(Self.wwn)",
    ]
    let first =
      "[    0.000000] Linux version 6.1.0-38-amd64 (canaryuser@canaryhost) (gcc-12) #1 SMP Debian 6.1.147-1\n"
    try write(
      first + lines.map { "[    1.000000] \($0)\n" }.joined() + (try text("dmesg.txt")),
      to: "dmesg.txt")
    try write(
      xen.map { "(XEN) \($0)\n" }.joined() + (try text("xl-dmesg.txt")), to: "xl-dmesg.txt")
  }

  /// An adapter with a serial number, vital product data, an interface and a disk that are named by
  /// their addresses.
  private func addFunction() throws {
    var config = [UInt8](repeating: 0, count: 4096)
    let values: [Int: [UInt8]] = [
      0x00: [0x86, 0x80, 0xd3, 0x10], 0x06: [0x10, 0x00], 0x08: [0, 0, 0, 2], 0x34: [0x40],
      0x40: [0x10, 0xe0, 0x02, 0x00], 0xe0: [0x03, 0x00], 0xe2: Array(Self.serialBytes[..<6]),
      0x100: [0x03, 0x00, 0x01, 0x14], 0x104: Self.serialBytes, 0x140: [0x01, 0x00, 0x01, 0x00],
    ]
    for (offset, bytes) in values {
      config.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    let device = "machine/sys/bus/pci/devices/0000:05:00.0"
    _ = try folder.write(config, to: "\(device)/config")
    let files = [
      "vendor": "0x8086", "device": "0x10d3", "class": "0x020000", "revision": "0x00",
      "vpd": "canary", "label": "canary", "acpi_index": "canary", "serial": "CANARY",
      "uevent": "DRIVER=e1000e\nCANARY=canary", "driver_override": "(null)", "irq": "16",
      "resource": "0x0 0x0 0x0", "net/eth7/address": Self.mac,
    ]
    for (name, text) in files { _ = try folder.write(text + "\n", to: "\(device)/\(name)") }
    let disk = "machine/sys/class/block/sda"
    try? FileManager.default.removeItem(atPath: "\(folder.path)/\(disk)")
    for (name, text) in ["wwid": "naa.\(Self.wwn)", "serial": "CANARY", "device": "canary"] {
      _ = try folder.write(text + "\n", to: "\(disk)-canary/\(name)")
    }
    let target = "../../devices/pci0000:00/0000:00:1a.0/usb1/1-1"
    try folder.link("machine/sys/class/net/enx02cafed00d01", to: "\(target)/net/enx02cafed00d01")
    try folder.link("machine/sys/class/net/wlx02cafed00d02", to: "\(target)/net/wlx02cafed00d02")
    try folder.link("machine/sys/class/block/wwn-0x\(Self.wwn)", to: "\(target)/block/sdz")
    _ = try folder.write("", to: "machine/dev/disk/by-id/wwn-0x\(Self.wwn)")
  }

  private func addFirmware() throws {
    for name in [
      "product_serial", "product_uuid", "product_sku", "product_family", "board_serial",
      "board_asset_tag", "board_version", "chassis_serial", "chassis_asset_tag", "modalias",
    ] {
      try write("canary \(Self.uuid)\n", to: "sys/class/dmi/id/\(name)")
    }
    for name in ["SLIC", "MSDM", "SSDT1", "BGRT", "UEFI"] {
      try write("\(name) canary key", to: "sys/firmware/acpi/tables/\(name)")
    }
    try write("canary", to: "sys/firmware/dmi/tables/DMI")
    try write("canary", to: "sys/firmware/efi/efivars/canary-\(Self.uuid)")
    try write(Self.uuid, to: "sys/class/block/sda5-canary/uuid")
  }

  /// The marks that stand in what came out.
  static func found(in text: String) -> [String] {
    let low = text.lowercased()
    return marks.filter(low.contains)
  }
}
