import BootConfig
import TestSupport
import Testing

@Suite struct EditTests {
  @Test func `the samples hold every style`() {
    let styles = Set(Samples.files.map(Samples.style(of:)))
    #expect(styles == Set(BootStyle.allCases).subtracting([.grubFolder]))
  }

  @Test(arguments: Samples.files)
  func `a file prints as it was read`(path: String) throws {
    #expect(try Samples.document(path).bytes == Fixtures.bytes(path))
  }

  @Test(arguments: Samples.files)
  func `each edit is the golden one`(path: String) throws {
    let original = try Fixtures.bytes(path)
    var text = ""
    for (name, changes) in try operations(on: path) {
      var document = try Samples.document(path)
      try document.change(entry: Samples.entry(of: document), changes)
      text +=
        "== \(name)\n" + UnifiedDiff(from: original, to: document.bytes, path: path).description
    }
    var document = try Samples.document(path)
    do {
      try document.addEntry(
        copying: Samples.entry(of: document), Samples.operations[0].changes)
      text += "== new entry\n"
      text += UnifiedDiff(from: original, to: document.bytes, path: path).description
    } catch {
      text += "== no new entry\n\(error)\n"
    }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    #expect(Golden.difference(text, from: "Tests/Fixtures/golden/boot/\(name).diff") == nil)
  }

  @Test(arguments: Samples.files)
  func `an edit does to the words what it says and nothing else`(path: String) throws {
    for (name, changes) in try operations(on: path) {
      var document = try Samples.document(path)
      let number = Samples.entry(of: document)
      let before = document.entries
      try document.change(entry: number, changes)
      let after = document.entries
      #expect(
        after[number].xen.sorted() == words(before[number].xen, changes.xen).sorted(), "\(name)")
      #expect(
        after[number].dom0.sorted() == words(before[number].dom0, changes.dom0).sorted(), "\(name)")
      // What is left of the file still says the same.
      var others = (before, after)
      others.0.remove(at: number)
      others.1.remove(at: number)
      #expect(others.0.map(\.xen) == others.1.map(\.xen))
      #expect(others.0.map(\.dom0) == others.1.map(\.dom0))
    }
  }

  /// Where words stand in quotes, or behind more than one blank, undo gives the words back and not
  /// how they were written.
  private static let odd = ["arm-commands", "continued", "joined", "lines.raw"]

  private func expectUndone(
    _ document: any BootDocument, to original: [UInt8], path: String, _ comment: Comment
  ) throws {
    if Self.odd.contains(where: path.contains), comment != "add" {
      let before = try Samples.style(of: path).document(original, path: path)
      #expect(document.entries == before.entries, comment)
    } else {
      #expect(text(document.bytes) == text(ended(original, like: document.bytes)), comment)
    }
  }

  @Test(arguments: Samples.files)
  func `undo takes back every edit`(path: String) throws {
    let original = try Fixtures.bytes(path)
    for (name, changes) in try operations(on: path) {
      var document = try Samples.document(path)
      try document.change(entry: Samples.entry(of: document), changes)
      #expect(document.undo() == [], "\(name)")
      try expectUndone(document, to: original, path: path, "\(name)")
    }
  }

  @Test(arguments: Samples.files)
  func `undo takes back several edits, one on the other`(path: String) throws {
    let original = try Fixtures.bytes(path)
    var document = try Samples.document(path)
    for (_, changes) in Samples.operations {
      try document.change(entry: Samples.entry(of: document), changes)
    }
    document = try Samples.style(of: path).document(document.bytes, path: path)
    #expect(document.undo() == [])
    try expectUndone(document, to: original, path: path, "all")
  }

  @Test(
    arguments: Samples.files.filter {
      [.menuList, .grubScript, .xenEFI].contains(Samples.style(of: $0))
    })
  func `a new entry becomes the default, and undo takes it away`(path: String) throws {
    let original = try Fixtures.bytes(path)
    var document = try Samples.document(path)
    let number = Samples.entry(of: document)
    let old = document.entries[number]
    try document.addEntry(copying: number, Samples.operations[0].changes)
    let chosen = try #require(document.entries.first { $0.isDefault })
    #expect(chosen.xen == old.xen + ["max_cstate=1", "ivrs_ioapic[4]=00:14.0"])
    #expect(chosen.dom0 == old.dom0 + ["pcie_aspm.policy=performance"])
    let same = document.entries.filter { $0.title == old.title }
    #expect(same.map(\.xen) == [old.xen])
    #expect(document.undo() == [])
    #expect(text(document.bytes) == text(ended(original, like: document.bytes)))
  }

  @Test func `undo says what a person changed meanwhile`() throws {
    var document = try MenuList(Array(howTo.utf8), path: "menu.lst")
    try document.change(entry: 0, LineChanges(xen: [.added("max_cstate=1")], dom0: []))
    let changed = text(document.bytes).split(separator: "\n").map { line in
      line.contains("kernel") ? line.filter { $0 != "1" } : String(line)
    }.joined(separator: "\n")
    var again = try MenuList(Array(changed.utf8), path: "menu.lst")
    #expect(again.undo() == ["max_cstate=1, added to xen, is not there any more"])
  }

  // MARK: Helpers

  private let howTo = "title Xen\nkernel /xen.gz a=1\nmodule /vmlinuz b=2\n"

  /// The removal of the second word of each line.
  private func removal(from path: String) throws -> (name: String, changes: LineChanges) {
    let document = try Samples.document(path)
    let entry = document.entries[Samples.entry(of: document)]
    let second = { (words: [String]) in
      words.count > 1 ? [WordChange.removed(words[1], at: 1)] : []
    }
    return ("remove", LineChanges(xen: second(entry.xen), dom0: second(entry.dom0)))
  }

  /// All that can be done to a sample: what it does not hold can't be replaced.
  private func operations(on path: String) throws -> [(name: String, changes: LineChanges)] {
    let document = try Samples.document(path)
    let entry = document.entries[Samples.entry(of: document)]
    let fitting = { (changes: [WordChange], words: [String]) in
      changes.filter { change in
        if case .replaced(let old, _) = change { words.contains(old) } else { true }
      }
    }
    return (Samples.operations + [try removal(from: path)]).map { name, changes in
      (
        name,
        LineChanges(
          xen: fitting(changes.xen, entry.xen), dom0: fitting(changes.dom0, entry.dom0))
      )
    }
  }

  private func words(_ words: [String], _ changes: [WordChange]) -> [String] {
    var words = words
    for change in changes {
      switch change {
      case .added(let word): words.append(word)
      case .removed(let word, _): words.removeAll { $0 == word }
      case .replaced(let old, let new):
        if let place = words.lastIndex(of: old) { words[place] = new }
      }
    }
    return words
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// A new line must not join the last one of a file without a newline at its end, so that stays.
  private func ended(_ original: [UInt8], like edited: [UInt8]) -> [UInt8] {
    guard let last = original.last, last != UInt8(ascii: "\n"), edited.last == UInt8(ascii: "\n")
    else { return original }
    return original + [UInt8(ascii: "\n")]
  }
}
