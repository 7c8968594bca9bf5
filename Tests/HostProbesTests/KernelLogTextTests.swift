import HostModel
import Testing

@testable import HostProbes

@Suite struct KernelLogTextTests {
  @Test(arguments: [
    "[    0.000000] e1000e: hang",
    "<6>[    1.234567] e1000e: hang",
    "<4>e1000e: hang",
    "e1000e: hang",
    "[    1.234567][    T1] e1000e: hang",
    "[   12.3][  C2] e1000e: hang",
    "Nov 22 04:00:00 secret-host kernel: [    1.234567] e1000e: hang",
    "Nov  2 04:00:00 secret-host kernel: e1000e: hang",
    "2026-11-22T04:00:00.123456+01:00 secret-host kernel: e1000e: hang",
    "[Sat Nov 22 04:00:00 2026] e1000e: hang",
    "kern  :info  : [    1.234567] e1000e: hang",
    "[    0.000000] e1000e: hang\r",
  ])
  func `what stands in front of a line is taken away`(line: String) {
    #expect(KernelLogText(parsing: line + "\n").log.lines.map(\.text) == ["e1000e: hang"])
  }

  @Test(arguments: [
    "[drm] Initialized i915", "[Firmware Bug]: TSC ADJUST", "[mem 0x000a0000-0x000fffff] reserved",
    "BUG: unable to handle kernel: at 0", "{1}[Hardware Error]: event severity: corrected",
  ])
  func `brackets of the message itself stay`(line: String) {
    #expect(KernelLogText(parsing: line).log.lines.map(\.text) == [line])
    #expect(KernelLogText(parsing: "[    1.5] \(line)").log.lines.map(\.text) == [line])
  }

  @Test func `a log from the start is complete, one that lost it is not`() {
    let first = "[    0.000000] Linux version 6.1.0 (a@b) (gcc 12) #1 SMP\n"
    let early = "[    0.000000] microcode: microcode updated early to revision 0xde\n"
    #expect(KernelLogText(parsing: first).log.isComplete)
    #expect(KernelLogText(parsing: early + first).log.isComplete)
    #expect(KernelLogText(parsing: "-- Journal begins at Mon --\n" + first).log.isComplete)
    #expect(!KernelLogText(parsing: early).log.isComplete)
    #expect(!KernelLogText(parsing: "").log.isComplete)
  }

  @Test func `the log says which Linux ran, and with which line`() throws {
    let text = KernelLogText(
      parsing: """
        [    0.000000] Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) (gcc-12) #1 \
        SMP Debian 6.1.192-2 (2026-11-16)
        [    0.000000] Command line: root=UUID=01234567-89ab-cdef-0123-456789abcdef pcie_aspm=off
        [    0.100000] Kernel command line: ignored

        """)
    let version = try #require(text.version)
    #expect(LinuxVersionText(parsing: version)?.build.vendor == "Debian")
    #expect(text.commandLine == "root=UUID=01234567-89ab-cdef-0123-456789abcdef pcie_aspm=off")
    #expect(text.log.lines[1].text == "Command line: <removed>")
  }

  @Test func `records of kmsg are joined without their dictionary`() {
    let text = KernelLogText(records: [
      "5,0,0,-;Linux version 6.1.0\n", "6,1,0,-;pci 0000:00:1f.0: text; more\n SUBSYSTEM=pci\n",
      "rubbish", "",
    ])
    #expect(text.log.lines.map(\.text) == ["Linux version 6.1.0", "pci 0000:00:1f.0: text; more"])
    #expect(text.log.isComplete)
    #expect(!KernelLogText(records: ["6,17,0,-;later\n"]).log.isComplete)
    #expect(!KernelLogText(records: []).log.isComplete)
  }

  @Test(arguments: [
    (
      "e1000e 0000:03:00.0 eth0: (PCI Express:2.5GT/s:Width x1) 00:1b:21:aa:bb:cc",
      "e1000e 0000:03:00.0 eth0: (PCI Express:2.5GT/s:Width x1) <mac>"
    ),
    ("usb 1-1: SerialNumber: 0123ABC", "usb 1-1: SerialNumber: <removed>"),
    (
      "usb 1-1: New USB device strings: Mfr=1, Product=2, SerialNumber=3",
      "usb 1-1: New USB device strings: Mfr=1, Product=2, SerialNumber=3"
    ),
    ("infiniband 00:00:00:00:fe:80:00:00 up", "infiniband <mac> up"),
    ("mpt3sas: FWVersion(20.00.07.00)", "mpt3sas: FWVersion(20.00.07.00)"),
    ("pci 0000:00:1f.2: [8086:2922] type 00", "pci 0000:00:1f.2: [8086:2922] type 00"),
    ("systemd[1]: Hostname set to <secret>.", "program[1]: <removed>"),
    ("Hostname set to <secret>.", "Hostname set to <removed>"),
    ("usb 1-1: renamed enx001122334455 from eth0", "usb 1-1: renamed enx<mac> from eth0"),
    (
      "martian source 192.0.2.1 from 10.0.0.1, on dev eth0",
      "martian source <ip> from <ip>, on dev eth0"
    ),
    ("fw 3.25.0.0a, 1.2.3.4.5, 20.00.07.00", "fw 3.25.0.0a, 1.2.3.4.5, 20.00.07.00"),
    ("2001:db8::1 and fe80:0:0:0:0:0:0:1", "<ip> and <ip>"),
    (
      "[mem 0x0000000000100000-0x5fffffff] 0x500605b001234567",
      "[mem 0x0000000000100000-0x5fffffff] <wwn>"
    ),
    ("joined 00-1b-21-aa-bb-cc.", "joined <mac>."),
    ("ata1.00: ATA-9: Samsung SSD 860 EVO", "ata1.00: ATA-9: Samsung SSD 860 EVO"),
    ("built by me@secret.example (x)", "built by <builder> (x)"),
    ("my-daemon[12]: hello", "program[12]: <removed>".replacing("12", with: "1")),
    ("Linux version 6.1.0 (me@secret) (gcc 12) #1", "Linux version 6.1.0 (<builder>) (gcc 12) #1"),
    (
      "rtc_cmos: setting system clock to 2026-11-22T04:00:00 UTC",
      "rtc_cmos: setting system clock to 2026-11-22T04:00:00 UTC"
    ),
  ])
  func `what names the machine or its people is removed, and nothing else`(
    line: String, clean: String
  ) {
    #expect(withoutIdentifyingValues(line) == clean)
  }
}
