/// One documented defect: what it is, where it is, what arms it, who handles it and what to do.
public struct Quirk: Sendable, Hashable {
  /// `vendor-part-symptom`; stands in people's reports and never changes.
  public var id: String
  public var title: String
  public var category: Category
  public var severity: Severity
  public var evidence: Evidence
  public var tags: [String]
  /// What the conditions speak of.
  public var subject: SubjectKind
  /// The defect: nothing that a word on the line could change.
  public var when: Condition
  /// The trigger; nil when the defect needs none.
  public var armed: Condition?
  /// Any of these takes the defect away.
  public var unless: [Condition]
  /// Any of these shows that this very machine suffers from it.
  public var confirmedBy: [Condition]
  public var handledBy: [Handler]
  public var why: String
  public var cost: String
  /// From the narrowest on.
  public var actions: [Action]
  public var folk: [FolkRemedy]
  public var references: [Reference]
  /// The file and line of its entry, relative to the folder of quirks.
  public var origin: Origin

  public init(
    id: String, title: String, category: Category, severity: Severity, evidence: Evidence,
    tags: [String], subject: SubjectKind, when: Condition, armed: Condition?,
    unless: [Condition], confirmedBy: [Condition], handledBy: [Handler], why: String,
    cost: String, actions: [Action], folk: [FolkRemedy], references: [Reference], origin: Origin
  ) {
    self.id = id
    self.title = title
    self.category = category
    self.severity = severity
    self.evidence = evidence
    self.tags = tags
    self.subject = subject
    self.when = when
    self.armed = armed
    self.unless = unless
    self.confirmedBy = confirmedBy
    self.handledBy = handledBy
    self.why = why
    self.cost = cost
    self.actions = actions
    self.folk = folk
    self.references = references
    self.origin = origin
  }
}

/// A place in a text file.
public struct Origin: Sendable, Hashable, CustomStringConvertible {
  public var file: String
  /// Counted from 1.
  public var line: Int

  public init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  public var description: String { "\(file):\(line)" }
}

public enum Category: String, Sendable, CaseIterable {
  case timer, cstate, msi, aspm, iommu, apic, nic, raid, storage, usb, gpu, firmware, memory
  case console, toolstack
}

/// How bad it is when it strikes, the worst first.
public enum Severity: String, Sendable, CaseIterable, Comparable {
  case bootFailure = "boot-failure"
  case hang
  case dataLoss = "data-loss"
  case security, malfunction, performance, noise

  /// 0 for the worst.
  public var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

  public static func < (left: Severity, right: Severity) -> Bool { left.rank > right.rank }
}

/// How well a defect is established: A upstream or vendor, B two independent before/after reports,
/// C one report or reasoning, D hearsay.
public enum Evidence: String, Sendable, CaseIterable, Comparable {
  case a = "A"
  case b = "B"
  case c = "C"
  case d = "D"

  public static func < (left: Evidence, right: Evidence) -> Bool { left.rawValue < right.rawValue }

  /// Whether it enters a line without confirmation on this machine.
  public var isProof: Bool { self == .a || self == .b }
}

/// What one finding is about.
public enum SubjectKind: String, Sendable, CaseIterable {
  case function, link, host, cpu, hpet, timer, firmware, memory

  /// Whether there is one for each function or link, and not one for the machine.
  public var isOfPCI: Bool { self == .function || self == .link }
}

/// Software that works around the defect by itself.
public struct Handler: Sendable, Hashable {
  public var condition: Condition
  /// Who does it, in words: `e1000e`, `Xen`.
  public var by: String
  /// What the machine loses by it; empty when nothing.
  public var lost: String
  /// How to get that back; empty when it can't be.
  public var regain: String
  /// It works by taking the trigger away: where the trigger is seen on, it did not happen.
  public var disarms: Bool

  public init(condition: Condition, by: String, lost: String, regain: String, disarms: Bool) {
    self.condition = condition
    self.by = by
    self.lost = lost
    self.regain = regain
    self.disarms = disarms
  }
}

/// One thing to do.
public struct Action: Sendable, Hashable {
  public enum Target: String, Sendable, CaseIterable {
    case xen, dom0, runtime, firmware, toolstack, guest
  }
  public enum Operation: String, Sendable, CaseIterable {
    case add, remove
    /// The first word goes, the others come.
    case replace
    case listAdd = "list-add"

    /// Whether the remedy is that a word goes: then the word is the trigger, and no remedy can
    /// stand on the line.
    public var takesWordAway: Bool { self == .remove || self == .replace }
  }

  public var target: Target
  public var operation: Operation
  /// Words for a line, with `{bus}`, `{device}`, `{function}`, `{address}` for the subject's; else
  /// a sentence or command.
  public var text: String
  /// Where the action makes sense at all; nil for everywhere.
  public var condition: Condition?
  /// What shows that it took effect.
  public var verify: Condition?
  public var undo: String
  /// It helps though the trigger stays on: then nothing shows that it had no effect.
  public var keepsTrigger: Bool
  /// At run time: the commands, with `{address}` and `{interface}` for the subject's.
  public var run: [String] = []
  /// What takes each of them back.
  public var undoRun: [String] = []

  public init(
    target: Target, operation: Operation, text: String, condition: Condition?, verify: Condition?,
    undo: String, keepsTrigger: Bool = false
  ) {
    self.target = target
    self.operation = operation
    self.text = text
    self.condition = condition
    self.verify = verify
    self.undo = undo
    self.keepsTrigger = keepsTrigger
  }

  /// Whether it stands on one of the two lines.
  public var isForLine: Bool { target == .xen || target == .dom0 }
}

/// What people do instead, and what it really does.
public struct FolkRemedy: Sendable, Hashable {
  public var target: Action.Target
  public var option: String
  public var verdict: String

  public init(target: Action.Target, option: String, verdict: String) {
    self.target = target
    self.option = option
    self.verdict = verdict
  }
}

/// A source that says what the entry says.
public struct Reference: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    case kernel, xen, xsa, erratum, vendor, bug, list, hcl
  }

  public var kind: Kind
  public var url: String
  /// What it says there, in a few words.
  public var note: String
  /// The day on which somebody last read it, as `2026-11-23`.
  public var seen: String

  public init(kind: Kind, url: String, note: String, seen: String) {
    self.kind = kind
    self.url = url
    self.note = note
    self.seen = seen
  }
}
