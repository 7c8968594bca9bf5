public import HostModel
public import QuirkEngine

/// The options that both lines may carry, by side and name.
public struct OptionCatalogue: Sendable {
  private let find: @Sendable (BootOption.Side, String) -> BootOption?

  public init(_ options: [BootOption]) {
    var sides: [BootOption.Side: [String: BootOption]] = [:]
    for option in options { sides[option.side, default: [:]][option.name] = option }
    find = { [sides] side, name in sides[side]?[name] }
  }

  /// The options of a database, each decoded when it is asked for.
  public init(_ database: QuirkDatabase) {
    find = { side, name in database.option(side, name) }
  }

  /// The option that a word of a line is about.
  public func option(_ word: String, target: Action.Target) -> BootOption? {
    let side: BootOption.Side = target == .xen ? .xen : .linux
    let name = Self.name(of: word)
    if let option = find(side, name) { return option }
    // `systemd.*` stands for all that begins so.
    guard side == .linux, let dot = name.firstIndex(of: ".") else { return nil }
    return find(side, name[...dot] + "*")
  }

  /// The part of a word before `=`, or before the `[` of `ivrs_ioapic[4]=`.
  public static func name(of word: some StringProtocol) -> String {
    String(word.prefix { $0 != "=" && $0 != "[" })
  }

  /// The part of a word behind `=`; empty for a bare word.
  public static func value(of word: some StringProtocol) -> String {
    guard let equals = word.firstIndex(of: "=") else { return "" }
    return String(word[word.index(after: equals)...])
  }

  /// Whether two words can't stand on one line.
  func contradict(_ left: String, _ right: String, target: Action.Target) -> Bool {
    guard left != right else { return false }
    let excludes = { (word: String, other: String) in
      option(word, target: target)?.conflicts.contains { conflict in
        conflict == other || (!conflict.contains("=") && conflict == Self.name(of: other))
      } ?? false
    }
    return excludes(left, right) || excludes(right, left)
  }

  /// Whether one word takes the other's place on a line: the same option, of which the last value
  /// counts.
  func replaces(_ word: String, _ other: String, target: Action.Target) -> Bool {
    guard Self.name(of: word) == Self.name(of: other) else { return false }
    let form = option(word, target: target)?.form ?? .value
    return form == .value || form == .flag
  }

  /// Puts a word on a line that has nothing for its option.
  public func join(_ word: String, to words: inout [String], target: Action.Target) {
    let stands = words.contains { Self.name(of: $0) == Self.name(of: word) }
    guard !stands || option(word, target: target)?.form == .list else { return }
    merge(word, into: &words, target: target)
  }

  /// Puts a word on a line: members join their list, a value takes the place of the old one.
  func merge(_ word: String, into words: inout [String], target: Action.Target) {
    guard !words.contains(word) else { return }
    let name = Self.name(of: word)
    let form = option(word, target: target)?.form ?? .value
    let present = words.lastIndex { Self.name(of: $0) == name }
    switch (form, present) {
    case (.list, .some(let place)):
      let members = Self.value(of: words[place]).split(separator: ",").map(String.init)
      let added = Self.value(of: word).split(separator: ",").map(String.init)
      words[place] =
        "\(name)=\((members + added.filter { !members.contains($0) }).joined(separator: ","))"
    case (.value, .some(let place)), (.flag, .some(let place)):
      words[place] = word
    case (.repeated, _), (_, .none):
      words.append(word)
    }
  }
}

extension BootOption {
  /// Whether an x86 build can know it at all.
  public var isOfX86: Bool { architecture.isEmpty || architecture == "x86" }

  /// The part of a word that a build certainly does not know: the option itself, or a member.
  public func unknownPart(of word: String, to build: SoftwareBuild) -> String? {
    let isUnknown = { (bound: VersionBound?) in
      guard let bound, case .success(false) = bound.holds(for: build) else { return false }
      return true
    }
    // Advice is for x86 alone.
    if isUnknown(versions) || !isOfX86 { return name }
    return members(in: OptionCatalogue.value(of: word)).first { isUnknown($0.member?.versions) }
      .map { "\(name)=\($0.part.text)" }
  }

  /// Whether a word for this option weakens isolation.
  func isInsecure(_ word: String) -> Bool {
    let value = OptionCatalogue.value(of: word)
    guard !value.isEmpty else { return insecure.contains(name) }
    return insecure.contains { Self.fits(value, $0) }
      || members(in: value).contains { part, member in
        member?.insecure.contains { Self.fits(part.isNegated ? "no" : part.value, $0) } ?? false
      }
  }
}
