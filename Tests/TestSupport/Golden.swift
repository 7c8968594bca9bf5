internal import FoundationEssentials

/// Texts that stand beside the tests and are compared with what comes out.
public enum Golden {
  /// What differs between a text and its golden file; nil when they are equal.
  ///
  /// With RECORD_SNAPSHOTS set the file is written, and the answer says so: recording never passes.
  public static func difference(_ text: String, from path: String) -> String? {
    let url = URL(filePath: "\(Fixtures.root)/\(path)")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
      let folder = url.deletingLastPathComponent()
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      do {
        try Data(text.utf8).write(to: url, options: .atomic)
        return "\(path): recorded; look at it and run again without RECORD_SNAPSHOTS"
      } catch {
        return "\(path): cannot record: \(error)"
      }
    }
    guard let data = try? Data(contentsOf: url) else {
      return "\(path): no golden file; record it with RECORD_SNAPSHOTS=1"
    }
    let expected = String(decoding: data, as: UTF8.self)
    guard expected != text else { return nil }
    let pairs = zip(
      expected.split(separator: "\n", omittingEmptySubsequences: false),
      text.split(separator: "\n", omittingEmptySubsequences: false))
    let line = pairs.enumerated().first { $0.element.0 != $0.element.1 }
    let place = line.map {
      "line \($0.offset + 1): expected '\($0.element.0)', got '\($0.element.1)'"
    }
    return "\(path): \(place ?? "one text is longer than the other")"
  }
}
