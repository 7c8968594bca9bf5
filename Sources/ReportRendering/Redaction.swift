internal import BootAdvice
internal import HostModel
public import QuirkEngine

/// What is left out of a report that strangers read.
public struct Redaction: Sendable, Hashable {
  public enum Level: String, Sendable, CaseIterable {
    /// Nothing more than what never enters a report.
    case none
    /// Values that may tell whose machine it is.
    case standard
    /// Also excerpts of logs, and the names of disks and interfaces.
    case strict
  }

  public var level: Level
  /// How many pieces were left out, by class.
  public private(set) var counts: [String: Int] = [:]

  public init(level: Level) { self.level = level }

  /// One sentence for the end of a report.
  public var footer: String {
    switch level {
    case .none: return "Redaction: none. Look at the boot lines before you publish this."
    case .standard, .strict:
      let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      let what =
        parts.isEmpty ? "nothing had to be left out" : "left out: " + parts.joined(separator: ", ")
      return
        "Redaction: \(level.rawValue); \(what). Serial numbers, UUIDs, MAC addresses, host and user names are never read."
    }
  }

  private mutating func mark(_ kind: String) -> String {
    counts[kind, default: 0] += 1
    return "<redacted:\(kind)>"
  }

  // MARK: Boot lines

  /// A word of a line as it may be shown; `isPlain` says that it is a known option with a known value
  /// that names nobody.
  mutating func word(_ word: String, isPlain: Bool) -> String {
    guard level != .none else { return word }
    let name = String(word.prefix { $0 != "=" })
    let folded = name.lowercased()
    for secret in ["key", "pass", "secret", "token", "crypt"] where folded.contains(secret) {
      return word.contains("=") ? "\(name)=\(mark("secret"))" : mark("secret")
    }
    if isPlain { return text(word) }
    guard word.contains("=") else { return mark("unknown-word") }
    let kind = Self.classes[folded.split(separator: ".").first.map(String.init) ?? folded]
    guard let kind else { return mark("unknown-word") }
    return "\(name)=\(mark(kind))"
  }

  /// What the values of well-known words tell.
  private static let classes = [
    "root": "root", "resume": "root", "boot": "root", "rd": "root", "luks": "root", "zfs": "root",
    "ip": "network", "nfsroot": "network", "netconsole": "network", "ifname": "network",
    "vlan": "network", "bridge": "network", "systemd": "hostname", "hostname": "hostname",
    "init": "path", "boot_image": "path", "initrd": "path",
  ]

  // MARK: Free text

  /// Text without what names a machine or its net: MAC and IP addresses, UUIDs.
  mutating func text(_ text: String) -> String {
    guard level != .none,
      text.utf8.contains(where: {
        $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
      })
    else { return text }
    var result = ""
    var word = ""
    func isPart(_ character: Character) -> Bool {
      character.isHexDigit || character == ":" || character == "." || character == "-"
        || character == "_"
    }
    for character in text {
      if isPart(character) || character.isLetter || character.isNumber {
        word.append(character)
      } else {
        result += shown(word)
        word = ""
        result.append(character)
      }
    }
    return result + shown(word)
  }

  private mutating func shown(_ word: String) -> String {
    guard let kind = Self.identity(of: word) else { return word }
    return mark(kind)
  }

  private static func identity(of word: String) -> String? {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    let hexes = { (part: Substring, count: Int) in
      part.count == count && part.allSatisfy(\.isHexDigit)
    }
    if parts.count == 6, parts.allSatisfy({ hexes($0, 2) }) { return "MAC" }
    let dashes = word.split(separator: "-", omittingEmptySubsequences: false)
    if dashes.count == 6, dashes.allSatisfy({ hexes($0, 2) }) { return "MAC" }
    if dashes.count == 5, zip(dashes, [8, 4, 4, 4, 12]).allSatisfy({ hexes($0, $1) }) {
      return "UUID"
    }
    let dots = word.split(separator: ".", omittingEmptySubsequences: false)
    if dots.count == 4, dots.allSatisfy({ Int($0).map { (0...255).contains($0) } ?? false }) {
      return "IP"
    }
    // An IPv6 address has a gap or eight groups; a PCI address has neither.
    if parts.count >= 3, word.contains("::") || parts.count == 8,
      parts.allSatisfy({ $0.isEmpty || ($0.count <= 4 && $0.allSatisfy(\.isHexDigit)) }),
      word.contains(where: \.isHexDigit)
    {
      return "IP"
    }
    return nil
  }
}

extension Report {
  /// The report as strangers may read it.
  ///
  /// `isPlain` says of a word of a line that it is a known option with a known value that names
  /// nobody.
  public func redacted(
    _ level: Redaction.Level, isPlain: (_ word: String, _ target: Action.Target) -> Bool
  ) -> Report {
    var report = self
    var redaction = Redaction(level: level)
    // What is left out of a line must not stand in a log either.
    var removed: Set<String> = []
    func words(_ words: [String], _ target: Action.Target) -> [String] {
      words.map { word in
        let shown = redaction.word(word, isPlain: isPlain(word, target))
        if shown != word { removed.formUnion(Host.secrets(of: word, shown: shown)) }
        return shown
      }
    }
    report.host.lines.xen = host.lines.xen.map { CommandLine(words: words($0.words, .xen)) }
    report.host.lines.dom0 = host.lines.dom0.map { CommandLine(words: words($0.words, .dom0)) }
    report.host.xen.messages = host.xen.messages.map { messages in
      guard level != .none else { return messages }
      var messages = messages
      messages.parameterErrors = messages.parameterErrors.map { errors in
        errors.map { error in
          let plain = isPlain(error.parameter, .xen)
          return XenMessages.ParameterError(
            parameter: words([error.parameter], .xen)[0],
            value: error.value.map { plain ? $0 : "<redacted:value>" })
        }
      }
      return messages
    }
    // The same words again: counted once.
    let counted = redaction
    report.plan.xen.words = words(plan.xen.words, .xen)
    report.plan.dom0.words = words(plan.dom0.words, .dom0)
    for place in report.plan.words.indices {
      let note = plan.words[place]
      report.plan.words[place].word = words([note.word], note.target)[0]
    }
    redaction = counted
    for place in report.assessment.findings.indices {
      for reason in report.assessment.findings[place].because.indices {
        let because = assessment.findings[place].because[reason]
        let isLog = because.fact.hasPrefix("klog") || because.fact.hasPrefix("xen-log")
        report.assessment.findings[place].because[reason].value =
          isLog && level == .strict ? redaction.leftOut("log") : redaction.text(because.value)
      }
    }
    for place in report.assessment.logs.indices {
      let line = assessment.logs[place].line
      let isSecret = level == .strict || removed.contains { Host.holds(line, $0) }
      report.assessment.logs[place].line =
        isSecret ? redaction.leftOut("log") : redaction.text(line)
    }
    report.redaction = redaction
    return report
  }
}

extension Redaction {
  fileprivate mutating func leftOut(_ kind: String) -> String { mark(kind) }
}
