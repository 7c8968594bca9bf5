import FoundationEssentials
import HostSnapshot
import QuirkProof
import TestSupport

/// The machines of reports/gallery: all of them made here, none somebody's.
struct Gallery {
  struct Machine: Sendable, CustomStringConvertible {
    enum Origin: Sendable {
      /// QEMU played it (`make gallery`); the snapshot came out of the guest.
      case booted
      /// A captured tree of Tests/Fixtures.
      case tree(String)
      /// The lines of the file `machine` beside the snapshot.
      case words
    }

    var name: String
    var origin: Origin
    /// What it is.
    var title: String
    /// What is to be seen in its report.
    var sight: String

    var folder: String { "reports/gallery/\(name)" }
    var snapshot: String { "\(folder)/snapshot.json" }
    var description: String { name }
  }

  static let formats = [("text", "txt"), ("json", "json"), ("markdown", "md"), ("html", "html")]

  static let machines = [
    Machine(
      name: "howto", origin: .tree("Tests/Fixtures/trees/howto"),
      title:
        "Xeon E5620 with an 82574L and a MegaRAID SAS 2108, Xen 4.2.5 with a how-to's two lines",
      sight: "pcie_aspm=off on the line and L1 on at the link of the NIC; dom0_mem without max:"),
    Machine(
      name: "bay-trail", origin: .words,
      title: "Celeron J1900 board, Xen 4.13.0",
      sight:
        "an HPET that stands still in deep idle, forced by clocksource=hpet; folklore on dom0's line"
    ),
    Machine(
      name: "ryzen-ivrs", origin: .words,
      title: "Ryzen board with X470 whose IVRS table leaves an I/O APIC out, Xen 4.17.2",
      sight: "Xen runs without its IOMMU, a card is to be passed through, and the log says why"),
    Machine(
      name: "q35-intel", origin: .booted,
      title: "QEMU q35 with a Nehalem, Linux 6.1 alone, before Xen is installed",
      sight: "what the machine would need under Xen; no IOMMU"),
    Machine(
      name: "q35-intel-iommu", origin: .booted,
      title: "QEMU q35 with a Nehalem and VT-d, Xen 4.17",
      sight: "C-state errata that Xen handles; interrupt remapping"),
    Machine(
      name: "q35-amd", origin: .booted,
      title: "QEMU q35 with an EPYC, Linux 6.1 alone",
      sight: "the same cards behind an AMD CPU; no IOMMU"),
    Machine(
      name: "q35-amd-iommu", origin: .booted,
      title: "QEMU q35 with an EPYC and AMD-Vi, Xen 4.17",
      sight: "an IVRS table, and what Xen makes of it"),
    Machine(
      name: "i440fx", origin: .booted,
      title: "QEMU i440FX, an ordinary guest of QEMU",
      sight: "no PCI Express, and no advice: the defects of a virtual machine are those of its host"
    ),
    Machine(
      name: "xen-dom0", origin: .booted,
      title: "QEMU q35 with qemu64, dom0 of Xen 4.17",
      sight: "max_cstate=0, msi=false and a misspelt option on Xen's line, judged by Xen's own log"),
    Machine(
      name: "ordinary-user", origin: .booted,
      title: "The dom0 above, seen by an ordinary user",
      sight:
        "64 bytes of each function and no tool of Xen: what is unknown, and that root would know"),
  ]

  /// The snapshot of a machine made anew; nil where only QEMU can.
  static func snapshot(of machine: Machine) async throws -> String? {
    let folder = try Tool.Folder()
    let names = ["--pci-ids", "\(Fixtures.root)/reports/gallery/pci.ids"]
    switch machine.origin {
    case .booted: return nil
    case .tree(let path):
      return try await Tool.run(["snapshot", "--root", "\(Fixtures.root)/\(path)"] + names).output
    case .words:
      let words = try Fixtures.text(at: "\(Fixtures.root)/\(machine.folder)/machine")
      let host = try FixtureMachine(words, name: machine.name) { _ in "" }.host
      let tool = Snapshot.Tool(name: "xenquirks", version: "0.1.0")
      // What the words do not say nobody has looked at.
      let text = Snapshot(tool: tool, host: host).text
        .replacing("the fixture to say it", with: "a look at the machine")
      let path = try folder.write(text, to: "words.json")
      return try await Tool.run(["snapshot", "--from", path] + names).output
    }
  }

  /// A report as it stands in the gallery.
  static func report(of machine: Machine, format: String) async throws -> String {
    try await Tool.run([
      "report", "--quiet", "--format", format, "--from", "\(Fixtures.root)/\(machine.snapshot)",
    ]).output
  }

  /// What differs, but for the size and the digest of the database, which every new entry changes.
  static func difference(_ text: String, from path: String) -> String? {
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == nil,
      let committed = try? Fixtures.text(at: "\(Fixtures.root)/\(path)"),
      masked(committed) == masked(text)
    {
      return nil
    }
    return Golden.difference(text, from: path)
  }

  private static func masked(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.contains("known defects (database") || line.contains("\"digest\"")
        || line.contains(/"quirks" ?: [0-9]/) ? "" : line
    }
  }

  // MARK: Index

  static var markdown: String {
    let rows = machines.map { machine in
      let links = formats.map { "[\($0.1)](\(machine.name)/report.\($0.1))" }
        .joined(separator: " ")
      return "| `\(machine.name)` | \(machine.title) | \(machine.sight) | \(links) |"
    }
    return """
      # Gallery

      Reports of machines that nobody owns, in each format of `xenquirks report`, and the snapshot that each was made from:
      `xenquirks scan --from reports/gallery/howto/snapshot.json` looks at it again. How each was made stands in
      [../README.md](../README.md). [index.html](index.html) is this page for a browser.

      | machine | what it is | what is to be seen | reports |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  static var html: String {
    let items = machines.map { machine in
      let links = formats.map { "<a href=\"\(machine.name)/report.\($0.1)\">\($0.0)</a>" }
        .joined(separator: ", ")
      return """
        <li>
        <h2><a href="\(machine.name)/report.html">\(machine.name)</a></h2>
        <p>\(machine.title).</p>
        <p>To be seen: \(machine.sight).</p>
        <p class="soft">\(links), <a href="\(machine.name)/snapshot.json">snapshot</a></p>
        </li>
        """
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="color-scheme" content="light dark">
      <title>Reports of xenquirks</title>
      <style>
      :root { --fore: #1b1f24; --back: #ffffff; --soft: #57606a; --line: #d0d7de; }
      @media (prefers-color-scheme: dark) { :root { --fore: #e6edf3; --back: #0d1117; --soft: #9da7b1; --line: #30363d; } }
      body { margin: 0; background: var(--back); color: var(--fore); font: 16px/1.5 system-ui, sans-serif; }
      main { max-width: 50rem; margin: 0 auto; padding: 1rem; } h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 0; }
      ul { list-style: none; padding: 0; } li { border-top: 1px solid var(--line); padding: 0.75rem 0; } p { margin: 0.25rem 0; overflow-wrap: anywhere; }
      a { color: inherit; } .soft { color: var(--soft); }
      </style>
      </head>
      <body>
      <main>
      <h1>Reports of xenquirks</h1>
      <p>Machines that nobody owns: played by QEMU, or made from the specification.</p>
      <ul>
      \(items.joined(separator: "\n"))
      </ul>
      </main>
      </body>
      </html>

      """
  }
}
