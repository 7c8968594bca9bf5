import HostModel
import QuirkProof
import Testing

@Suite struct MachineTextTests {
  private func machines(
    _ text: String, including others: [String: String] = [:]
  ) throws -> [Host] {
    try MachineText(text, name: "test") { others[$0] ?? "" }.alternatives.map {
      try FixtureMachine($0).host
    }
  }

  @Test func `ids with alternatives make a machine each, and the vendor carries over`() throws {
    let hosts = try machines("01:00.0 8086:10d3|10f6|17aa:0001 class 020000")
    #expect(
      hosts.compactMap { $0.pci.value?.functions[0].identity.text }
        == ["8086:10d3", "8086:10f6", "17aa:0001"])
  }

  @Test func `the alternatives of several lines go on together`() throws {
    let hosts = try machines("cpu Intel 6 0x1a|0x2c 2\n01:00.0 8086:0001|0002|0003\n")
    #expect(hosts.compactMap { $0.cpu.identity.value?.model } == [0x1a, 0x2c, 0x1a])
    #expect(hosts.compactMap { $0.pci.value?.functions[0].identity.device } == [1, 2, 3])
  }

  @Test func `the value of a DMI field may hold blanks in its alternatives`() throws {
    let hosts = try machines("dmi product-name=Some Board|Other Board X")
    #expect(hosts.map { $0.dmi[.productName].value } == ["Some Board", "Other Board X"])
  }

  @Test func `a bar in a log line is no alternative`() throws {
    #expect(try machines("log a | b").count == 1)
  }

  @Test func `a later line wins, and forget takes lines back`() throws {
    let host = try machines(
      "include base\nforget 01:00.0 log\nlinux 6.12\n",
      including: [
        "base": "linux 6.1\nlog broken\n01:00.0 8086:10d3\n02:00.0 8086:10d3\n"
      ])[0]
    #expect(host.linux.build.value?.version == Version("6.12"))
    #expect(host.pci.value?.functions.map(\.address.bus) == [2])
    #expect(host.kernelLog.value == nil)
  }

  @Test func `a machine that includes itself is refused`() {
    #expect(throws: FixtureMachine.Problem.self) {
      try machines("include a", including: ["a": "include b", "b": "include a"])
    }
  }

  @Test(arguments: [
    ("frobnicate", "test:2: unknown word 'frobnicate' of a machine"),
    ("01:00.0 8086", "test:2: a function needs VENDOR:DEVICE"),
    ("01:00.0 8086:0001 reg 1000=0", "test:2: a register is OFFSET=VALUE in hexadecimal"),
    ("cpus many", "test:2: 'many' is no number"),
  ])
  func `a wrong line is named with its place`(line: String, message: String) {
    #expect(performing: { try machines("linux 6.1\n\(line)") }, throws: { "\($0)" == message })
  }
}
