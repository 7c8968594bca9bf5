/// What becomes of one word of a line.
public enum WordChange: Sendable, Hashable {
  case added(String)
  /// It stood at this place among the options, counted from 0.
  case removed(String, at: Int)
  case replaced(String, by: String)

  /// What makes one list of words of another: additions come last.
  public static func changes(from present: [String], to wanted: [String]) -> [WordChange] {
    let difference = wanted.difference(from: present)
    var removals: Set<Int> = []
    var insertions: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removals.insert(offset)
      case .insert(let offset, _, _): insertions.insert(offset)
      }
    }
    var changes: [WordChange] = []
    var (old, new) = (0, 0)
    while old < present.count || new < wanted.count {
      switch (removals.contains(old), insertions.contains(new)) {
      case (true, true) where present[old].optionName == wanted[new].optionName:
        changes.append(.replaced(present[old], by: wanted[new]))
        (old, new) = (old + 1, new + 1)
      case (true, _):
        changes.append(.removed(present[old], at: old))
        old += 1
      case (false, true):
        changes.append(.added(wanted[new]))
        new += 1
      case (false, false): (old, new) = (old + 1, new + 1)
      }
    }
    return changes
  }
}

extension [WordChange] {
  /// The first word that is not as the changes want it; nil when all are.
  public func failing(from before: [String], to after: [String]) -> String? {
    var wanted = before
    for change in self {
      switch change {
      case .added(let word):
        wanted.append(word)
      case .removed(let word, _):
        wanted.removeAll { $0 == word }
        if after.contains(word) { return word }
      case .replaced(let old, let new):
        wanted.removeAll { $0 == old }
        wanted.append(new)
        // The last of an option's values counts.
        let place = after.lastIndex(of: new)
        if let stale = after.lastIndex(of: old), stale > place ?? -1 { return new }
      }
    }
    return wanted.first { !after.contains($0) }
  }

  /// Changes a list of words in place.
  ///
  /// Returns: the changes that found what they were about.
  func apply<Word>(
    to words: inout [Word], text: (Word) -> String, make: (String, _ old: Word?) -> Word
  ) -> [WordChange] {
    var done: [WordChange] = []
    var removed: [Int] = []
    let originals = words.count
    for change in self {
      switch change {
      case .added(let word): words.append(make(word, nil))
      case .replaced(let old, let new):
        guard let place = words.lastIndex(where: { text($0) == old }) else { continue }
        words[place] = make(new, words[place])
      case .removed(let word, let at):
        let isThere = at >= 0 && at < originals && text(words[at]) == word
        guard let place = isThere ? at : words.lastIndex(where: { text($0) == word }) else {
          continue
        }
        removed.append(place)
      }
      done.append(change)
    }
    for place in removed.sorted(by: >) { words.remove(at: place) }
    return done
  }

  /// Takes changes back from a list of words, as far as they are still there.
  ///
  /// Returns: what could not be taken back.
  func undo<Word>(
    in words: inout [Word], text: (Word) -> String, make: (String, _ old: Word?) -> Word
  ) -> [WordChange] {
    var lost: [WordChange] = []
    for change in reversed() {
      switch change {
      case .added(let word):
        guard let place = words.lastIndex(where: { text($0) == word }) else {
          lost.append(change)
          continue
        }
        words.remove(at: place)
      case .replaced(let old, let new):
        guard let place = words.lastIndex(where: { text($0) == new }) else {
          lost.append(change)
          continue
        }
        words[place] = make(old, words[place])
      case .removed: break
      }
    }
    for case .removed(let word, let at) in self {
      words.insert(make(word, nil), at: Swift.min(Swift.max(at, 0), words.count))
    }
    return lost
  }
}

/// What becomes of the two lines of one entry.
public struct LineChanges: Sendable, Hashable {
  public var xen: [WordChange]
  public var dom0: [WordChange]

  public init(xen: [WordChange], dom0: [WordChange]) {
    self.xen = xen
    self.dom0 = dom0
  }

  public var isEmpty: Bool { xen.isEmpty && dom0.isEmpty }
}

extension String {
  /// The part before `=` or `[`.
  var optionName: Substring { prefix { $0 != "=" && $0 != "[" } }
}
