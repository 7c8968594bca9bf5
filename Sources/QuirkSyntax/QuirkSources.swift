public import QuirkEngine
internal import TOMLKit

/// Quirk files, by their path under the folder of quirks.
public struct QuirkSources: Sendable {
  /// One file.
  public struct File: Sendable {
    public var path: String
    public var bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  private let files: [File]
  private static let tables: Set = [
    "quirk", "option", "family", "release", "policy", "idle-table", "kconfig", "remedy",
    "signature",
  ]

  /// Files in `families/` name ids, `options/xen.toml` and `options/linux.toml` are the catalogue,
  /// all others hold quirks.
  public init(files: [File]) {
    self.files = files.sorted { $0.path < $1.path }
  }

  /// Reads all files: every good entry, and every problem of the others.
  ///
  /// Options and families of `beside` are known without standing in the files.
  public func read(beside known: Knowledge = Knowledge()) -> QuirkReading {
    var reading = QuirkReading()
    let documents = files.compactMap { document($0, &reading) }
    for (table, log) in documents { addFamilies(table, log, &reading) }
    var families = Families()
    for family in known.families + reading.knowledge.families {
      families.add(family.name, family.ids)
    }
    let reader = EntryReader(conditions: ConditionReader(families: families))
    var entries: [Quirk] = []
    for (table, log) in documents {
      readOptions(table, log, OptionReader(conditions: reader.conditions), &reading)
      var root = TableReader(table, path: "", log: log)
      for entry in root.tables("quirk") {
        guard let (quirk, proof) = reader.quirk(entry) else { continue }
        reading.tests[quirk.id] = proof.list
        reading.reviews[quirk.id] = proof.review
        reading.rivals[quirk.id] = proof.rivals
        entries.append(quirk)
      }
      let tables = TableEntryReader(conditions: reader.conditions)
      reading.knowledge.policies += root.tables("policy").compactMap(tables.policy)
      reading.knowledge.idleModels += root.tables("idle-table").flatMap(tables.idleModels)
      reading.knowledge.kernelOptions += root.tables("kconfig").compactMap(tables.kernelOption)
      reading.knowledge.remedies += root.tables("remedy").compactMap(tables.remedy)
      for entry in root.tables("signature") {
        guard let signature = tables.signature(entry) else { continue }
        if reading.knowledge.signatures.contains(where: { $0.id == signature.id }) {
          entry.complain("signature '\(signature.id)' is defined twice")
        } else {
          reading.knowledge.signatures.append(signature)
        }
      }
      if let release = table["release"]?.table {
        var reader = TableReader(release, path: "release", log: log)
        if let newest = reader.optionalText("newest") { reading.newestXen = newest }
        for side in BootOption.Side.allCases {
          let versions = reader.texts(side.rawValue)
          if !versions.isEmpty { reading.releases[side] = versions }
        }
        reader.finish()
      }
      for key in root.keys where !Self.tables.contains(key) {
        log.add(
          "unknown table '\(key)'; a file holds [[quirk]], [[option]], [[policy]], [[idle-table]], "
            + "[[kconfig]], [[remedy]], [[signature]] and [family.NAME]", at: key)
      }
      reading.problems += log.problems
    }
    let together = QuirkLint.checkTogether(
      entries, rivals: reading.rivals, options: reading.knowledge.options + known.options)
    let bad = Set(together.map { "\($0.file):\($0.line)" })
    reading.problems += together
    reading.knowledge.quirks = entries.filter { !bad.contains($0.origin.description) }
    reading.problems.sort { ($0.file, $0.line) < ($1.file, $1.line) }
    return reading
  }

  private func document(_ file: File, _ reading: inout QuirkReading) -> (TOMLTable, ProblemLog)? {
    let refuse = { (line: Int, message: String) in
      QuirkProblem(file: file.path, line: line, message: message)
    }
    // TOMLKit stops at a NUL byte without a word, and takes bytes that are no UTF-8.
    if let place = file.bytes.firstIndex(of: 0) {
      reading.problems.append(refuse(Self.line(of: place, in: file.bytes), "a NUL byte"))
      return nil
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      reading.problems.append(refuse(1, "the file is not UTF-8"))
      return nil
    }
    do {
      let table = try TOMLTable(string: text)
      return (table, ProblemLog(file: file.path, text: text.replacing("\r\n", with: "\n")))
    } catch let error as TOMLParseError {
      let message = error.description.split(separator: "\n").joined(separator: " ")
      reading.problems.append(refuse(error.source.begin.line, message))
    } catch {
      reading.problems.append(refuse(1, "\(error)"))
    }
    return nil
  }

  private static func line(of place: Int, in bytes: [UInt8]) -> Int {
    bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
  }

  private func addFamilies(
    _ table: TOMLTable, _ log: ProblemLog, _ reading: inout QuirkReading
  ) {
    guard let named = table["family"]?.table else { return }
    for name in named.keys.sorted() {
      let path = "family.\(name)"
      guard let members = named[name]?.table else {
        log.add("'\(path)' is a table with title and ids", at: path)
        continue
      }
      var reader = TableReader(members, path: path, log: log)
      let title = reader.text("title")
      let ids = reader.texts("ids")
      if ids.isEmpty { reader.complain("a family needs ids") }
      reader.finish()
      if reading.knowledge.families.contains(where: { $0.name == name }) {
        reader.complain("family '\(name)' is defined twice")
      }
      reading.knowledge.families.append(DeviceFamily(name: name, title: title, ids: ids))
    }
  }

  private func readOptions(
    _ table: TOMLTable, _ log: ProblemLog, _ reader: OptionReader, _ reading: inout QuirkReading
  ) {
    var root = TableReader(table, path: "", log: log)
    let tables = root.tables("option")
    guard !tables.isEmpty else { return }
    let side: BootOption.Side
    switch log.file {
    case "options/xen.toml": side = .xen
    case "options/linux.toml": side = .linux
    default:
      return log.add("options stand in options/xen.toml and options/linux.toml", at: "option")
    }
    for entry in tables {
      guard let option = reader.option(entry, side: side) else { continue }
      if reading.knowledge.options.contains(where: { $0.side == side && $0.name == option.name }) {
        entry.complain("option '\(option.name)' is defined twice")
      } else {
        reading.knowledge.options.append(option)
      }
    }
  }
}
