public import HostModel

/// Quirks and boot options, in the flat form that is built into the program, or read from files.
///
/// The flat form is text. Quirks are decoded one by one, when their ids are met.
///
///     xenquirks-flat 4 DIGEST NEWEST-XEN
///     ids N           then N lines `vvvvdddd qqqq`, sorted: a quirk's number for each id it asks for
///     unindexed N     then N lines `qqqq`: quirks that ask for no exact id
///     quirks N        then N lines `offset length`, in bytes from the end of this table
///     options N W     then N rows of one width: name, offset, length, in hexadecimal
///     policies N      the same as for quirks; then idle, families and kernel, alike
///     logs 2          the literal parts of patterns for logs; the signatures
public struct QuirkDatabase: Sendable {
  public let count: Int
  /// Names the contents: the same text gives the same digest.
  public let digest: String
  /// The newest Xen that the catalogue was held against; it stands in where nobody names one.
  public let newestXen: String
  /// Entries of drop-in files that were skipped, with the reason.
  public var skipped: [String]
  /// Quirks that ask for no exact id.
  let unindexed: [Int]

  private enum Storage: Sendable {
    case flat(FlatDatabase)
    case values(Knowledge, index: [UInt32: [Int]])
  }
  private let storage: Storage

  /// A database of values, as drop-in files and tests give it.
  public init(
    _ knowledge: Knowledge, digest: String, newestXen: String = "", skipped: [String] = []
  ) {
    count = knowledge.quirks.count
    self.digest = digest
    self.newestXen = newestXen
    self.skipped = skipped
    var index: [UInt32: [Int]] = [:]
    var unindexed: [Int] = []
    for (number, quirk) in knowledge.quirks.enumerated() {
      guard let ids = quirk.exactIDs else {
        unindexed.append(number)
        continue
      }
      for id in ids { index[id, default: []].append(number) }
    }
    self.unindexed = unindexed
    storage = .values(knowledge, index: index)
  }

  /// The database that is built in.
  public init(flat text: StaticString) throws(FlatError) {
    let flat = try FlatDatabase(text)
    count = flat.quirks.count
    digest = flat.digest
    newestXen = flat.newestXen
    skipped = []
    unindexed = flat.unindexed
    storage = .flat(flat)
  }

  /// The numbers of the quirks that ask for an id.
  func quirks(vendor: UInt16, device: UInt16) -> [Int] {
    let key = UInt32(vendor) << 16 | UInt32(device)
    return switch storage {
    case .flat(let flat): flat.quirks(for: key)
    case .values(_, let index): index[key] ?? []
    }
  }

  /// The quirk of a number below `count`.
  public func quirk(at number: Int) -> Quirk {
    switch storage {
    case .flat(let flat): flat.quirk(at: number)
    case .values(let knowledge, _): knowledge.quirks[number]
    }
  }

  /// The head of that quirk.
  func head(at number: Int) -> QuirkHead {
    switch storage {
    case .flat(let flat): return flat.head(at: number)
    case .values(let knowledge, _):
      let quirk = knowledge.quirks[number]
      return QuirkHead(subject: quirk.subject, when: quirk.when)
    }
  }

  public var quirks: [Quirk] { (0..<count).map(quirk(at:)) }

  public var options: [BootOption] {
    switch storage {
    case .flat(let flat): flat.options
    case .values(let knowledge, _): knowledge.options
    }
  }

  /// The option of a name, as it stands on a line in front of `=`.
  public func option(_ side: BootOption.Side, _ name: String) -> BootOption? {
    switch storage {
    case .flat(let flat): return flat.option(side, name)
    case .values(let knowledge, _):
      let key = OptionIndex.key(side, name)
      let found = knowledge.options.filter {
        $0.side == side && OptionIndex.key(side, $0.name) == key
      }
      return found.first { $0.name == name } ?? found.first
    }
  }

  public var policies: [Policy] {
    switch storage {
    case .flat(let flat): flat.policies
    case .values(let knowledge, _): knowledge.policies
    }
  }

  /// For which CPUs Xen's mwait-idle driver has which table.
  public var idleModels: [IdleModel] {
    switch storage {
    case .flat(let flat): flat.idleModels
    case .values(let knowledge, _): knowledge.idleModels
    }
  }

  /// Ids that have a name.
  public var families: [DeviceFamily] {
    switch storage {
    case .flat(let flat): flat.families
    case .values(let knowledge, _): knowledge.families
    }
  }

  /// What a kernel needs to run as dom0 or as a guest.
  public var kernelOptions: [KernelOption] {
    switch storage {
    case .flat(let flat): flat.kernelOptions
    case .values(let knowledge, _): knowledge.kernelOptions
    }
  }

  /// What takes a trigger away at run time.
  public var remedies: [Remedy] {
    switch storage {
    case .flat(let flat): flat.remedies
    case .values(let knowledge, _): knowledge.remedies
    }
  }

  /// Lines of logs that mean something by themselves.
  public var signatures: [LogSignature] {
    switch storage {
    case .flat(let flat): flat.signatures
    case .values(let knowledge, _): knowledge.signatures
    }
  }

  /// The literal parts of all patterns for logs: a line without any of them means nothing here.
  public var logLiterals: LogLiterals {
    switch storage {
    case .flat(let flat): flat.logLiterals
    case .values(let knowledge, _): knowledge.logLiterals
    }
  }

  /// This database with others' quirks added; an entry of the same id takes the place of ours.
  public func merged(with other: QuirkDatabase) -> QuirkDatabase {
    let replaced = Set(other.quirks.map(\.id))
    let knowledge = Knowledge(
      quirks: quirks.filter { !replaced.contains($0.id) } + other.quirks,
      options: options + other.options, policies: policies + other.policies,
      idleModels: idleModels + other.idleModels, families: families + other.families,
      kernelOptions: kernelOptions + other.kernelOptions, remedies: other.remedies + remedies,
      signatures: signatures + other.signatures)
    return QuirkDatabase(
      knowledge, digest: "\(digest)+\(other.digest)", newestXen: newestXen,
      skipped: skipped + other.skipped)
  }
}

extension Quirk {
  /// The exact ids of which the subject must have one; nil when there are none, or a pattern is
  /// open.
  var exactIDs: [UInt32]? {
    guard subject == .function, let filter = SubjectFilter(when), filter.isExact else { return nil }
    var ids: [UInt32] = []
    for pattern in filter.patterns {
      guard let vendor = pattern.vendor, let device = pattern.device else { return nil }
      ids.append(UInt32(vendor) << 16 | UInt32(device))
    }
    return ids.unique
  }
}
