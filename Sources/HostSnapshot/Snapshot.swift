public import HostModel

/// The facts of a machine as a document, to be looked at again anywhere, by this version or a later one.
///
/// A fact that an older snapshot lacks is unknown, and what a newer one has beyond this version is
/// left out.
public struct Snapshot: Sendable {
  public static let schema = "xenquirks-snapshot/1"

  /// The program that looked at the machine.
  public struct Tool: Sendable, Hashable {
    public var name: String
    public var version: String

    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  public var tool: Tool
  public var host: Host

  public init(tool: Tool, host: Host) {
    self.tool = tool
    self.host = host
  }

  /// The document; the same machine gives the same bytes.
  public var text: String {
    JSON.object([
      "schema": .string(Self.schema),
      "tool": .object(["name": .string(tool.name), "version": .string(tool.version)]),
      "host": .object(JSON.facts(of: host, FactRow<Host>.host)),
    ]).text
  }

  /// Reads a document.
  ///
  /// Throws: the first thing in it that is no snapshot.
  public init(parsing text: [UInt8]) throws(SnapshotError) {
    let document = try JSONParser.parse(text)
    guard let schema = try document.optional("schema", Coding<String>.text.decode) else {
      throw document.problem("no snapshot: it says no 'schema'")
    }
    guard schema == Self.schema else {
      throw document.problem(
        "its schema is '\(schema.prefix(40))'; this version reads \(Self.schema)")
    }
    tool = try document.member("tool") { json throws(SnapshotError) in
      Tool(name: try json.string("name"), version: try json.string("version"))
    }
    host = try document.member("host") { json throws(SnapshotError) in
      var host = Host(allUnknown: FactRow<Host>.missing)
      try json.fill(&host, FactRow<Host>.host)
      return host
    }
  }
}
