import Glibc
import HostModel
import PCIAccess
import Testing

@Suite struct PCIReaderTests {
  private static let nothing = PCIFunctionSoftware(
    allUnknown: Unknown(.notCaptured, needs: "a capture"))

  /// A captured sys/bus/pci with one function.
  private final class Tree {
    let path: String

    init(_ address: String, files: [(String, [UInt8])]) {
      var template = Array("/tmp/xenquirks-XXXXXX".utf8CString)
      path = unsafe template.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress, let name = unsafe mkdtemp(start) else { return "" }
        return unsafe String(cString: name)
      }
      _ = unsafe mkdir("\(path)/devices", 0o755)
      _ = unsafe mkdir("\(path)/devices/\(address)", 0o755)
      for (name, bytes) in files {
        guard let file = unsafe fopen("\(path)/devices/\(address)/\(name)", "w") else { continue }
        _ = unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
      }
      self.address = address
      names = files.map(\.0)
    }

    private let address: String
    private let names: [String]

    deinit {
      for name in names { _ = unsafe unlink("\(path)/devices/\(address)/\(name)") }
      _ = unsafe rmdir("\(path)/devices/\(address)")
      _ = unsafe rmdir("\(path)/devices")
      _ = unsafe rmdir(path)
    }
  }

  private static let ids: [(String, [UInt8])] = [
    ("vendor", Array("0x8086\n".utf8)), ("device", Array("0x10d3\n".utf8)),
    ("class", Array("0x020000\n".utf8)), ("revision", Array("0x03\n".utf8)),
    ("subsystem_vendor", Array("0x15d9\n".utf8)), ("subsystem_device", Array("0x0605\n".utf8)),
  ]

  private func function(
    _ address: String, _ files: [(String, [UInt8])], limits: [PCIReadLimit] = []
  ) throws -> PCIFunction {
    let tree = Tree(address, files: files)
    var reader = try PCIReader(captured: tree.path, limits: limits)
    let address = try #require(PCIAddress(address))
    return try reader.function(at: address, software: Self.nothing)
  }

  @Test func `a tree without devices is an error, not the end of the process`() throws {
    var reader = try PCIReader(captured: "/tmp/xenquirks-no-such-tree")
    let address = PCIAddress(bus: 0, device: 3, function: 0)
    for _ in 0..<3 {
      let error = #expect(throws: PCIAccessError.self) {
        try reader.function(at: address, software: Self.nothing)
      }
      #expect(error?.message.contains("no-such-tree") == true)
    }
  }

  @Test func `the ids come from sysfs, also while the device is off`() throws {
    let off = [UInt8](repeating: 0xff, count: 64)
    let function = try function("0000:03:00.0", Self.ids + [("config", off)])
    #expect(function.identity.text == "8086:10d3")
    #expect(function.identity.classCode == 0x02_0000)
    #expect(function.identity.revision == 3)
    #expect(function.identity.subsystemVendor == 0x15d9)
    #expect(function.identity.subsystemDevice == 0x0605)
    #expect(function.config.readsAllOnes)
    #expect(function.registers.msi.unknown != nil)
  }

  @Test func `without config the ids stand and the registers are not captured`() throws {
    let function = try function("0000:03:00.0", Self.ids)
    #expect(function.identity.text == "8086:10d3")
    #expect(function.config.bytes.isEmpty)
    #expect(function.registers.msi.unknown?.cause == .notCaptured)
  }

  @Test func `without the text files the header gives the ids`() throws {
    var header = [UInt8](repeating: 0, count: 64)
    (header[0], header[1], header[2], header[3]) = (0x86, 0x80, 0xd3, 0x10)
    header[0x0b] = 2
    let function = try function("0000:03:00.0", [("config", header)])
    #expect(function.identity.text == "8086:10d3")
    #expect(function.identity.classCode == 0x02_0000)
  }

  @Test func `ids without a class are kept`() throws {
    let function = try function("0000:03:00.0", Array(Self.ids.prefix(2)))
    #expect(function.identity.text == "8086:10d3")
    #expect(function.identity.subsystemVendor == nil)
  }

  @Test func `a domain that Linux made up is read`() throws {
    let function = try function("10000:e1:00.0", Self.ids)
    #expect(function.address.domain == 0x10000)
    #expect(function.identity.text == "8086:10d3")
  }

  @Test func `a read limit is kept for its device alone`() throws {
    let config = [UInt8](repeating: 0, count: 256)
    let files = Self.ids + [("config", config)]
    let limited = try function("0000:03:00.0", files, limits: [(0x8086, 0x10d3, 0xa0)])
    #expect(limited.config.bytes.count == 0xa0)
    let other = try function("0000:03:00.0", files, limits: [(0x8086, 0x1533, 0xa0)])
    #expect(other.config.bytes.count == 256)
  }

  @Test func `a file of ids with rubbish in it costs that function alone`() throws {
    var files = Self.ids
    files[0].1 = Array("garbage\n".utf8)
    let result = Result { try function("0000:03:00.0", files) }
    if case .success(let function) = result { #expect(function.identity.vendor != 0x8086) }
  }

  @Test func `the live machine is read as its own sysfs shows it`() throws {
    guard unsafe access("/sys/bus/pci/devices/0000:00:00.0/vendor", R_OK) == 0 else { return }
    var reader = try PCIReader()
    let function = try reader.function(
      at: PCIAddress(bus: 0, device: 0, function: 0), software: Self.nothing)
    #expect(function.config.bytes.count >= 64)
    #expect(function.identity.vendor == function.config.identity?.vendor)
  }
}
