import FoundationEssentials
import TestSupport

/// The captures of real machines, which are not part of the project.
///
/// They are where XENQUIRKS_MACHINES names their folder, or in a folder beside the checkout.
enum Captures {
  static let folder: String? = {
    let candidates =
      [ProcessInfo.processInfo.environment["XENQUIRKS_MACHINES"]].compactMap { $0 }
      + ((try? FileManager.default.contentsOfDirectory(atPath: "\(Fixtures.root)/..")) ?? [])
      .map { "\(Fixtures.root)/../\($0)/machines" }
    return candidates.first { FileManager.default.fileExists(atPath: "\($0)/INDEX.tsv") }
  }()

  private static let files: [String] = {
    guard let folder else { return [] }
    return ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted()
      .map { "\(folder)/\($0)" }
  }()

  /// The dumps of PCI.
  static var dumps: [String] { files.filter { $0.hasSuffix(".hex") } }

  /// The options for machines of which more was kept, put together in a folder as trees.
  static func machines(in folder: Tool.Folder) throws -> [[String]] {
    var found: [[String]] = []
    for cpu in files where cpu.hasSuffix("/cpuinfo.txt") {
      let machine = String(cpu.dropLast("/cpuinfo.txt".count))
      let tree = "machines/\(found.count)"
      _ = try folder.write(try Fixtures.bytes(cpu), to: "\(tree)/proc/cpuinfo")
      for file in files where file.hasPrefix("\(machine)/") {
        let name = String(file.dropFirst(machine.count + 1))
        if name == "dmesg.txt" {
          _ = try folder.write(try Fixtures.bytes(file), to: "\(tree)/dmesg.txt")
        } else if name.hasPrefix("acpi/") {
          let table = "\(tree)/sys/firmware/acpi/tables/\(name.dropFirst("acpi/".count))"
          _ = try folder.write(try Fixtures.bytes(file), to: table)
        }
      }
      found.append(["--root", "\(folder.path)/\(tree)"])
      let dump = "\(machine)/lspci.hex"
      if files.contains(dump), FileManager.default.fileExists(atPath: "\(machine)/dmesg.txt") {
        found.append(["--pci-dump", dump, "--klog", "\(machine)/dmesg.txt"])
      }
    }
    return found
  }

  /// The options for trees of sysfs, unpacked into a folder.
  static func trees(in folder: Tool.Folder) async throws -> [[String]] {
    var found: [[String]] = []
    for archive in files where archive.contains(".tar.") {
      let tree = "\(folder.path)/trees/\(found.count)"
      try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
      let outcome = try await Tool.run(["-xf", archive, "-C", tree], path: "/bin/tar")
      let paths = try FileManager.default.subpathsOfDirectory(atPath: tree)
      let cpu = paths.first { $0 == "proc/cpuinfo" || $0.hasSuffix("/proc/cpuinfo") }
      guard outcome.status == 0, let cpu else { continue }
      found.append(["--root", "\(tree)/\(cpu.dropLast("proc/cpuinfo".count))"])
    }
    return found
  }
}
