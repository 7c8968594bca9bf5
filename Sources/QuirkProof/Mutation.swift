internal import HostModel
public import QuirkEngine

/// A quirk with one thing in it changed, which its own tests ought to notice.
public struct Mutant: Sendable {
  public var quirk: Quirk
  /// What was changed: `when: without pci 8086:10d3`.
  public var change: String
}

extension Quirk {
  /// Every quirk that differs from this one in one id, version or condition.
  public var mutants: [Mutant] {
    var mutants: [Mutant] = []
    let add = { (part: String, variants: [Variant], put: (inout Quirk, Condition) -> Void) in
      for variant in variants {
        var quirk = self
        put(&quirk, variant.condition)
        mutants.append(Mutant(quirk: quirk, change: "\(part): \(variant.change)"))
      }
    }
    add("when", when.variants) { $0.when = $1 }
    if let armed {
      add("armed", armed.variants) { $0.armed = $1 }
      mutants.append(without("armed") { $0.armed = nil })
    }
    for (place, condition) in unless.enumerated() {
      add("unless", condition.variants) { $0.unless[place] = $1 }
      mutants.append(without("unless \(place + 1)") { $0.unless.remove(at: place) })
    }
    for (place, handler) in handledBy.enumerated() {
      add("handled-by", handler.condition.variants) { $0.handledBy[place].condition = $1 }
      mutants.append(without("handled-by \(place + 1)") { $0.handledBy.remove(at: place) })
    }
    return mutants
  }

  private func without(_ part: String, _ change: (inout Quirk) -> Void) -> Mutant {
    var quirk = self
    change(&quirk)
    return Mutant(quirk: quirk, change: "without \(part)")
  }
}

/// A condition with one thing in it changed.
private struct Variant {
  var condition: Condition
  var change: String
}

extension Condition {
  fileprivate var variants: [Variant] {
    switch self {
    case .all(let parts): return Self.variants(of: parts, Condition.all)
    case .any(let parts): return Self.variants(of: parts, Condition.any)
    case .not(let part):
      return part.variants.map { Variant(condition: .not($0.condition), change: $0.change) }
        + [Variant(condition: part, change: "not taken away")]
    case .related(let relation, let part):
      return part.variants.map {
        Variant(condition: .related(relation, $0.condition), change: $0.change)
      }
    case .term(let term):
      return term.variants.map { Variant(condition: .term($0.term), change: $0.change) }
    }
  }

  private static func variants(
    of parts: [Condition], _ whole: ([Condition]) -> Condition
  ) -> [Variant] {
    var variants: [Variant] = []
    for (place, part) in parts.enumerated() {
      for variant in part.variants {
        var changed = parts
        changed[place] = variant.condition
        variants.append(Variant(condition: whole(changed), change: variant.change))
      }
      if parts.count > 1 {
        var fewer = parts
        fewer.remove(at: place)
        variants.append(Variant(condition: whole(fewer), change: "without \(part.summary)"))
      }
    }
    return variants
  }

  /// The condition in a few words.
  private var summary: String {
    switch self {
    case .all(let parts), .any(let parts): parts.map(\.summary).joined(separator: ", ")
    case .not(let part): "not \(part.summary)"
    case .related(let relation, let part): "\(relation.rawValue) \(part.summary)"
    case .term(let term): term.text.count > 60 ? "\(term.text.prefix(57))..." : term.text
    }
  }
}

extension Term {
  /// The term with each of its values left out or altered.
  fileprivate var variants: [(term: Term, change: String)] {
    var lists: [(values: [String], change: String)] = []
    for (place, value) in values.enumerated() {
      if values.count > 1 {
        var fewer = values
        fewer.remove(at: place)
        lists.append((fewer, "without \(key.rawValue) \(value)"))
      }
      for other in alterations(of: value) {
        var changed = values
        changed[place] = other
        lists.append((changed, "\(key.rawValue) \(other) for \(value)"))
      }
    }
    return lists.compactMap { list in
      (try? Term(key: key, values: list.values)).map { ($0, list.change) }
    }
  }

  /// What a value is changed to, beside being left out.
  private func alterations(of value: String) -> [String] {
    switch key {
    case .linux, .xen:
      let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, ["since", "before", "backports"].contains(parts[0]) else { return [] }
      return Self.neighbours(of: parts[1]).map { "\(parts[0])=\($0)" }
    case .pci:
      // Only where it can't be left out.
      return values.count > 1 ? [] : [Self.otherID(value)]
    case .cpu, .revision, .memory, .cpus:
      guard let equals = value.firstIndex(of: "="), key == .cpu else {
        return Self.shifted(value[...])
      }
      let name = value[...equals]
      return Self.shifted(value[value.index(after: equals)...]).map { name + $0 }
    default:
      switch value {
      case "true": return ["false"]
      case "false": return ["true"]
      default: return []
      }
    }
  }

  /// A range with each of its ends moved by one: `<0x22` to `<0x21` and `<0x23`.
  private static func shifted(_ text: Substring) -> [String] {
    let sign = text.prefix { $0 == "<" || $0 == ">" || $0 == "=" }
    let numbers = text.dropFirst(sign.count).split(separator: "-").map(String.init)
    guard !sign.isEmpty || numbers.count == 2 else { return [] }
    return numbers.indices.flatMap { place in
      [-1, 1].compactMap { step in
        guard let number = moved(numbers[place], by: step) else { return nil }
        var changed = numbers
        changed[place] = number
        return sign + changed.joined(separator: "-")
      }
    }
  }

  private static func moved(_ text: String, by step: Int) -> String? {
    if text.hasPrefix("0x") {
      return Int(text.dropFirst(2), radix: 16).map { "0x" + String($0 + step, radix: 16) }
    }
    return Int(text).map { String($0 + step) }
  }

  /// The releases right below and above one.
  private static func neighbours(of text: String) -> [String] {
    var numbers = text.split(separator: ".").compactMap { Int($0) }
    guard let last = numbers.last else { return [] }
    numbers[numbers.count - 1] = last + 1
    let above = numbers
    if last > 0 {
      numbers[numbers.count - 1] = last - 1
    } else if numbers.count > 1, numbers[numbers.count - 2] > 0 {
      numbers[numbers.count - 2] -= 1
    } else {
      numbers = []
    }
    return [above, numbers].filter { !$0.isEmpty }
      .map { $0.map { String($0) }.joined(separator: ".") }
  }

  /// An id whose last digit of the device differs.
  private static func otherID(_ text: String) -> String {
    var parts = text.split(separator: ":").map(String.init)
    guard parts.count > 1, let device = UInt16(parts[1], radix: 16) else {
      return text.replacing("*", with: "0000")
    }
    parts[1] = hex(device ^ 0x8, width: 4)
    return parts.joined(separator: ":")
  }
}
