import Glibc
import TestSupport
import Testing

/// The built program as an ordinary user runs it.
@Suite(.enabled(if: geteuid() == 0, "only root can become nobody"))
struct NobodyTests {
  private let folder = TemporaryFolder()

  /// A copy of the program where nobody may run it, and what it says of a tree.
  private func scan() async throws -> Tool.Outcome {
    folder.write("xenquirks", try Fixtures.bytes(Tool.path))
    #expect(unsafe chmod("\(folder.path)/xenquirks", 0o755) == 0)
    #expect(unsafe chmod(folder.path, 0o755) == 0)
    return try await Tool.run(
      ["scan", "--root", "\(folder.path)/tree", "--format", "json"],
      path: "\(folder.path)/xenquirks", asNobody: true)
  }

  private static let permission = "\"unknown\" : \"permission\""

  @Test func `tables that root alone may read are unknown for want of permission`() async throws {
    for name in ["HPET", "FACP"] {
      folder.write("tree/sys/firmware/acpi/tables/\(name)", [UInt8](repeating: 0, count: 244))
      #expect(unsafe chmod("\(folder.path)/tree/sys/firmware/acpi/tables/\(name)", 0) == 0)
    }
    let outcome = try await scan()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let acpi = outcome.output.split(separator: "\"acpi\" :")[1].prefix(600)
    #expect(acpi.split(separator: Self.permission).count == 3, "\(acpi)")
    #expect(acpi.contains("\"dmar\" : null"))
  }

  @Test func `with sys unreadable nothing is claimed and every fact has its cause`() async throws {
    folder.write("tree/sys/hypervisor/type", "xen\n")
    folder.write(
      "tree/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t: hypervisor\n")
    #expect(unsafe chmod("\(folder.path)/tree/sys", 0) == 0)
    let outcome = try await scan()
    #expect(unsafe chmod("\(folder.path)/tree/sys", 0o755) == 0)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"role\" : \"unknown\""))
    #expect(outcome.output.contains("\"findings\" : ["))
    #expect(!outcome.output.contains("\"state\" :"))
    #expect(outcome.output.split(separator: Self.permission).count > 10)
  }

  @Test func `the live machine is looked at without a complaint`() async throws {
    folder.write("xenquirks", try Fixtures.bytes(Tool.path))
    #expect(unsafe chmod("\(folder.path)/xenquirks", 0o755) == 0)
    #expect(unsafe chmod(folder.path, 0o755) == 0)
    let outcome = try await Tool.run(["scan"], path: "\(folder.path)/xenquirks", asNobody: true)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
  }
}

/// Whether a file system can be laid over a folder for one program alone.
private let canMask = unsafe system("unshare -m true 2>/dev/null") == 0

/// Places where little of a machine can be seen.
@Suite(.enabled(if: canMask, "no mount name space of our own can be had here"))
struct ContainerTests {
  /// Runs the program where a file system that is empty lies over some folders.
  private func run(masking folders: [String], _ arguments: String) async throws -> Tool.Outcome {
    let mounts = folders.map { "mount -t tmpfs none \($0)" }.joined(separator: " && ")
    return try await Tool.run(
      ["-m", "sh", "-c", "\(mounts) && exec \(Tool.path) \(arguments)"], path: "/usr/bin/unshare")
  }

  @Test func `in a container without sys nothing is claimed`() async throws {
    let outcome = try await run(masking: ["/sys"], "scan --format json")
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"tables\" : {"))
    #expect(!outcome.output.contains("\"state\" :"))
  }

  @Test func `without proc the options are not lost in silence`() async throws {
    let outcome = try await run(masking: ["/proc"], "scan --format json")
    #expect(outcome.status == 66)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains("/proc is not mounted"))
  }
}
