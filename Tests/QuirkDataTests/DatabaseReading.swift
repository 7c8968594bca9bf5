import QuirkProof
import QuirkSyntax
import TestSupport

/// The folder of quirks, read once for all tests.
enum DatabaseReading {
  static let reading: QuirkReading = {
    let files = Fixtures.files(under: "quirks", suffix: ".toml").map { path in
      QuirkSources.File(
        path: String(path.dropFirst("quirks/".count)), bytes: (try? Fixtures.bytes(path)) ?? [])
    }
    return QuirkSources(files: files).read()
  }()

  static let proof: QuirkProof = {
    let paths = Fixtures.files(under: "quirks/machines")
    let named = paths.map { (String($0.split(separator: "/").last ?? ""), $0) }
    return QuirkProof(
      machines: Dictionary(
        uniqueKeysWithValues: named.map { ($0, (try? Fixtures.text($1)) ?? "") }))
  }()
}
