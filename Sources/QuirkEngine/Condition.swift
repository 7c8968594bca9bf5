/// A question to one machine, which can be answered yes, no or "nobody knows".
public indirect enum Condition: Sendable, Hashable {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  /// A question to other functions than the subject.
  case related(Relation, Condition)
  case term(Term)

  /// The terms at the top: those that must hold whatever else does.
  public var required: [Term] {
    switch self {
    case .term(let term): [term]
    case .all(let conditions): conditions.flatMap(\.required)
    case .any(let conditions) where conditions.count == 1: conditions[0].required
    default: []
    }
  }

  /// Every term in it.
  public var terms: [Term] {
    switch self {
    case .term(let term): [term]
    case .all(let conditions), .any(let conditions): conditions.flatMap(\.terms)
    case .not(let condition), .related(_, let condition): condition.terms
    }
  }

  /// The condition with the value of an option in its patterns, where they say `{value}`.
  public func filled(with value: String) -> Condition {
    switch self {
    case .term(let term): .term(term.filled(with: value))
    case .all(let parts): .all(parts.map { $0.filled(with: value) })
    case .any(let parts): .any(parts.map { $0.filled(with: value) })
    case .not(let part): .not(part.filled(with: value))
    case .related(let relation, let part): .related(relation, part.filled(with: value))
    }
  }
}

/// Which other functions a condition looks at, from the subject.
public enum Relation: String, Sendable, CaseIterable {
  /// Any function of the machine.
  case exists
  /// A bridge above it.
  case ancestor
  /// A function below it.
  case descendant
  /// Another function of the same device.
  case sibling
  /// The port at the other end of its link.
  case linkPartner = "link-partner"

  /// In words.
  public var text: String {
    switch self {
    case .exists: "some function of the machine"
    case .ancestor: "a bridge above it"
    case .descendant: "a function below it"
    case .sibling: "another function of the device"
    case .linkPartner: "the port at the other end of the link"
    }
  }
}

/// What is wrong with a term as it was written.
public struct TermError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String
  public var description: String { message }
  public init(_ message: String) { self.message = message }
}

/// One elementary question.
///
/// Its row in `Key` names it; its values are kept as they were written.
public struct Term: Sendable, Hashable {
  /// The words that a quirk file may use.
  public enum Key: String, Sendable, CaseIterable {
    // Of the hardware.
    case pci, `class`, revision, function, address
    case portType = "port-type"
    case linkASPMSupported = "link-aspm-supported"
    case config
    case cpu, arat
    case invariantTSC = "invariant-tsc"
    case hpet
    case hpetFSB = "hpet-fsb"
    case fadt
    case acpiTable = "acpi-table"
    case dmi, architecture, memory, cpus, efi
    // Of the running software.
    case linkASPM = "link-aspm"
    case linkL1Substates = "link-l1ss"
    case msi, msix
    case htMSIMapping = "ht-msi-mapping"
    case driver
    case aspmControl = "aspm-control"
    case dom0Line = "dom0-line"
    case xenLine = "xen-line"
    case xenIOMMU = "xen-iommu"
    case xenInterruptRemapping = "xen-interrupt-remapping"
    case kernelLog = "klog"
    case xenLog = "xen-log"
    case smt
    case deepCStates = "deep-cstates"
    case cStateLimit = "cstate-limit"
    case platformTimer = "platform-timer"
    case hpetBroadcast = "hpet-broadcast"
    case dom0Type = "dom0-type"
    case xlConf = "xl-conf"
    case module, scheduler
    // Of the software's builds.
    case linux, xen, role

    /// Whether a word on a boot line could change the answer: only `armed` may ask it.
    public var isChangedByLine: Bool {
      switch self {
      case .linkASPM, .linkL1Substates, .msi, .msix, .dom0Line, .xenLine, .xenIOMMU,
        .xenInterruptRemapping,
        .aspmControl, .kernelLog, .xenLog, .smt, .deepCStates, .cStateLimit, .platformTimer,
        .hpetBroadcast, .dom0Type, .xlConf, .module, .scheduler:
        true
      default: false
      }
    }

    /// Whether it tells what hardware or firmware is here.
    public var isOfHardware: Bool {
      switch self {
      case .pci, .class, .cpu, .arat, .invariantTSC, .hpet, .hpetFSB, .fadt, .acpiTable, .dmi,
        .config,
        .memory, .cpus, .efi:
        true
      default: false
      }
    }

    /// Whether it needs a PCI function to be asked of.
    public var isOfFunction: Bool {
      switch self {
      case .pci, .class, .revision, .function, .address, .portType, .linkASPMSupported, .linkASPM,
        .linkL1Substates, .config,
        .msi, .msix, .htMSIMapping, .driver:
        true
      default: false
      }
    }

    /// Whether Linux sets by itself what it asks for.
    var isSetByLinux: Bool {
      switch self {
      case .linkASPM, .linkL1Substates, .msi, .msix, .driver: true
      default: false
      }
    }
  }

