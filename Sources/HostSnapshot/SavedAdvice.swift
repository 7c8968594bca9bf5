public import HostModel

/// The advice of a scan as a document, kept over a boot.
public struct SavedAdvice: Sendable, Hashable {
  public static let schema = "xenquirks-advice/1"

  /// One thing to do.
  public struct Item: Sendable, Hashable {
    /// `xen`, `dom0`, `runtime`, `firmware`, `toolstack` or `guest`.
    public var target: String
    /// `add`, `list-add`, `replace` or `remove`.
    public var operation: String
    public var text: String
    public var quirks: [String]
    /// Those of the quirks that the logs showed.
    public var confirmed: [String]

    public init(
      target: String, operation: String, text: String, quirks: [String], confirmed: [String]
    ) {
      self.target = target
      self.operation = operation
      self.text = text
      self.quirks = quirks
      self.confirmed = confirmed
    }
  }

  /// What had been counted of failures.
  public struct Counted: Sendable, Hashable {
    /// For how long, in seconds.
    public var seconds: Int
    /// What tells this boot from the next one; nil where it was not the running machine.
    public var boot: String?
    public var failures: [Counter]

    public init(seconds: Int, boot: String?, failures: [Counter]) {
      self.seconds = seconds
      self.boot = boot
      self.failures = failures
    }
  }

  public var tool: Snapshot.Tool
  public var items: [Item]
  /// Nil where nobody knows how long the machine had run.
  public var counted: Counted?

  public init(tool: Snapshot.Tool, items: [Item], counted: Counted? = nil) {
    self.tool = tool
    self.items = items
    self.counted = counted
  }

  public var text: String {
    let items = items.map { item in
      JSON.object([
        "target": .string(item.target), "operation": .string(item.operation),
        "text": .string(item.text), "quirks": .strings(item.quirks),
        "confirmed": .strings(item.confirmed),
      ])
    }
    var members: [String: JSON] = [
      "schema": .string(Self.schema),
      "tool": .object(["name": .string(tool.name), "version": .string(tool.version)]),
      "advice": .array(items),
    ]
    if let counted {
      members["counted"] = .object([
        "seconds": .integer(counted.seconds),
        "boot": counted.boot.map { .string($0) } ?? .null,
        "failures": .array(counted.failures.map(Coding<Counter>.counter.encode)),
      ])
    }
    return JSON.object(members).text
  }

  /// Reads a document.
  ///
  /// Throws: the first thing in it that is no saved advice.
  public init(parsing text: [UInt8]) throws(SnapshotError) {
    let document = try JSONParser.parse(text)
    let schema = try document.optional("schema") { json throws(SnapshotError) in
      try json.string()
    }
    guard schema == Self.schema else {
      throw document.problem(
        "no saved advice: its schema is '\((schema ?? "").prefix(40))', not \(Self.schema)")
    }
    tool = try document.member("tool") { json throws(SnapshotError) in
      Snapshot.Tool(name: try json.string("name"), version: try json.string("version"))
    }
    counted = try document.optional("counted") { json throws(SnapshotError) in
      Counted(
        seconds: try json.integer("seconds"),
        boot: try json.optional("boot") { boot throws(SnapshotError) in try boot.string() },
        failures: try json.member("failures", Coding<Counter>.counter.list.decode))
    }
    items = try document.member("advice") { json throws(SnapshotError) in
      try json.elements { item throws(SnapshotError) in
        Item(
          target: try item.string("target"), operation: try item.string("operation"),
          text: try item.string("text"), quirks: try item.strings("quirks"),
          confirmed: try item.strings("confirmed"))
      }
    }
  }
}
