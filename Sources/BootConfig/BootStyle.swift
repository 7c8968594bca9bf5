/// A boot loader's way of saying what is booted.
public enum BootStyle: String, Sendable, CaseIterable {
  /// GRUB legacy.
  case menuList = "menu.lst"
  /// `/etc/default/grub`.
  case grub
  /// A file of `/etc/default/grub.d`.
  case grubFolder = "grub.d"
  /// What GRUB 2 itself reads.
  case grubScript = "grub.cfg"
  /// What Xen's own EFI loader reads.
  case xenEFI = "xen.cfg"
  /// XCP-ng's commands.
  case xcpNG = "xcp-ng"
  /// The two lines alone.
  case raw

  /// Guesses from a file's name, then from what it holds; nil where neither tells.
  public init?(guessing path: String, _ bytes: [UInt8]) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let folder = path.split(separator: "/").dropLast().last
    switch (name, folder) {
    case ("menu.lst", _), ("grub.conf", _): self = .menuList
    case ("grub", "default"): self = .grub
    case (_, "grub.d") where name.hasSuffix(".cfg"): self = .grubFolder
    case ("grub.cfg", _), ("custom.cfg", _): self = .grubScript
    case ("xen.cfg", _), ("xen.efi.cfg", _): self = .xenEFI
    default:
      guard let style = Self(ofContents: bytes) else { return nil }
      self = style
    }
  }

  private init?(ofContents bytes: [UInt8]) {
    for line in SourceLine.lines(of: bytes).lazy.map({ $0.content.trimmed.text }) {
      if line.hasPrefix("title ") {
        self = .menuList
      } else if line.hasPrefix("menuentry ") {
        self = .grubScript
      } else if line.hasPrefix("GRUB_") || line.hasPrefix("export GRUB_") {
        self = .grub
      } else if line == "[global]" {
        self = .xenEFI
      } else if line.hasPrefix("xen:") || line.hasPrefix("dom0:") {
        self = .raw
      } else if line.hasPrefix(XenCommands.command) {
        self = .xcpNG
      } else {
        continue
      }
      return
    }
    return nil
  }

  /// Reads a file of this style.
  ///
  /// Throws: a place where it can't be understood.
  public func document(_ bytes: [UInt8], path: String) throws(BootFileError) -> any BootDocument {
    switch self {
    case .menuList: try MenuList(bytes, path: path)
    case .grub, .grubFolder: try GrubDefaults(bytes, path: path)
    case .grubScript: try GrubScript(bytes, path: path)
    case .xenEFI: try XenEFIConfig(bytes, path: path)
    case .xcpNG: try XenCommands(bytes, path: path)
    case .raw: try PlainLines(bytes, path: path)
    }
  }
}
