import FoundationEssentials
import TestSupport
import Testing

/// The gallery is what the program prints today.
@Suite struct GalleryTests {
  @Test(arguments: Gallery.machines)
  func `a machine of the gallery is what it was made from, and its reports are today's`(
    machine: Gallery.Machine
  ) async throws {
    if let snapshot = try await Gallery.snapshot(of: machine) {
      let difference = Golden.difference(snapshot, from: machine.snapshot)
      #expect(difference == nil)
    }
    for (format, suffix) in Gallery.formats {
      let text = try await Gallery.report(of: machine, format: format)
      #expect(!text.isEmpty)
      let difference = Gallery.difference(text, from: "\(machine.folder)/report.\(suffix)")
      #expect(difference == nil)
    }
  }

  @Test func `the index names every machine, and no other is in the folder`() throws {
    #expect(Golden.difference(Gallery.markdown, from: "reports/gallery/README.md") == nil)
    #expect(Golden.difference(Gallery.html, from: "reports/gallery/index.html") == nil)
    let folder = "\(Fixtures.root)/reports/gallery"
    let folders = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { !$0.contains(".") }
    #expect(Set(folders) == Set(Gallery.machines.map(\.name)))
    #expect(Gallery.machines.count >= 8)
  }

  @Test func `the gallery tells of every state of a finding`() throws {
    let reports = try Gallery.machines.map { machine in
      try Fixtures.text(at: "\(Fixtures.root)/\(machine.folder)/report.json")
    }.joined()
    for state in ["missing", "ineffective", "latent", "handled"] {
      #expect(reports.contains("\"state\" : \"\(state)\""), "\(state)")
    }
  }
}
