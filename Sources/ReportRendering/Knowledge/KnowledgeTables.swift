internal import BootAdvice
public import HostModel
public import QuirkEngine

/// Lists and counts of what the database holds.
public struct KnowledgeTables {
  private let quirks: [Quirk]
  private let options: [BootOption]

  public init(quirks: [Quirk], options: [BootOption]) {
    self.quirks = quirks.sorted { $0.id < $1.id }
    self.options = options.sorted { ($0.side.rawValue, $0.name) < ($1.side.rawValue, $1.name) }
  }

  // MARK: Quirks

  /// A line for each quirk, its columns behind tabs.
  public var quirkLines: String {
    quirks.map { quirk in
      [
        quirk.id, quirk.category.rawValue, quirk.severity.rawValue, quirk.evidence.rawValue,
        quirk.title,
      ].joined(separator: "\t") + "\n"
    }.joined()
  }

  public var quirkJSON: String {
    JSONValue.object([
      "schema": "xenquirks-quirks/1",
      "quirks": .array(
        quirks.map { quirk in
          [
            "id": .string(quirk.id), "title": .string(quirk.title),
            "category": .string(quirk.category.rawValue),
            "severity": .string(quirk.severity.rawValue),
            "evidence": .string(quirk.evidence.rawValue), "tags": .strings(quirk.tags),
            "subject": .string(quirk.subject.rawValue), "why": .string(quirk.why),
            "cost": .string(quirk.cost),
            "devices": .strings(quirk.devices), "options": .strings(quirk.optionNames),
            "references": .strings(quirk.references.map(\.url)),
          ]
        }),
    ]).text
  }

  // MARK: Options

  /// A line for each option; with a build of Xen or Linux, whether that knows it.
  public func optionLines(for build: SoftwareBuild?, side: BootOption.Side?) -> String {
    options.map { option in
      var columns = [option.side.rawValue, option.name]
      if build != nil { columns.append(option.isKnown(to: build, side: side).word) }
      return (columns + [option.syntax]).joined(separator: "\t") + "\n"
    }.joined()
  }

  public func optionJSON(for build: SoftwareBuild?, side: BootOption.Side?) -> String {
    JSONValue.object([
      "schema": "xenquirks-options/1",
      "options": .array(
        options.map { option in
          .object([
            "name": .string(option.name), "side": .string(option.side.rawValue),
            "form": .string(option.form.rawValue), "syntax": .string(option.syntax),
            "takes": .strings(option.takes.map(\.text)), "default": .string(option.standard),
            "effect": .string(option.effect), "cost": .string(option.cost),
            "group": .string(option.group), "build": .string(option.build),
            "architecture": .string(option.architecture), "deprecated": .string(option.deprecated),
            "aliasOf": option.aliasOf.isEmpty ? nil : .string(option.aliasOf),
            "dom0": option.side == .linux ? .string(option.dom0) : nil,
            "conflicts": .strings(option.conflicts), "implies": .strings(option.implies),
            "insecure": .strings(option.insecure),
            "versions": .bound(option.versions),
            "known": build == nil ? nil : .string(option.isKnown(to: build, side: side).word),
            "members": .array(
              option.members.map { member in
                [
                  "name": .string(member.name), "takes": .strings(member.takes.map(\.text)),
                  "default": .string(member.standard), "effect": .string(member.effect),
                  "versions": .bound(member.versions), "insecure": .strings(member.insecure),
                  "known": build == nil ? nil : .string(known(member, of: option, to: build, side)),
                ]
              }),
            "traps": .array(
              option.traps.map { trap in
                [
                  "values": .strings(trap.values), "verdict": .string(trap.verdict.rawValue),
                  "text": .string(trap.text), "better": .string(trap.better),
                  "versions": .bound(trap.versions),
                ]
              }),
          ])
        }),
    ]).text
  }

  private func known(
    _ member: BootOption.Member, of option: BootOption, to build: SoftwareBuild?,
    _ side: BootOption.Side?
  ) -> String {
    let whole = option.isKnown(to: build, side: side)
    guard let build, let bound = member.versions else { return whole.word }
    switch bound.holds(for: build) {
    case .success(let holds): return Verdict.all([whole, holds ? .yes : .no]).word
    case .failure: return Verdict.all([whole, .unknown]).word
    }
  }

  // MARK: Counts

  /// How much there is of everything.
  public var statistics: String {
    let devices = Set(quirks.flatMap(\.devices))
    var lines = [
      "quirks       \(quirks.count)",
      "device ids   \(devices.count)",
      "conditions   \(quirks.reduce(0) { $0 + $1.termCount }) terms",
      "references   \(Set(quirks.flatMap { $0.references.map(\.url) }).count)",
    ]
    lines += count("category", quirks.map(\.category.rawValue))
    lines += count("evidence", quirks.map(\.evidence.rawValue))
    lines += count("severity", quirks.map(\.severity.rawValue))
    lines += count("subject", quirks.map(\.subject.rawValue))
    lines += count("options", options.map(\.side.rawValue))
    lines.append("  members    \(options.reduce(0) { $0 + $1.members.count })")
    lines.append("  traps      \(options.reduce(0) { $0 + $1.traps.count })")
    return lines.map { $0 + "\n" }.joined()
  }

  private func count(_ name: String, _ values: [String]) -> [String] {
    let counts = Dictionary(values.map { ($0, 1) }, uniquingKeysWith: +)
    return [name]
      + counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "  \($0.key.padded(to: 12)) \($0.value)" }
  }
}

extension Quirk {
  /// The ids that it asks for anywhere, as they are written.
  public var devices: [String] {
    ([when] + [armed].compactMap { $0 } + unless + handledBy.map(\.condition)).flatMap(\.terms)
      .filter { $0.key == .pci }.flatMap(\.values).unique
  }

  /// The options that its actions and its folk remedies name.
  public var optionNames: [String] {
    let words = actions.filter(\.isForLine).flatMap {
      $0.text.split(separator: " ").map(String.init)
    }
    return (words + folk.map(\.option)).map(OptionCatalogue.name(of:)).unique
  }

  var termCount: Int {
    ([when] + [armed].compactMap { $0 } + unless + confirmedBy + handledBy.map(\.condition))
      .reduce(0) { $0 + $1.terms.count }
  }
}

extension BootOption {
  /// Whether a build knows the option; an option of the other side is not asked about.
  func isKnown(to build: SoftwareBuild?, side: Side?) -> Verdict {
    if build != nil, !isOfX86 { return .no }
    guard let build, let versions, side == nil || side == self.side else {
      return build == nil ? .unknown : .yes
    }
    switch versions.holds(for: build) {
    case .success(let holds): return holds ? .yes : .no
    case .failure: return .unknown
    }
  }
}

extension Verdict {
  /// For a column.
  fileprivate var word: String {
    switch self {
    case .yes: "known"
    case .no: "not-known"
    case .unknown: "unknown"
    }
  }
}

extension JSONValue {
  /// A version bound, or null for all releases.
  fileprivate static func bound(_ bound: VersionBound?) -> JSONValue {
    guard let bound else { return nil }
    return [
      "since": .optional(bound.since?.description), "before": .optional(bound.before?.description),
      "backports": .strings(bound.backports.map(\.description)),
    ]
  }
}
