import HostModel
import SystemAccess
import TestSupport
import Testing

@testable import HostProbes

@Suite struct CounterTests {
  @Test func `interrupts are read whatever the chip writes behind the counts`() {
    let table = InterruptTable(
      parsing: """
                   CPU0       CPU1
          8:          1          2  IR-IO-APIC   8-edge      rtc0
         16:          5          0   IO-APIC-fasteoi   ehci_hcd:usb1, uhci_hcd
         24:        991          9  xen-pirq-ioapic-level  eth0
         25:          3          4  xen-pirq    -msi-x  nvme0q0
        120:          0          0  PCI-MSIX-0000:03:00.0   0-edge      eth0-rx-0
        NMI:          7          7   Non-maskable interrupts
        999:          1
        """)
    #expect(table.lines.map(\.number) == [8, 16, 24, 25, 120])
    #expect(table.lines.map(\.count) == [3, 5, 1000, 7, 0])
    #expect(table.lines.map(\.kind) == [.line, .line, .line, .msix, .msix])
    #expect(table.lines.map(\.isShared) == [false, true, false, false, false])
    #expect(table.lines[1].users == ["ehci_hcd:usb1", "uhci_hcd"])
    #expect(table.lines[3].chip == "xen-pirq-msi-x")
  }

  @Test func `a table of no CPUs, or none at all, has no lines`() {
    #expect(InterruptTable(parsing: "").lines.isEmpty)
    #expect(InterruptTable(parsing: "CPU0\n 1: many IO-APIC 1-edge x\n").lines.isEmpty)
  }
}

@Suite struct ObservationTests {
  private func counters(_ interrupts: Int, _ errors: Int, _ idle: Int) -> CounterHost {
    var counters = CounterHost(allUnknown: Unknown(.notCaptured, needs: "x"))
    let source = Source.derived("test")
    counters.interrupts = .known(
      [InterruptLine(number: 9, count: interrupts, chip: "IO-APIC", users: ["acpi", "x"])],
      source: source)
    counters.network = .known(
      [Counter(subject: "eth0", name: "tx_errors", value: errors)], source: source)
    counters.residency = .known(
      [Counter(subject: "C6", name: "microseconds", value: idle)], source: source)
    return counters
  }

  private func observation(_ before: CounterHost, _ after: CounterHost) -> Observation {
    Observation(seconds: 2, before: before, after: after, tsc: .absent, kernelLog: .absent)
  }

  @Test func `a link that changes and comes back is told with all that it ran at`() throws {
    let link = try #require(PCIAddress("0000:01:00.0"))
    let calm = try #require(PCIAddress("0000:02:00.0"))
    var changes = LinkChanges([link: "8.0 GT/s PCIe x16", calm: "5.0 GT/s PCIe x1"])
    changes.add([link: "2.5 GT/s PCIe x16", calm: "5.0 GT/s PCIe x1"])
    changes.add([link: "2.5 GT/s PCIe x16", calm: "5.0 GT/s PCIe x1"])
    changes.add([link: "8.0 GT/s PCIe x16"])
    #expect(changes.count == 2)
    #expect(
      changes.changes == [
        Observation.LinkChange(
          address: link, rates: ["8.0 GT/s PCIe x16", "2.5 GT/s PCIe x16", "8.0 GT/s PCIe x16"])
      ])
  }

  @Test func `rates are growth over time, and a storm is told by its rate or its peak`() {
    var seen = observation(counters(100, 1, 0), counters(300_100, 4, 3_000_000))
    seen.cpus = 2
    #expect(seen.interrupts.map(\.growth) == [300_000])
    #expect(seen.interrupts.map(\.isStorm) == [true])
    #expect(seen.growth(of: \.network).map(\.growth) == [3])
    #expect(seen.residency.map(\.percent) == [75])
    var calm = observation(counters(100, 1, 0), counters(500, 1, 0))
    #expect(calm.interrupts.map(\.isStorm) == [false])
    #expect(calm.growth(of: \.network).isEmpty)
    calm.peaks = [9: 200_000]
    #expect(calm.interrupts.map(\.isStorm) == [true])
  }

  @Test func `a counter that was set back counts from zero`() {
    let seen = observation(counters(1000, 50, 0), counters(10, 2, 0))
    #expect(seen.interrupts.map(\.growth) == [10])
    #expect(seen.growth(of: \.network).map(\.growth) == [2])
  }
}
