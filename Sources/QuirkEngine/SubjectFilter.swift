internal import HostModel

/// What a function must be to be a quirk's subject at all: any of these.
///
/// It stands in front of the evaluation, so that an entry is asked of the few functions that could
/// have it.
struct SubjectFilter: Sendable {
  var patterns: [PCIPattern] = []
  var classes: [ClassPrefix] = []

  /// Whether it names vendor and device of every function that it lets through.
  var isExact: Bool {
    classes.isEmpty && patterns.allSatisfy { $0.vendor != nil && $0.device != nil }
  }

  /// The filter of a condition; nil where it lets every function through.
  init?(_ condition: Condition) {
    switch condition {
    case .term(let term):
      switch term.payload {
      case .patterns(let patterns): self.patterns = patterns
      case .classes(let classes): self.classes = classes
      default: return nil
      }
    case .all(let parts):
      let filters = parts.compactMap { SubjectFilter($0) }
      guard let best = filters.first(where: \.isExact) ?? filters.first else { return nil }
      self = best
    case .any(let parts):
      for part in parts {
        guard let filter = SubjectFilter(part) else { return nil }
        patterns += filter.patterns
        classes += filter.classes
      }
    case .not, .related: return nil
    }
  }

  func matches(_ identity: PCIIdentity) -> Bool {
    patterns.contains { $0.matches(identity) }
      || classes.contains { $0.matches(identity.classCode) }
  }
}

/// The functions of a machine by what they are.
struct FunctionIndex {
  private var byID: [UInt32: [Int]] = [:]
  private let functions: [PCIFunction]

  init(_ topology: PCITopology) {
    functions = topology.functions
    for (index, function) in functions.enumerated() {
      byID[function.identity.key, default: []].append(index)
    }
  }

  var ids: Dictionary<UInt32, [Int]>.Keys { byID.keys }

  /// The functions that a filter lets through, in order.
  func indices(for filter: SubjectFilter) -> [Int] {
    guard filter.isExact else {
      // What functions of one kind share is asked once for all of them.
      return byID.flatMap { _, indices -> [Int] in
        let needsEach = filter.patterns.contains { $0.subsystemVendor != nil }
        guard !needsEach, filter.classes.isEmpty else {
          return indices.filter { filter.matches(functions[$0].identity) }
        }
        return filter.matches(functions[indices[0]].identity) ? indices : []
      }.sorted()
    }
    var found: Set<Int> = []
    for pattern in filter.patterns {
      guard let vendor = pattern.vendor, let device = pattern.device else { continue }
      let indices = byID[UInt32(vendor) << 16 | UInt32(device)] ?? []
      found.formUnion(indices.filter { pattern.matches(functions[$0].identity) })
    }
    return found.sorted()
  }
}
