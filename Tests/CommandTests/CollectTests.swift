import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `xenquirks-collect`: the tree that it makes says what the machine itself would say.
@Suite struct CollectTests {
  private static let howTo = "\(Fixtures.root)/Tests/Fixtures/trees/howto"

  private func scan(_ arguments: [String] = []) async throws -> String {
    let outcome = try await Tool.run(["scan", "--format", "json", "--quiet"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: Collector.allCases)
  func `a shell finds no fault in the script`(shell: Collector) async throws {
    let outcome = try await Tool.run(shell.shell + ["-n", Collector.script], path: "/usr/bin/env")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors == "")
  }

  @Test(arguments: ["howto", "howto-clean"], Collector.allCases)
  func `the tree of a tree says what the tree says`(name: String, shell: Collector) async throws {
    let folder = try Tool.Folder()
    let root = "\(Fixtures.root)/Tests/Fixtures/trees/\(name)"
    let tree = try await shell.tree(["--root", root], in: folder)
    #expect(tree.outcome.status == 0, "\(tree.outcome.errors)")
    let direct = try await scan(["--root", root])
    let collected = try await scan(["--root", tree.path])
    #expect(Collector.difference(direct, collected) == nil)
    #expect(collected.contains("\"quirk\" : \"intel-82574-aspm-hang\""))
  }

  @Test(arguments: ["howto", "howto-clean"])
  func `every shell and its tools write the same bytes`(name: String) async throws {
    let folder = try Tool.Folder()
    let root = "\(Fixtures.root)/Tests/Fixtures/trees/\(name)"
    let archives = [
      try await Collector.dash.tree(["--root", root], in: folder).archive,
      try await Collector.busybox.tree(["--root", root], in: folder).archive,
    ]
    #expect(archives[0].count > 100_000)
    #expect(archives[0] == archives[1])
  }

  @Test(arguments: Collector.allCases)
  func `the tree of this machine says what the machine says`(shell: Collector) async throws {
    let folder = try Tool.Folder()
    let tree = try await shell.tree(in: folder)
    #expect(tree.outcome.status == 0, "\(tree.outcome.errors)")
    let difference = Collector.difference(
      try await scan(), try await scan(["--root", tree.path]))
    #expect(difference == nil)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can become nobody"), arguments: Collector.allCases)
  func `the tree that an ordinary user takes says what he is told`(shell: Collector) async throws {
    let folder = try Tool.Folder()
    let program = try folder.write(try Fixtures.bytes(Tool.path), to: "xenquirks")
    #expect(unsafe chmod(program, 0o755) == 0)
    #expect(unsafe chmod(folder.path, 0o777) == 0)
    let tree = try await shell.tree(in: folder, asNobody: true)
    #expect(tree.outcome.status == 0, "\(tree.outcome.errors)")
    #expect(tree.outcome.errors.contains("could be read without root"))
    let direct = try await Tool.run(
      ["scan", "--format", "json", "--quiet"], path: program, asNobody: true)
    #expect(direct.status == 0, "\(direct.errors)")
    let collected = try await scan(["--root", tree.path])
    #expect(Collector.difference(direct.output, collected) == nil)
    #expect(collected.contains("\"needs\" : \"root\""))
  }

  @Test(arguments: Collector.allCases)
  func `what cannot be read is named, and unknown for want of permission`(
    shell: Collector
  ) async throws {
    let folder = try Tool.Folder()
    let tree = try await shell.tree(["--root", Self.howTo], in: folder)
    let manifest = try Fixtures.text(at: "\(tree.path)/MANIFEST")
    #expect(manifest.hasPrefix("xenquirks-collect/1\n"))
    #expect(manifest.contains("looked /proc/cpuinfo\n") && !manifest.contains("refused"))
    let hpet = "\(tree.path)/sys/firmware/acpi/tables/HPET"
    for path in [hpet, "\(tree.path)/xenpm.txt", "\(tree.path)/proc/meminfo"] {
      try? FileManager.default.removeItem(atPath: path)
    }
    _ = try folder.write("", to: "tree-\(shell.rawValue)/sys/firmware/acpi/tables/HPET")
    let notes = "refused /sys/firmware/acpi/tables/HPET\nfailed /xenpm.txt 'xenpm' to work (no)\n"
    _ = try folder.write(
      manifest.replacing("source tree", with: "source live") + notes,
      to: "tree-\(shell.rawValue)/MANIFEST")
    let report = try await scan(["--root", tree.path])
    let words = report.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(#""hpet" : {"needs" : "root", "unknown" : "permission"}"#))
    #expect(words.contains(#""needs" : "'xenpm' to work (no)", "unknown" : "interface-missing""#))
  }

  @Test(arguments: Collector.allCases)
  func `a preview names what an archive holds, and writes nothing`(shell: Collector) async throws {
    let folder = try Tool.Folder()
    let preview = try await shell.run(["--root", Self.howTo, "--preview"], in: folder)
    #expect(preview.status == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(Set(left).subtracting(["collect", "tools"]) == [])
    let tree = try await shell.tree(["--root", Self.howTo], in: folder)
    let listing = try await Tool.run(
      ["-tf", "\(folder.path)/\(shell.rawValue).tar"], path: "/bin/tar")
    let names = listing.output.split(separator: "\n").filter { !$0.hasSuffix("/") }
    #expect(names.count > 150)
    let shown = Set(
      preview.output.split(separator: "\n").compactMap {
        $0.split(separator: " ").dropFirst().first
      })
    for name in names { #expect(shown.contains("/\(name)"), "\(name)") }
    #expect(shown.count == names.count)
    let now = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      Set(now).subtracting(["collect", "tools", "\(shell.rawValue).tar"])
        == [String(tree.path.split(separator: "/").last ?? "")])
  }

  @Test(arguments: Collector.allCases)
  func `wrong use and places that cannot be written are told to a person`(
    shell: Collector
  ) async throws {
    let folder = try Tool.Folder()
    let tree = ["--root", Self.howTo]
    let cases: [([String], [String], Int32, String)] = [
      (["--wrong"], [], 64, "'--wrong' is no option"),
      (["-o"], [], 64, "-o needs a value"),
      (["--root", "\(folder.path)/none"], [], 66, "is no folder"),
      (tree + ["-o", "\(folder.path)/none/x.tar"], [], 73, "is the folder there"),
      (tree + ["-o", folder.path], [], 73, "is a folder"),
      (tree + ["-o", "x.tar"], ["TMPDIR=/proc/none"], 73, "TMPDIR=/another/folder"),
    ]
    for (arguments, environment, status, words) in cases {
      let outcome = try await shell.run(arguments, in: folder, environment: environment)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.output == "")
    }
    let help = try await shell.run(["--help"], in: folder)
    #expect(help.status == 0)
    #expect(help.output.contains("usage: sh xenquirks-collect"))
    let full = try await Tool.run(
      [
        "-c",
        "\(shell.shell.joined(separator: " ")) \(Collector.script) --root \(Self.howTo) -o - >/dev/full",
      ],
      path: "/bin/sh")
    #expect(full.status == 73, "\(full.errors)")
    #expect(full.errors.contains("standard output cannot be written"))
  }

  @Test(
    .enabled(
      if: unsafe system("unshare -m true 2>/dev/null") == 0, "no small disk can be had here"),
    arguments: Collector.allCases, ["16k", "200k"])
  func `a full disk is told, and left as it was`(shell: Collector, size: String) async throws {
    for (place, output) in [("disk", "x.tar"), ("work", "disk/x.tar")] {
      let folder = try Tool.Folder()
      for name in ["disk", "work"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
      }
      let words = shell.shell.joined(separator: " ")
      let command = """
        mount -t tmpfs -o size=\(size) none disk || exit 1
        TMPDIR=\(folder.path)/\(place) \(words) \(Collector.script) --root \(Self.howTo) -o \(output)
        status=$?
        ls disk work >&2
        exit $status
        """
      let outcome = try await Tool.run(
        ["-m", "sh", "-c", command], path: "/usr/bin/unshare", directory: folder.path)
      #expect(outcome.status == 73, "\(outcome.errors)")
      #expect(outcome.errors.contains("is the disk full?"), "\(outcome.errors)")
      #expect(outcome.errors.hasSuffix("\ndisk:\n\nwork:\n"), "\(outcome.errors)")
    }
  }

  @Test(arguments: Collector.allCases)
  func `a run that is ended leaves nothing behind`(shell: Collector) async throws {
    for signal in ["TERM", "HUP", "INT"] {
      let folder = try Tool.Folder()
      let work = "\(folder.path)/work"
      try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
      // `set -m` lets a background job hear INT.
      let machine = try Self.manyFunctions(in: folder)
      let command = """
        set -m
        TMPDIR=\(work) \(shell.shell.joined(separator: " ")) \(Collector.script) \
        --root \(machine) -o \(folder.path)/x.tar &
        until cat \(work)/*/places >/dev/null 2>&1; do kill -0 $! || exit 1; done
        kill -\(signal) -$! && wait $!
        """
      let outcome = try await Tool.run(["-c", command], path: "/bin/bash")
      #expect((outcome.status ?? 0) > 128, "\(outcome)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: work) == [])
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x.tar"))
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x.tar.part"))
    }
  }

  /// A machine that takes a while to collect.
  private static func manyFunctions(in folder: Tool.Folder) throws -> String {
    let devices = "machine/sys/bus/pci/devices"
    _ = try folder.write([UInt8](repeating: 0, count: 256), to: "\(devices)/0000:00:00.0/config")
    for bus in 10..<99 {
      for device in 0..<8 {
        try folder.link("\(devices)/0000:\(bus):0\(device).0", to: "0000:00:00.0")
      }
    }
    return "\(folder.path)/machine"
  }

  @Test func `the words that may stay on a line are those of the catalogue`() async throws {
    let folder = try Tool.Folder()
    let copy = try folder.write(try Fixtures.bytes(Collector.script), to: "xenquirks-collect")
    let options = Fixtures.files(under: "quirks/options", suffix: ".toml")
    let refresh = "\(Fixtures.root)/packaging/xenquirks-collect/refresh-options"
    let outcome = try await Tool.run(
      [refresh, copy] + options.map { "\(Fixtures.root)/\($0)" }, path: "/bin/sh")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let isFresh = try Fixtures.bytes(copy) == Fixtures.bytes(Collector.script)
    #expect(isFresh, "run 'make collect-options'")
    #expect(try Fixtures.text(at: copy).contains(" max_cstate "))
    #expect(try !Fixtures.text(at: copy).contains(" rootflags "))
  }
}
