internal import BootAdvice
internal import GzipAccess
internal import HostModel
internal import QuirkEngine
internal import ReportRendering
internal import SystemAccess

/// The judgement of a kernel's configuration.
struct KernelCheck {
  /// A file, or `running`.
  var path: String
  /// Where the machine is whose kernel runs.
  var root: String?
  /// The roles that are asked about; all when empty.
  var roles: [KernelOption.Role]

  /// The largest configuration that is read, unpacked, in bytes.
  private static let longest = 4 << 20

  /// Judges the kernel, prints it, and says whether it is fit for every role that was asked about.
  func run(_ options: [KernelOption], output: OutputOptions) throws -> Bool {
    let (name, bytes) = try read()
    guard let config = KernelConfig(parsing: String(decoding: bytes, as: UTF8.self)) else {
      throw Failure(.badInput, "\(name): no kernel configuration: no line says CONFIG_NAME=value")
    }
    let wanted = roles.isEmpty ? KernelOption.Role.allCases : roles
    let fitness = wanted.map { KernelFitness(config, role: $0, options: options) }
    let page = KernelPage(fitness, name: name, style: output.style)
    try write(output.format == .json ? page.json : page.text, to: output.output)
    return roles.isEmpty ? fitness.contains(where: \.isFit) : fitness.allSatisfy(\.isFit)
  }

  private func read() throws -> (name: String, bytes: [UInt8]) {
    if path == "running" { return try readRunning() }
    do {
      return (path, try unpacked(OriginalFile(reading: path, limit: Self.longest).bytes, path))
    } catch let problem as ReplacementProblem {
      throw Failure(problem)
    }
  }

  /// The configuration beside the running kernel's image, or the one in the kernel itself.
  private func readRunning() throws -> (name: String, bytes: [UInt8]) {
    let system = SystemRoot(path: root ?? "/")
    let release = (try? system.readTrimmed("proc/sys/kernel/osrelease")) ?? ""
    let files = ["boot/config-\(release)", "lib/modules/\(release)/config", "proc/config.gz"]
    for file in files {
      if let bytes = try? system.read(file, limit: Self.longest) {
        return ("/" + file, try unpacked(bytes, "/" + file))
      }
    }
    let places = files.map { "/" + $0 }.joined(separator: ", ")
    throw Failure(.inputMissing, "the running kernel's configuration is in none of \(places)")
  }

  private func unpacked(_ bytes: [UInt8], _ name: String) throws -> [UInt8] {
    guard isGzip(bytes) else { return bytes }
    do {
      return try gunzip(bytes, limit: Self.longest)
    } catch {
      throw Failure(.badInput, "\(name): \(error)")
    }
  }
}
