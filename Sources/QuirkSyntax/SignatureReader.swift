internal import HostModel
internal import QuirkEngine

extension TableEntryReader {
  /// A signature whose samples hold; nil when a part of it is wrong.
  func signature(_ table: TableReader) -> LogSignature? {
    var table = table
    let before = table.log.problems.count
    let id = table.text("id")
    let log: LogSignature.Log? = table.name("log")
    let kind: LogSignature.Kind? = table.name("kind", default: .trouble)
    let patterns = table.texts("pattern")
    if patterns.isEmpty { table.complain("a signature needs a pattern") }
    let means = table.text("means")
    let drivers = table.texts("driver")
    let reference = table.text("reference")
    let (matches, near) = (table.texts("match"), table.texts("near"))
    table.finish()
    var signature: LogSignature?
    do throws(TermError) {
      signature = try LogSignature(
        id: id, log: log ?? .klog, kind: kind ?? .trouble, patterns: patterns, drivers: drivers,
        means: means, reference: reference)
    } catch {
      table.complain(error.message, at: "pattern")
    }
    if let signature {
      table.checkSamples(of: signature.texts, matches: matches, near: near) {
        signature.patterns(in: $0)
      }
    }
    return table.log.problems.count == before ? signature : nil
  }
}

extension TableReader {
  /// Holds patterns against the lines that they are to fit, and those that are close and must not fit.
  func checkSamples(
    of patterns: [String], matches: [String], near: [String],
    names: (match: String, near: String) = ("match", "near"), _ fitting: (String) -> [String]
  ) {
    var fitted: Set<String> = []
    for line in matches {
      let found = fitting(line)
      if found.isEmpty { complain("no pattern fits '\(line)'", at: names.match) }
      fitted.formUnion(found)
    }
    for pattern in patterns where !fitted.contains(pattern) {
      complain(
        "'\(pattern)' has no sample that it fits; add one to \(names.match) = [...]",
        at: names.match)
    }
    if near.isEmpty {
      complain(
        "a pattern has a near miss, a line that is close and does not fit: \(names.near) = [...]")
    }
    let words = Set(patterns.flatMap(Self.words))
    for line in near {
      for pattern in fitting(line) { complain("'\(pattern)' fits '\(line)'", at: names.near) }
      if words.isDisjoint(with: Self.words(of: line)) {
        complain("'\(line)' is no near miss: it has no word of a pattern", at: names.near)
      }
    }
  }

  private static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.filter { $0.count >= 3 }.map(String.init)
  }
}
