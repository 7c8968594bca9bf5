internal import HostModel
internal import HostSnapshot

/// What of a report is compared, by what it is a fact of.
struct ReportFacts {
  /// The parts of `host` that tell of the machine and of what runs on it.
  static let hostMembers = [
    "role", "architecture", "xen", "linux", "boot", "dmi", "cpu", "cpuidle", "timekeeping", "acpi",
    "memory", "toolstack",
  ]
  /// The parts of a function that a change of firmware, software or hardware changes.
  static let functionMembers = [
    "vendor", "device", "subsystemVendor", "subsystemDevice", "class", "revision", "headerType",
    "driver", "driverOverride", "interfaces", "msi", "msix", "msiAllowed", "htMsiMapping",
    "express", "numaNode", "acs", "ari", "sriov",
  ]

  struct Function {
    var summary: Comparison.Function
    var members: [String: JSON]
  }

  struct FindingKey: Hashable {
    var quirk: String
    var subject: String
  }

  struct FindingState {
    var state: String
    var title: String
    var severity: String
  }

  struct AdviceKey: Hashable {
    var target: String
    var operation: String
    var text: String
  }

  let digest: String?
  let policy: String?
  let obstacle: String?
  let host: [String: JSON]
  let pci: JSON
  /// Nil where the functions are not known.
  let functions: [String: Function]?
  let links: [String: JSON]
  let presentLines: [String: JSON]
  /// The words of the advised lines.
  let advisedLines: [String: JSON]
  let findings: [FindingKey: FindingState]
  let advice: [AdviceKey: String]

  init(_ root: JSON) throws(SnapshotError) {
    digest =
      try root.optional("database") { json throws(SnapshotError) in
        try json.text("digest")
      } ?? nil
    policy =
      try root.optional("target") { json throws(SnapshotError) in
        try json.text("policy")
      } ?? nil
    obstacle = try root.text("obstacle")
    host = try root.member("host") { json throws(SnapshotError) in try json.members() }
    presentLines = try Self.part("commandLine", of: root)
    advisedLines = try Self.advisedLines(root)
    findings = try Self.findings(root)
    advice = try Self.advice(root)
    pci = host["pci"] ?? .null
    (functions, links) = try root.member("host") { json throws(SnapshotError) in
      let pci = try json.optional("pci") { pci throws(SnapshotError) in
        try Self.functionsAndLinks(pci)
      }
      return pci ?? (nil, [:])
    }
  }

  private static func part(_ name: String, of root: JSON) throws(SnapshotError) -> [String: JSON] {
    try root.member("host") { host throws(SnapshotError) in
      try host.optional(name) { json throws(SnapshotError) in try json.members() } ?? [:]
    }
  }

  private static func advisedLines(_ root: JSON) throws(SnapshotError) -> [String: JSON] {
    try root.optional("bootline") { json throws(SnapshotError) in
      var lines: [String: JSON] = [:]
      for side in ["xen", "dom0"] {
        let line = CommandLine(parsing: try json.string(side, atMost: JSON.longestLine))
        lines[side] = .strings(line.words)
      }
      return lines
    } ?? [:]
  }

  // MARK: PCI

  private static func functionsAndLinks(
    _ pci: JSON
  ) throws(SnapshotError) -> ([String: Function]?, [String: JSON]) {
    if Comparison.Value(pci).isUnknown { return (nil, [:]) }
    var functions: [String: Function] = [:]
    _ = try pci.member("functions") { json throws(SnapshotError) in
      try json.elements { json throws(SnapshotError) in
        let function = try function(json)
        functions[function.summary.address] = function
      }
    }
    var links: [String: JSON] = [:]
    _ = try pci.member("links") { json throws(SnapshotError) in
      try json.elements { json throws(SnapshotError) in
        let ends = try json.optional("upstream") { end throws(SnapshotError) in try end.string() }
        let below = try json.strings("downstream")
        links["\(ends ?? "?") - \(below.first ?? "?")"] = json
      }
    }
    return (functions, links)
  }

  private static func function(_ json: JSON) throws(SnapshotError) -> Function {
    let ids = "\(try json.string("vendor")):\(try json.string("device"))"
    let name = try json.optional("name") { name throws(SnapshotError) in
      try name.string(atMost: JSON.longestLine)
    }
    return Function(
      summary: Comparison.Function(address: try json.string("address"), ids: ids, name: name),
      members: try json.members())
  }

  // MARK: Findings

  private static func findings(
    _ root: JSON
  ) throws(SnapshotError) -> [FindingKey: FindingState] {
    var states: [FindingKey: FindingState] = [:]
    // A finding of a quirk takes the place of what else is open of it.
    for list in ["undecided", "findings"] {
      _ = try root.optional(list) { json throws(SnapshotError) in
        try json.elements { json throws(SnapshotError) in
          let quirk = try json.string("quirk")
          let told = FindingState(
            state: list == "undecided" ? list : try json.string("state"),
            title: try json.text("title") ?? "", severity: try json.text("severity") ?? "")
          let subjects = try json.strings("subjects")
          for subject in subjects.isEmpty ? [""] : subjects {
            states[FindingKey(quirk: quirk, subject: subject)] = told
          }
        }
      }
    }
    return states
  }

  private static func advice(_ root: JSON) throws(SnapshotError) -> [AdviceKey: String] {
    var states: [AdviceKey: String] = [:]
    _ = try root.optional("advice") { json throws(SnapshotError) in
      for (list, items) in try json.members() {
        do throws(SnapshotError) {
          _ = try items.elements { item throws(SnapshotError) in
            let word = try item.text("option")
            let key = AdviceKey(
              target: try item.string("target"), operation: try item.string("op"),
              text: word == nil ? try item.string("text") : word ?? "")
            states[key] = try item.string("state")
          }
        } catch {
          throw error.inside(list)
        }
      }
    }
    return states
  }
}

extension JSON {
  /// The text of a member; nil where it is null or not there.
  fileprivate func text(_ name: String) throws(SnapshotError) -> String? {
    try optional(name) { text throws(SnapshotError) in try text.string() }
  }
}
