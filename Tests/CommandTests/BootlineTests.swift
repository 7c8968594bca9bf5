import FoundationEssentials
import TestSupport
import Testing

/// `bootline --edit`, as a person runs it.
@Suite struct BootlineTests {
  private static let dump = "\(Fixtures.root)/Tests/Fixtures/dumps/nics-aspm-on.hex"

  private func edit(_ file: String, _ arguments: [String]) async throws -> Tool.Outcome {
    try await Tool.run(
      ["bootline", "--edit", file, "--pci-dump", Self.dump, "--policy", "conservative"] + arguments)
  }

  private static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static let samples = Fixtures.files(under: "Tests/Fixtures/boot")

  private static func style(_ path: String) -> String {
    for (suffix, style) in [
      (".default-grub", "grub"), (".grub.cfg", "grub.cfg"), (".xen.cfg", "xen.cfg"),
      (".xcp-ng", "xcp-ng"), (".raw", "raw"),
    ] where path.hasSuffix(suffix) { return style }
    return "menu.lst"
  }

  @Test(arguments: samples)
  func `a file is edited once, and not a second time`(sample: String) async throws {
    let folder = TemporaryFolder()
    folder.write(Self.name(sample), try Fixtures.text(sample))
    let file = "\(folder.path)/\(Self.name(sample))"
    let style = ["--style", Self.style(sample)]
    let shown = try await edit(file, style)
    #expect(shown.status == 0)
    #expect(shown.output.hasPrefix("--- \(file)\n+++ \(file)\n@@ "))
    #expect(
      try Fixtures.text(at: "\(folder.path)/\(Self.name(sample))") == Fixtures.text(sample),
      "shown, not written")

    let written = try await edit(file, style + ["--write"])
    #expect(written.status == 0, "\(written.errors)")
    #expect(written.output.isEmpty)
    let edited = try Fixtures.text(at: "\(folder.path)/\(Self.name(sample))")
    #expect(edited.contains("max_cstate=1"))
    let again = try await edit(file, style + ["--write"])
    #expect(again.errors.contains("nothing to change"))
    #expect(try Fixtures.text(at: "\(folder.path)/\(Self.name(sample))") == edited)

    let undone = try await edit(file, style + ["--undo", "--write"])
    #expect(undone.status == 0)
    let back = try Fixtures.text(at: "\(folder.path)/\(Self.name(sample))")
    #expect(!back.contains("max_cstate=1") && !back.contains("xenquirks"))
    let nothing = try await edit(file, style + ["--undo"])
    #expect(nothing.errors.contains("no edit to take back"))
  }

  @Test func `what another file of grub.d says counts, and a drop-in is made`() async throws {
    let folder = TemporaryFolder()
    folder.write("default/grub", "GRUB_CMDLINE_XEN=\"dom0_mem=2G,max:2G\"\n")
    folder.write("default/grub.d/a.cfg", "GRUB_CMDLINE_XEN=\"$GRUB_CMDLINE_XEN max_cstate=1\"\n")
    let file = "\(folder.path)/default/grub.d/xenquirks.cfg"
    let written = try await edit(file, ["--write"])
    #expect(written.status == 0, "\(written.errors)")
    let text = try Fixtures.text(at: "\(folder.path)/default/grub.d/xenquirks.cfg")
    #expect(text.contains("GRUB_CMDLINE_XEN=\"$GRUB_CMDLINE_XEN msi=false\"\n"))
    #expect(!text.contains("max_cstate"))
    #expect(
      text.contains(
        "GRUB_CMDLINE_LINUX_XEN_REPLACE=\"${GRUB_CMDLINE_LINUX_XEN_REPLACE:-$GRUB_CMDLINE_LINUX} "))
  }

  @Test func `the new text is that of diff -u`() async throws {
    let folder = TemporaryFolder()
    let sample = "Tests/Fixtures/boot/howto.menu.lst"
    folder.write("menu.lst", try Fixtures.text(sample))
    let shown = try await edit("\(folder.path)/menu.lst", [])
    folder.write("edit.diff", shown.output)
    _ = try await edit("\(folder.path)/menu.lst", ["--write"])
    let written = try Fixtures.text(at: "\(folder.path)/menu.lst")
    folder.write("menu.lst", try Fixtures.text(sample))
    let patched = try await Tool.run(
      ["-s", "-p0", "\(folder.path)/menu.lst", "\(folder.path)/edit.diff"], path: "/usr/bin/patch")
    #expect(patched.status == 0, "\(patched.output)")
    #expect(try Fixtures.text(at: "\(folder.path)/menu.lst") == written)
  }

  @Test func `a file that can't be written is told of, with its status`() async throws {
    let folder = TemporaryFolder()
    let missing = try await edit("\(folder.path)/menu.lst", [])
    #expect(missing.status == 66)
    folder.write("menu.lst", "title x\n")
    let empty = try await edit("\(folder.path)/menu.lst", [])
    #expect(empty.status == 65)
    #expect(empty.errors.contains("no entry in it boots Xen"))
    folder.write("grub.cfg", "a 'b\n")
    let broken = try await edit("\(folder.path)/grub.cfg", [])
    #expect(broken.status == 65)
    #expect(broken.errors.contains("grub.cfg:1: a quote that nobody closes"))
    let large = String(repeating: "# a comment of a file that is too long\n", count: 300_000)
    folder.write("menu.lst", large)
    let refused = try await edit("\(folder.path)/menu.lst", [])
    #expect(refused.status == 73)
    folder.write("what", "?\n")
    let unknown = try await edit("\(folder.path)/what", [])
    #expect(unknown.status == 65)
    #expect(unknown.errors.contains("--style menu.lst, grub, "))
  }
}
