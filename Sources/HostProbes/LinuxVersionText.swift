internal import HostModel

/// What /proc/version says of the kernel, and of its builder only who he is a vendor of.
struct LinuxVersionText {
  /// `uname -r`.
  var release: String
  var build: SoftwareBuild

  /// Reads `Linux version RELEASE (BUILDER) (COMPILER) #1 … `; nil for anything else.
  ///
  /// `signature` is Ubuntu's /proc/version_signature, which alone has the upstream version there.
  init?(parsing text: String, signature: String? = nil) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count > 2, words[0] == "Linux", words[1] == "version",
      let version = Version(words[2])
    else { return nil }
    release = String(words[2])
    let rest = text[words[2].endIndex...]
    let hash = rest.range(ofLast: " #") ?? rest.endIndex
    let builder = String(rest[..<hash])
    let banner = String(rest[hash...])

    var vendor = VendorMark.vendor(
      in: VendorMark.linux, release: release, builder: Self.builder(in: builder), banner: banner)
    if vendor == nil, VendorMark.isNumberedBuild(release, sign: "+"), builder.contains("Red Hat") {
      vendor = "XCP-ng"
    }
    build = SoftwareBuild(version: version, vendor: vendor, text: release)

    switch vendor {
    case "Debian":
      package(afterWord: "Debian", in: banner.isEmpty ? builder : banner)
      if build.package == nil { package(afterWord: "(Debian", in: String(builder.prefix(40))) }
    case "Proxmox":
      package(afterWord: "PMX", in: banner)
      package(afterWord: "PVE", in: banner)
    case "Ubuntu":
      // In the kernel's own log the signature stands in the text itself.
      ubuntu(signature ?? banner.split(separator: "(").last.map(String.init) ?? "")
    case nil: break
    default: build.package = release
    }
  }

  /// The builder's address and what stands in front of it, but not the compiler: everyone compiles
  /// with Debian's.
  private static func builder(in text: String) -> String {
    guard let compiler = text.range(ofFirst: "gcc") ?? text.range(ofFirst: "clang") else {
      return text
    }
    return String(text[..<compiler])
  }

  /// A package's version as the upstream version, `6.1.192-2` and `5.19~rc4-1` for 6.1.192 and
  /// 5.19.
  private mutating func package(afterWord word: String, in text: String) {
    let words = text.split { $0 == " " || $0 == ")" }
    guard let index = words.firstIndex(where: { $0 == word }), index + 1 < words.count,
      let version = Version(words[index + 1])
    else { return }
    build.package = String(words[index + 1])
    build.version = version
  }

  /// Reads `Ubuntu 5.4.0-144.161-generic 5.4.229`.
  private mutating func ubuntu(_ signature: String) {
    let words = signature.split { $0 == " " || $0 == ")" || $0 == "\n" }
    guard words.count >= 3, words[0] == "Ubuntu", let version = Version(words[2]) else { return }
    build.package = String(words[1])
    build.version = version
  }
}

extension StringProtocol {
  /// Where a text stands for the first time.
  func range(ofFirst part: String) -> Index? {
    var index = startIndex
    while index != endIndex {
      if self[index...].hasPrefix(part) { return index }
      index = self.index(after: index)
    }
    return nil
  }

  /// Where a text stands for the last time.
  func range(ofLast part: String) -> Index? {
    var index = endIndex
    while index != startIndex {
      index = self.index(before: index)
      if self[index...].hasPrefix(part) { return index }
    }
    return nil
  }
}
