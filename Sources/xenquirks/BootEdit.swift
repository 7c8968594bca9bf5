internal import BootAdvice
internal import BootConfig
internal import SystemAccess

/// One edit of a boot loader's file: read, changed, shown or written.
struct BootEdit {
  enum Choice {
    /// The default entry.
    case standard
    case named(String)
    case all
  }

  var path: String
  var style: BootStyle?
  var choice: Choice
  var isNew: Bool
  var undoes: Bool

  /// Shows the change, or makes it.
  func run(
    with machine: () throws -> Run, policy: PolicyOptions, writes: Bool, output: OutputOptions
  ) throws {
    let notice = { (text: String) in if !output.quiet { complain("xenquirks: \(text)") } }
    let original = try read()
    let old = original?.bytes ?? []
    let style = try style ?? guessed(old)
    guard original != nil || style == .grubFolder else {
      throw Failure(.inputMissing, "\(path): there is no such file")
    }
    var document: any BootDocument
    do {
      document = try style.document(old, path: path)
      if undoes {
        for text in document.undo() { notice("\(path): \(text)") }
      } else {
        try change(&document, style, with: try machine(), policy: policy, notice)
      }
    } catch let error as BootFileError {
      throw Failure(.badInput, error.path.isEmpty ? "\(path): \(error)" : "\(error)")
    }
    let bytes = document.bytes
    guard bytes != old else {
      notice(undoes ? "\(path): no edit to take back" : "\(path): nothing to change")
      return
    }
    guard writes else {
      return try write(
        UnifiedDiff(from: old, to: bytes, path: path).description, to: output.output)
    }
    try replace(original, with: bytes, notice)
    if let command = style.followUp { notice("now run: \(command)") }
  }

  /// The entry that is meant, as it would be booted.
  func chosenEntry(_ notice: (String) -> Void) throws -> BootEntry {
    guard let original = try read() else {
      throw Failure(.inputMissing, "\(path): there is no such file")
    }
    let style = try style ?? guessed(original.bytes)
    do {
      let document = try style.document(original.bytes, path: path)
      let entries = try entries(of: document, style)
      guard !entries.isEmpty else {
        throw BootFileError(path, "no entry in it boots Xen with a dom0 kernel")
      }
      let number = try numbers(of: entries, notice)[0]
      return entries[number]
    } catch let error as BootFileError {
      throw Failure(.badInput, "\(error)")
    }
  }

  // MARK: The file

  /// No boot loader's file is as long as this, in bytes.
  private static let longest = 4 << 20

  /// The file; nil where there is none.
  private func read() throws -> OriginalFile? {
    do {
      return try OriginalFile(reading: path, limit: Self.longest)
    } catch  where error.kind == .notFound {
      return nil
    } catch {
      throw Failure(error)
    }
  }

  private func replace(
    _ original: OriginalFile?, with bytes: [UInt8], _ notice: (String) -> Void
  ) throws {
    do {
      let result =
        if let original {
          try original.replace(with: bytes, backupSuffix: ".xenquirks-\(currentDay())")
        } else {
          try createFile(path, with: bytes)
        }
      for text in result.notices { notice(text) }
      notice("\(path): written" + (result.backup.map { "; the old text is in \($0)" } ?? ""))
    } catch {
      throw Failure(error)
    }
  }

  // MARK: What is changed

  private func change(
    _ document: inout any BootDocument, _ style: BootStyle, with run: Run, policy: PolicyOptions,
    _ notice: (String) -> Void
  ) throws {
    let entries = try entries(of: document, style)
    guard !entries.isEmpty else {
      throw BootFileError(path, "no entry in it boots Xen with a dom0 kernel")
    }
    let chosen = try numbers(of: entries, notice)
    for number in chosen {
      let changes = try run.changes(of: entries[number], path: path, policy: policy)
      guard !changes.isEmpty else { continue }
      if isNew {
        try document.addEntry(copying: number, changes)
      } else {
        try document.change(entry: number, changes)
        try checkEffect(of: changes, on: entries[number], in: document, style)
      }
    }
    for text in document.notices { notice("\(path): \(text)") }
  }

