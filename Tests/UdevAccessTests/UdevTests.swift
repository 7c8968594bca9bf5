import HostModel
import Testing
import UdevAccess

@Suite struct UdevTests {
  @Test(arguments: Udev.Kind.allCases)
  func `every kind can be listed`(kind: Udev.Kind) {
    guard let udev = Udev() else { return }
    for device in udev.devices(kind) ?? [] { #expect(!device.name.isEmpty) }
  }

  @Test func `a function that is not there has no driver`() {
    guard let udev = Udev() else { return }
    let address = PCIAddress(domain: 0xfffe, bus: 0xff, device: 31, function: 7)
    #expect(udev.driver(of: address) == nil)
  }

  @Test func `the hardware database, where there is one, knows a common vendor`() {
    guard let database = HardwareDatabase() else { return }
    #expect(database.names(vendor: 0x8086, device: 0x10d3).vendor == "Intel Corporation")
  }
}
