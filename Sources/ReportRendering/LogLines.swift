internal import HostModel
internal import QuirkEngine

/// What the logs of the machine say by themselves, in words and as JSON.
struct LogLines {
  let hits: [LogHit]

  var values: JSONValue {
    .array(
      hits.map { hit -> JSONValue in
        [
          "signature": .string(hit.signature.id), "log": .string(hit.signature.log.rawValue),
          "kind": .string(hit.signature.kind.rawValue), "means": .string(hit.signature.means),
          "count": .int(hit.count), "first": .optional(hit.first.map(Self.seconds)),
          "last": .optional(hit.last.map(Self.seconds)),
          "subjects": .strings(hit.subjects.map(\.description)), "line": .string(Self.shown(hit)),
          "reference": .string(hit.signature.reference),
        ]
      })
  }

  /// Those that tell of trouble, one block each: head and text.
  var blocks: [(head: String, text: String)] { blocks(of: [.trouble]) }

  func blocks(of kinds: [LogSignature.Kind]) -> [(head: String, text: String)] {
    hits.filter { kinds.contains($0.signature.kind) }.map { hit in
      var text = hit.signature.means
      if !hit.subjects.isEmpty {
        let shown = hit.subjects.prefix(4).map(\.description).joined(separator: ", ")
        let more = hit.subjects.count > 4 ? " and \(hit.subjects.count - 4) more" : ""
        text = "\(shown)\(more): \(text)"
      }
      if let first = hit.first {
        let last = hit.last.map { $0 == first ? "" : ", last at \(Self.seconds($0)) s" } ?? ""
        text += " At \(Self.seconds(first)) s\(last)."
      }
      let log = hit.signature.log == .klog ? "" : " (Xen)"
      return ("\(hit.count)x", "\(text)\n\(hit.signature.id)\(log): \(Self.shown(hit))")
    }
  }

  /// The line without what names a machine or its net, however it is printed.
  private static func shown(_ hit: LogHit) -> String {
    var redaction = Redaction(level: .standard)
    return redaction.text(hit.line)
  }

  /// Microseconds as the kernel prints them, in seconds.
  static func seconds(_ microseconds: Int) -> String {
    let fraction = String(microseconds % 1_000_000)
    let zeros = String(repeating: "0", count: max(0, 6 - fraction.count))
    return "\(microseconds / 1_000_000).\(zeros)\(fraction)"
  }
}
