internal import HostModel
internal import SystemAccess
internal import XenTools

/// One tool of Xen's toolstack, and the places where its output may be found.
struct ToolOutput {
  /// How a person calls it: `xl dmesg`.
  let name: String
  /// The option that gives a saved output.
  let option: String
  let input: @Sendable (ProbeOptions) -> ProbeInput?
  /// Where a captured tree keeps it.
  let captured: String

  static let info = ToolOutput(
    name: "xl info", option: "--xl-info", input: { $0.xlInfo }, captured: "/xl-info.txt")
  static let messages = ToolOutput(
    name: "xl dmesg", option: "--xl-dmesg", input: { $0.xlDmesg }, captured: "/xl-dmesg.txt")
  static let idle = ToolOutput(
    name: "xenpm get-cpuidle-states", option: "--xenpm", input: { $0.xenpm }, captured: "/xenpm.txt"
  )
  static let cpuid = ToolOutput(
    name: "xen-cpuid -p", option: "--xen-cpuid", input: { $0.xenCPUID }, captured: "/xen-cpuid.txt")

  private static let limit = 1 << 24

  /// Whether a fact was read in what the tool printed, now or when a snapshot was taken.
  func isSource<Value>(of fact: Fact<Value>) -> Bool {
    [.tool(name), .option(option), .file(captured)].contains(fact.source)
  }

  /// What the tool printed: as the person gave it, from the capture, or asked for in dom0.
  ///
  /// Unknown says why there is nothing. Throws: the file that the person named is unusable, or
  /// `parse` makes nothing of it.
  func read<Value: Sendable>(
    _ context: ProbeContext, role: Fact<HostRole>, parse: @escaping (String) -> Value?
  ) throws(ProbeError) -> Fact<Value> {
    try read(context, role: role, with: WholeOutput(parse: parse))
  }

  /// The same for an output of any length, piece by piece.
  func read<Reader: OutputReader>(
    _ context: ProbeContext, role: Fact<HostRole>, with reader: Reader
  ) throws(ProbeError) -> Fact<Reader.Value> {
    var reader = reader
    if let input = input(context.options) {
      _ = try context.readUnpacked(input, option: option) { reader.read($0) }
      guard let value = reader.finish() else {
        let path = if case .file(let path) = input { path } else { option }
        throw ProbeError(.badInput, path: path, message: "nothing in it that '\(name)' prints")
      }
      return .known(value, source: .option(option))
    }
    guard let root = context.root else { return .unknown(notCaptured) }
    let text: String
    let source: Source
    if !root.isLive {
      do {
        text = try root.readText(captured, limit: Self.limit)
        source = .file(captured)
      } catch {
        if root.tells(captured), let reason = silence(role) { return .unknown(reason) }
        if let failure = root.failure(captured) {
          return .unknown(Unknown(.interfaceMissing, needs: failure))
        }
        return .unknown(error.kind == .notFound ? notCaptured : Unknown(error, in: root))
      }
    } else {
      if let reason = silence(role) { return .unknown(reason) }
      do {
        let words = name.split(separator: " ").map(String.init)
        text = try runXenTool(words[0], arguments: Array(words.dropFirst()))
        source = .tool(name)
      } catch {
        return .unknown(error)
      }
    }
    reader.read(Array(text.utf8).span)
    guard let value = reader.finish() else {
      return .unknown(Unknown(.malformed, needs: "the output of '\(name)'"))
    }
    return .known(value, source: source)
  }

  /// Why there is nobody to ask; nil in dom0.
  private func silence(_ role: Fact<HostRole>) -> Unknown? {
    switch role.value {
    case .dom0: nil
    case .bareMetal: Unknown(.interfaceMissing, needs: "a boot of Xen")
    case .domU, .guest: Unknown(.hiddenByHypervisor, needs: "dom0")
    case nil: role.unknown ?? notCaptured
    }
  }

  private var notCaptured: Unknown { Unknown(.notCaptured, needs: "\(option) FILE") }
}

/// What takes the output of a tool piece by piece.
protocol OutputReader {
  associatedtype Value: Sendable
  mutating func read(_ piece: Span<UInt8>)
  /// What the output says; nil where there is nothing of the tool's in it.
  mutating func finish() -> Value?
}

/// A short output, read as a whole.
private struct WholeOutput<Value: Sendable>: OutputReader {
  let parse: (String) -> Value?
  private var bytes: [UInt8] = []

  init(parse: @escaping (String) -> Value?) { self.parse = parse }

  mutating func read(_ piece: Span<UInt8>) {
    unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
  }

  mutating func finish() -> Value? { parse(String(decoding: bytes, as: UTF8.self)) }
}
