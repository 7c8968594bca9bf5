import HostModel
import Testing
import UdevAccess

@Suite struct UdevTests {
  @Test func `every kind can be listed, and every function has an address of this machine`() throws {
    let udev = try #require(Udev())
    for kind in Udev.Kind.allCases {
      for device in udev.devices(kind) ?? [] { #expect(!device.name.isEmpty) }
    }
  }

  @Test func `a function that is not there has no driver`() throws {
    let udev = try #require(Udev())
    let address = PCIAddress(domain: 0xfffe, bus: 0xff, device: 31, function: 7)
    #expect(udev.driver(of: address) == nil)
  }

  @Test func `the hardware database, where there is one, knows a common vendor`() {
    switch HardwareDatabase() {
    case .some(let database):
      #expect(database.names(vendor: 0x8086, device: 0x10d3).vendor == "Intel Corporation")
    case .none: break
    }
  }
}