  /// What the values mean.
  enum Payload: Sendable, Hashable {
    case patterns([PCIPattern])
    case classes([ClassPrefix])
    case ranges([ClosedRange<Int>])
    case addresses([AddressPattern])
    case names([String])
    case aspm(ASPMPattern)
    case truth(Bool)
    case words([String])
    case logPatterns([LogPattern])
    case bound(VersionBound)
    case cpu(CPUPattern)
    case dmi([DMIPattern])
    case xenLog([XenLogPattern])
    case config(ConfigPattern)
  }

  public let key: Key
  public let values: [String]
  /// Nil in a built-in term until somebody asks: many are answered by a fact that is not known.
  let parsed: Payload?

  /// Reads the values of a term; throws what is wrong with them.
  public init(key: Key, values: [String]) throws(TermError) {
    self.key = key
    self.values = values
    parsed = try Self.payload(key, values)
  }

  /// A term that the build tool has read before.
  ///
  /// Throws: it is not one of this version's.
  init(builtIn key: Key, values: [String]) throws(TermError) {
    self.key = key
    self.values = values
    switch key {
    case .cpu, .dmi, .kernelLog, .xenLog, .linux, .xen: parsed = nil
    default: parsed = try Self.payload(key, values)
    }
  }

  /// What the values mean.
  var payload: Payload {
    if let parsed { return parsed }
    do {
      return try Self.payload(key, values)
    } catch {
      preconditionFailure(error.message)
    }
  }

  public static func == (left: Term, right: Term) -> Bool {
    left.key == right.key && left.values == right.values
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(values)
  }

  private static func payload(_ key: Key, _ values: [String]) throws(TermError) -> Payload {
    guard let first = values.first else { throw TermError("'\(key.rawValue)' has no value") }
    switch key {
    case .pci: return .patterns(try map(values, PCIPattern.init(parsing:)))
    case .class: return .classes(try map(values, ClassPrefix.init(parsing:)))
    case .revision, .function, .cStateLimit:
      return .ranges(try map(values) { text throws(TermError) in try Self.range(text) })
    case .address: return .addresses(try map(values, AddressPattern.init(parsing:)))
    case .portType: return .names(try Self.names(values, of: Self.portTypes))
    case .driver: return .names(values)
    case .role: return .names(try Self.names(values, of: Self.roles))
    case .linkASPM, .linkASPMSupported: return .aspm(try ASPMPattern(parsing: values))
    case .htMSIMapping:
      return .names(try Self.names(values, of: ["enabled", "disabled", "none"]))
    case .cpu: return .cpu(try CPUPattern(parsing: values))
    case .dmi: return .dmi(try map(values, DMIPattern.init(parsing:)))
    case .xenLog: return .xenLog(try map(values, XenLogPattern.init(parsing:)))
    case .fadt: return .names(try Self.names(values, of: Self.fadtFlags.map(\.name)))
    case .acpiTable, .architecture: return .names(values)
    case .platformTimer: return .names(try Self.names(values, of: Self.platformTimers))
    case .memory, .cpus:
      return .ranges(
        try map(values) { text throws(TermError) in try Self.range(text, largest: 1 << 40) })
    case .config: return .config(try ConfigPattern(parsing: values))
    case .linkL1Substates:
      return .names(try Self.names(values, of: ["l1.1", "l1.2"]))
    case .module, .scheduler: return .names(values)
    case .hpetBroadcast: return .names(try Self.names(values, of: Self.broadcasts))
    case .dom0Type: return .names(try Self.names(values, of: Self.dom0Types))
    case .msi, .msix, .aspmControl, .xenIOMMU, .xenInterruptRemapping, .arat, .invariantTSC, .hpet,
      .hpetFSB, .smt, .deepCStates, .efi:
      guard values.count == 1, first == "true" || first == "false" else {
        throw TermError("'\(key.rawValue)' is true or false, not '\(first)'")
      }
      return .truth(first == "true")
    case .dom0Line, .xenLine, .xlConf: return .words(values)
    case .kernelLog: return .logPatterns(try map(values, LogPattern.init(parsing:)))
    case .linux, .xen: return .bound(try VersionBound(parsing: values))
    }
  }

  /// The term with the value of an option in its patterns; itself, where it has no room for one.
  func filled(with value: String) -> Term {
    guard values.contains(where: { $0.contains("{value}") }) else { return self }
    let texts = values.map { $0.filling(["value": value]) }
    return (try? Term(key: key, values: texts)) ?? self
  }

  /// As a quirk file writes it.
  public var text: String { "\(key.rawValue) = \(values.joined(separator: ", "))" }
}

/// The typed throws of the standard library's `map` do not reach through `init` yet.
func map<Value>(
  _ values: [String], _ parse: (String) throws(TermError) -> Value
) throws(TermError) -> [Value] {
  var result: [Value] = []
  for value in values { result.append(try parse(value)) }
  return result
}
