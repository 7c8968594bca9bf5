public import HostSnapshot

/// A report as it was written, read to be compared with another.
public struct ReportDocument: Sendable {
  public static let schema = "xenquirks-report/1"

  /// The version of the program that wrote it.
  public let toolVersion: String
  /// How much was left out of it: `none`, `standard` or `strict`.
  public let redaction: String
  package let root: JSON

  /// Reads a document.
  ///
  /// Throws: the first thing in it that is no report.
  public init(parsing text: [UInt8]) throws(SnapshotError) {
    root = try JSONParser.parse(text)
    guard let schema = try Self.schema(of: root) else {
      throw root.problem("no report: it says no 'schema'")
    }
    guard schema == Self.schema else {
      throw root.problem("its schema is '\(schema.prefix(40))'; this version reads \(Self.schema)")
    }
    toolVersion = try root.member("tool") { tool throws(SnapshotError) in
      try tool.string("version")
    }
    redaction =
      try root.optional("redaction") { redaction throws(SnapshotError) in
        try redaction.string("level")
      } ?? "none"
  }

  /// What a text says of itself: `xenquirks-report/1`; nil where it says nothing.
  ///
  /// Throws: the text is no JSON, or no object.
  public static func schema(of text: [UInt8]) throws(SnapshotError) -> String? {
    try schema(of: try JSONParser.parse(text))
  }

  private static func schema(of document: JSON) throws(SnapshotError) -> String? {
    try document.optional("schema") { schema throws(SnapshotError) in try schema.string() }
  }
}
