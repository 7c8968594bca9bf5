/// The configuration that a Linux kernel was built with.
public struct KernelConfig: Sendable, Hashable {
  /// `y`, `m` or a value, by name with `CONFIG_`; what is not set stands as `n` where the file says so.
  public var values: [String: String] = [:]
  /// The release in the head of the file; nil where there is none.
  public var version: Version?

  /// Reads a `.config` file: `CONFIG_NAME=value`, `# CONFIG_NAME is not set`.
  ///
  /// Nil where no line is one of these.
  public init?(parsing text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("CONFIG_"), let equals = line.firstIndex(of: "=") {
        values[String(line[..<equals])] = String(line[line.index(after: equals)...])
      } else if line.hasPrefix("# CONFIG_"), line.hasSuffix(" is not set") {
        values[String(line.dropFirst(2).dropLast(" is not set".count))] = "n"
      } else if version == nil, line.hasPrefix("# Linux") {
        version = line.split(separator: " ").lazy.compactMap { Version(String($0)) }.first
      }
    }
    if values.isEmpty { return nil }
  }

  /// The value of the first of these names that is set; `n` where none is.
  public func value(of names: [String]) -> String {
    names.lazy.compactMap { values[$0] }.first { $0 != "n" } ?? "n"
  }
}