  /// The entries as they are booted: what GRUB's settings say, all their files say together.
  private func entries(of document: any BootDocument, _ style: BootStyle) throws -> [BootEntry] {
    guard style == .grub || style == .grubFolder else { return document.entries }
    var settings: [GrubDefaults] = []
    for file in neighbours(style) {
      if file == path {
        settings.append(try GrubDefaults(document.bytes, path: file))
        continue
      }
      do {
        let bytes = try OriginalFile(reading: file, limit: Self.longest).bytes
        settings.append(try GrubDefaults(bytes, path: file))
      } catch let error as ReplacementProblem {
        throw Failure(error)
      }
    }
    return GrubDefaults(sourcing: settings).entries
  }

  /// Looks whether an edit of GRUB's settings arrives: another file may set a variable afterwards.
  ///
  /// Throws: it does not, or another word got lost by it.
  private func checkEffect(
    of changes: LineChanges, on before: BootEntry, in document: any BootDocument,
    _ style: BootStyle
  ) throws {
    guard style == .grub || style == .grubFolder,
      let after = try entries(of: document, style).first
    else { return }
    let others = neighbours(style).filter { $0 != path }.joined(separator: ", ")
    for (changes, before, after) in [
      (changes.xen, before.xen, after.xen), (changes.dom0, before.dom0, after.dom0),
    ] {
      if let word = changes.failing(from: before, to: after) {
        throw BootFileError(
          "",
          "\(word) would not be as it should: another file sets the same variable; look at "
            + others)
      }
    }
  }

  /// The files that grub-mkconfig sources, in its order, with this one among them.
  private func neighbours(_ style: BootStyle) -> [String] {
    var folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    if style == .grubFolder, folder.last == "grub.d" { folder.removeLast() }
    let home = folder.isEmpty ? "." : folder.joined(separator: "/")
    let root = SystemRoot(path: home)
    let parts = ((try? root.list("grub.d")) ?? []).filter { $0.hasSuffix(".cfg") }.sorted()
    var files = parts.map { "\(home)/grub.d/\($0)" }
    if root.exists("grub") { files.insert("\(home)/grub", at: 0) }
    let own = path.contains("/") ? path : "./\(path)"
    guard !files.contains(own) else { return files.map { $0 == own ? path : $0 } }
    // A file to be made is sourced where its name stands.
    guard style == .grubFolder else { return [path] }
    let place = files.firstIndex { $0.hasSuffix(".cfg") && $0 > own } ?? files.endIndex
    files.insert(path, at: place)
    return files
  }

  private func numbers(of entries: [BootEntry], _ notice: (String) -> Void) throws -> [Int] {
    switch choice {
    case .all: return Array(entries.indices)
    case .standard:
      if let number = entries.firstIndex(where: \.isDefault) { return [number] }
      if entries.count > 1 {
        notice("\(path): the default entry boots no Xen, or is not known: \(entries[0].title)")
      }
      return [0]
    case .named(let name):
      if let number = Int(name), entries.indices.contains(number - 1) { return [number - 1] }
      let fitting = entries.indices.filter { entries[$0].title == name }
      if let number = fitting.first { return [number] }
      let titles = entries.enumerated().map { "  \($0.offset + 1)  \($0.element.title)" }
      throw Failure(
        .usage,
        "--entry: '\(name)' is none of the entries that boot Xen:\n"
          + titles.joined(separator: "\n"))
    }
  }

  private func guessed(_ bytes: [UInt8]) throws -> BootStyle {
    guard let style = BootStyle(guessing: path, bytes) else {
      let styles = BootStyle.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure(
        .badInput, "\(path): no boot loader's file that is known; name it with --style \(styles)")
    }
    return style
  }
}

extension Failure {
  init(_ problem: ReplacementProblem) {
    let status: ExitStatus =
      switch problem.kind {
      case .notFound: .inputMissing
      case .noPermission: .noPermission
      case .cannotRead: .badInput
      case .exists, .cannotWrite, .changedMeanwhile, .refused, .unsynchronized: .cannotWrite
      }
    self.init(status, "\(problem)")
  }
}

extension BootStyle {
  /// What makes the boot loader see the change; nil where it reads the file itself.
  fileprivate var followUp: String? {
    switch self {
    case .grub, .grubFolder:
      SystemRoot(path: "/").exists("usr/sbin/update-grub")
        ? "update-grub" : "grub2-mkconfig -o /boot/grub2/grub.cfg"
    case .xcpNG: "sh on that file"
    case .menuList, .grubScript, .xenEFI, .raw: nil
    }
  }
}
