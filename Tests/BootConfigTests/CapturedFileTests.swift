import BootConfig
import FoundationEssentials
import TestSupport
import Testing

/// Files of other people, which are no part of the project: the tests run where a neighbour of this
/// checkout, or XENQUIRKS_MACHINES, holds them.
@Suite struct CapturedFileTests {
  private static let files: [String] = {
    let candidates =
      [ProcessInfo.processInfo.environment["XENQUIRKS_MACHINES"]].compactMap { $0 }
      + ((try? FileManager.default.contentsOfDirectory(atPath: "\(Fixtures.root)/..")) ?? [])
      .map { "\(Fixtures.root)/../\($0)/machines" }
    let folder = candidates.map { "\($0)/grub" }.first(where: FileManager.default.fileExists)
    guard let folder else { return [] }
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.contains(".") }.sorted().map { "\(folder)/\($0)" }
  }()

  @Test(.enabled(if: !files.isEmpty, "no captured files are here"), arguments: files)
  func `a file prints as it was read, in each style that takes it`(path: String) throws {
    let bytes = try Fixtures.bytes(path)
    var taken = 0
    for style in BootStyle.allCases {
      guard let document = try? style.document(bytes, path: path) else { continue }
      taken += 1
      #expect(document.bytes == bytes, "\(style)")
      for index in document.entries.indices {
        var edited = document
        let changes = LineChanges(xen: [.added("max_cstate=1")], dom0: [.added("quiet=x")])
        try edited.change(entry: index, changes)
        #expect(edited.entries[index].xen == document.entries[index].xen + ["max_cstate=1"])
        #expect(edited.undo() == [])
        #expect(edited.bytes == bytes || style == .grub || style == .grubFolder, "\(style)")
      }
    }
    #expect(taken > 0)
  }
}
