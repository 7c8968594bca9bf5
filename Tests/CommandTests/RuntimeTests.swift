import FoundationEssentials
import QuirkProof
import TestSupport
import Testing

/// Run-time remedies, printed by `bootline` and run here on a stand-in for setpci.
@Suite struct RuntimeTests {
  private static let howTo = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
  private static let nics = [
    "--pci-dump", "\(Fixtures.root)/Tests/Fixtures/dumps/nics-aspm-on.hex", "--xen-version", "4.17",
    "--linux-version", "6.1", "--dom0-line", "placeholder",
  ]

  private func script(_ arguments: [String], style: String = "script") async throws -> String {
    let outcome = try await Tool.run(["bootline", "--style", style] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  /// What a script calls, word by word.
  private func calls(_ script: String, _ verb: String) async throws -> [String] {
    let folder = try Tool.Folder()
    let log = "\(folder.path)/log"
    let setpci = try folder.write("#!/bin/sh\necho \"$@\" >> \(log)\n", to: "setpci")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: setpci)
    let file = try folder.write(script, to: "remedies.sh")
    let outcome = try await Tool.run(
      ["-c", "PATH=\(folder.path):$PATH exec sh \(file) \(verb)"], path: "/bin/sh")
    #expect(outcome.status == (verb == "start" || verb == "stop" ? 0 : 64), "\(outcome.errors)")
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  @Test func `L1 goes off at the lower end first, and on at the upper end first`() async throws {
    let text = try await script(["--root", Self.howTo])
    let off = ["-s 0000:03:00.0 CAP_EXP+10.w=0:2", "-s 0000:00:07.0 CAP_EXP+10.w=0:2"]
    #expect(try await calls(text, "start") == off)
    #expect(
      try await calls(text, "stop") == [
        "-s 0000:00:07.0 CAP_EXP+10.w=2:2", "-s 0000:03:00.0 CAP_EXP+10.w=2:2",
      ])
    #expect(try await calls(text, "restart").isEmpty)
  }

  @Test func `only the states that arm a quirk are cleared, at every function`() async throws {
    let calls = try await calls(try await script(Self.nics), "start")
    #expect(calls.contains("-s 0000:04:00.0 CAP_EXP+10.w=0:1"), "an 82575 stumbles over L0s alone")
    #expect(calls.contains("-s 0000:03:00.1 CAP_EXP+10.w=0:2"))
    #expect(calls.count(where: { $0.contains("0000:01:00.0") }) == 1)
  }

  @Test func `where the kernel offers the link's states, it is asked`() async throws {
    let folder = try Tool.Folder()
    let tree = "\(folder.path)/tree"
    try FileManager.default.copyItem(atPath: Self.howTo, toPath: tree)
    let link = "\(tree)/sys/bus/pci/devices/0000:03:00.0/link"
    try FileManager.default.createDirectory(atPath: link, withIntermediateDirectories: true)
    try "1\n".write(toFile: "\(link)/l1_aspm", atomically: false, encoding: .utf8)
    let text = try await script(["--root", tree])
    #expect(text.contains("  echo 0 > /sys/bus/pci/devices/0000:03:00.0/link/l1_aspm\n"))
    #expect(text.contains("  echo 1 > /sys/bus/pci/devices/0000:03:00.0/link/l1_aspm\n"))
    #expect(!text.contains("setpci"))
    #expect(!text.contains("l0s_aspm"))
  }

  @Test func `a unit starts each command and stops them backwards`() async throws {
    let unit = try await script(["--root", Self.howTo], style: "systemd")
    let lines = unit.split(separator: "\n").filter { $0.hasPrefix("Exec") }
    #expect(
      lines == [
        "ExecStart=-/bin/sh -c \"setpci -s 0000:03:00.0 CAP_EXP+10.w=0:2\"",
        "ExecStart=-/bin/sh -c \"setpci -s 0000:00:07.0 CAP_EXP+10.w=0:2\"",
        "ExecStop=-/bin/sh -c \"setpci -s 0000:00:07.0 CAP_EXP+10.w=2:2\"",
        "ExecStop=-/bin/sh -c \"setpci -s 0000:03:00.0 CAP_EXP+10.w=2:2\"",
      ])
  }

  @Test(arguments: ["script", "systemd"])
  func `a sound machine gets commands that do nothing`(style: String) async throws {
    let dump = "\(Fixtures.root)/Tests/Fixtures/dumps/nics-near.hex"
    let text = try await script(
      ["--pci-dump", dump, "--xen-version", "4.17", "--linux-version", "6.1"], style: style)
    #expect(text.contains("Nothing is to be done at run time."))
    if style == "script" { #expect(try await calls(text, "start").isEmpty) }
  }

  @Test func `an interface without a name has to be filled in`() async throws {
    let folder = try Tool.Folder()
    let machine = try FixtureMachine(
      "0000:00:19.0 8086:10ea class 020000 driver e1000e\n", name: "nic"
    ) { _ in "" }
    let dump = try folder.write(machine.dump, to: "nic.hex")
    let log = try folder.write(
      "e1000e 0000:00:19.0 eth0: Try turning off Tx pause (flow control) via ethtool\n",
      to: "dmesg")
    let text = try await script([
      "--pci-dump", dump, "--klog", log, "--xen-version", "4.17", "--linux-version", "6.1",
    ])
    #expect(
      text.contains("\n  # Fill in the name of its network interface, and take the # away:\n"))
    #expect(text.contains("\n  # ethtool -A INTERFACE tx off\n"))
    #expect(!text.contains("\n  ethtool"))
  }

  @Test func `every command of the database is one that a shell can read`() async throws {
    var commands: [String] = []
    for file in Fixtures.files(under: "quirks") where file.hasSuffix(".toml") {
      for line in try Fixtures.text(file).split(separator: "\n") {
        guard
          line.hasPrefix("run = ") || line.hasPrefix("undo-run = ")
            || line.hasPrefix("undo = \"echo")
        else { continue }
        commands += line.matches(of: /"([^"]*)"/).map { String($0.1) }
      }
    }
    #expect(commands.count > 20)
    let names = ["address": "0000:01:00.0", "interface": "eth0", "bits": "2", "mask": "3"]
    let text = commands.map { command in
      names.reduce(command) { $0.replacing("{\($1.key)}", with: $1.value) } + "\n"
    }.joined()
    #expect(!text.contains("{"))
    let folder = try Tool.Folder()
    let file = try folder.write(text, to: "all.sh")
    let outcome = try await Tool.run(["-n", file], path: "/bin/sh")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `a boot loader's file takes no commands`() async throws {
    let outcome = try await Tool.run(["bootline", "--style", "script", "--edit", "/dev/null"])
    #expect(outcome.status == 64)
  }
}
