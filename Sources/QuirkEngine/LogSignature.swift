public import HostModel

/// Lines of a log that mean something by themselves, whatever hardware is there.
public struct LogSignature: Sendable, Hashable {
  public enum Log: String, Sendable, CaseIterable {
    /// The kernel's.
    case klog
    /// Xen's.
    case xlog
  }
  public enum Kind: String, Sendable, CaseIterable {
    /// Something went wrong.
    case trouble
    /// How something was set up.
    case state
    /// Which function a device hangs at: shown to nobody, but other lines name the device alone.
    case name
  }

  public var id: String
  public var log: Log
  public var kind: Kind
  /// Any of these may stand anywhere in the line.
  let patterns: [LogPattern]
  /// Drivers that the lines come from, where the lines do not name them.
  public var drivers: [String]
  /// In one sentence.
  public var means: String
  public var reference: String

  /// Throws: a pattern that would fit too much.
  public init(
    id: String, log: Log, kind: Kind, patterns: [String], drivers: [String], means: String,
    reference: String
  ) throws(TermError) {
    var parsed: [LogPattern] = []
    for text in patterns {
      if text.contains("{address}") {
        throw TermError("a signature is of no certain function: '{address}' stands for nothing")
      }
      parsed.append(try LogPattern(parsing: text))
    }
    (self.id, self.log, self.kind, self.patterns) = (id, log, kind, parsed)
    (self.drivers, self.means, self.reference) = (drivers, means, reference)
  }

  /// The patterns that a line fits.
  public func patterns(in line: String) -> [String] {
    patterns.filter { $0.occurs(in: line, address: nil) }.map(\.text)
  }

  public var texts: [String] { patterns.map(\.text) }
}

/// All signatures, as one record: they are asked for together or not at all.
struct LogSignatures: FlatRecord {
  var all: [LogSignature]

  var recordName: String { "signatures" }

  init(_ all: [LogSignature]) { self.all = all }

  func write(to writer: inout FlatWriter) {
    writer.write(all) { writer, one in
      writer.write([one.id, one.log.rawValue, one.kind.rawValue, one.means, one.reference])
      writer.write(one.texts)
      writer.write(one.drivers)
    }
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    all = try reader.values { reader throws(FlatError) in
      let texts = try reader.fields(5)
      let patterns = try reader.strings()
      let drivers = try reader.strings()
      guard let log = LogSignature.Log(rawValue: texts[1]),
        let kind = LogSignature.Kind(rawValue: texts[2])
      else { throw FlatError(description: "the built-in signature '\(texts[0])' is damaged") }
      do throws(TermError) {
        return try LogSignature(
          id: texts[0], log: log, kind: kind, patterns: patterns, drivers: drivers,
          means: texts[3], reference: texts[4])
      } catch {
        throw FlatError(description: error.message)
      }
    }
  }
}

extension LogLiterals: FlatRecord {
  var recordName: String { "literals" }

  func write(to writer: inout FlatWriter) {
    writer.write(kernel)
    writer.write(xen)
  }

  init(from reader: inout FlatReader) throws(FlatError) {
    let kernel = try reader.strings()
    self.init(kernel: kernel, xen: try reader.strings())
  }
}

extension Knowledge {
  /// The literal parts of all patterns for logs that stand anywhere in it.
  var logLiterals: LogLiterals {
    var kernel: Set<String> = []
    var xen: Set<String> = []
    let conditions =
      quirks.flatMap(\.conditions) + options.flatMap { $0.traps.compactMap(\.condition) }
      + options.flatMap { $0.vetoes.map(\.condition) }
      + policies.flatMap { $0.words.compactMap(\.condition) }
    for term in conditions.flatMap(\.terms) {
      switch term.payload {
      case .logPatterns(let patterns): kernel.formUnion(patterns.map { String($0.anchor) })
      case .xenLog(let patterns): xen.formUnion(patterns.map { String($0.pattern.anchor) })
      default: break
      }
    }
    for signature in signatures {
      let anchors = signature.patterns.map { String($0.anchor) }
      if signature.log == .klog { kernel.formUnion(anchors) } else { xen.formUnion(anchors) }
    }
    return LogLiterals(kernel: kernel.sorted(), xen: xen.sorted())
  }
}
