public import BootAdvice
public import HostModel

/// An entry that boots Xen with a dom0 kernel, to be written for any boot loader.
public struct NewEntry: Sendable {
  public var title: String
  /// Xen's image, by its name in /boot.
  public var xenImage: String
  public var kernelImage: String
  /// Nil where the kernel needs none, or none is known.
  public var initialRAMDisk: String?
  /// The whole lines, or the additions to lines that are not known.
  public var xen: [String]
  public var dom0: [String]
  /// What makes the advised lines of the present ones.
  public var changes: LineChanges

  /// The entry that boots this machine as advised: what the present lines hold stays, the advice
  /// joins it.
  ///
  /// The images are those of /boot where it was read; else the names that every distribution links
  /// them to.
  public init(host: Host, plan: BootPlan) {
    let files = host.boot.value
    let release = host.linux.release.value
    let kernel =
      files?.kernels.first { name in release.map { name.hasSuffix($0) } ?? false }
      ?? files?.kernels.last
    let version = kernel.map { String($0.drop { $0 != "-" }) }
    let ramDisk = files?.initialRAMDisks.first { name in
      version.map { name.contains($0) } ?? false
    }
    title = [
      "Xen", host.xen.build.value?.version.description, release.map { "with Linux \($0)" },
      "(advised)",
    ]
    .compactMap { $0 }.joined(separator: " ")
    xenImage = files?.xen.last ?? "xen.gz"
    kernelImage = kernel ?? "vmlinuz"
    initialRAMDisk = ramDisk
    xen = plan.xen.words
    dom0 = plan.dom0.words
    changes = LineChanges(
      xen: .changes(from: host.lines.xen.value?.words ?? [], to: xen),
      dom0: .changes(from: host.lines.dom0.value?.words ?? [], to: dom0))
  }

  /// The entry as a boot loader has it.
  public func text(for style: BootStyle) -> String {
    switch style {
    case .menuList: menuList
    case .grub: grubDefaults
    case .grubFolder: "# /etc/default/grub.d/xenquirks.cfg\n" + grubDefaults
    case .grubScript: grubScript
    case .xenEFI: xenEFI
    case .xcpNG: XenCommands.commands(for: changes).map { $0 + "\n" }.joined()
    case .raw: "xen: \(xen.joined(separator: " "))\ndom0: \(dom0.joined(separator: " "))\n"
    }
  }

  private var menuList: String {
    var lines = ["title \(title)"]
    lines.append((["        kernel", "/boot/\(xenImage)"] + xen).joined(separator: " "))
    lines.append((["        module", "/boot/\(kernelImage)"] + dom0).joined(separator: " "))
    if let initialRAMDisk { lines.append("        module /boot/\(initialRAMDisk)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What grub-mkconfig is told: the changes alone, since it adds the rest itself.
  private var grubDefaults: String {
    let gone = { (changes: [WordChange]) in
      changes.compactMap { change in
        if case .removed(let word, _) = change { word } else { nil }
      }
    }
    let joining = { (changes: [WordChange]) in
      changes.compactMap { change -> WordChange? in
        switch change {
        case .added: change
        case .replaced(_, let new): .added(new)
        case .removed: nil
        }
      }
    }
    var text = ""
    for (side, words) in [("Xen's", gone(changes.xen)), ("dom0's", gone(changes.dom0))]
    where !words.isEmpty {
      text += "# Take from \(side) words, where they are set: \(words.joined(separator: " "))\n"
    }
    let joined = LineChanges(xen: joining(changes.xen), dom0: joining(changes.dom0))
    guard var document = try? GrubDefaults([], path: ""),
      (try? document.change(entry: 0, joined)) != nil
    else { return text }
    return text + document.textWithoutNotes
  }

  private var grubScript: String {
    let command = { (name: String, image: String, words: [String]) in
      (["\t\(name) /boot/\(image)"] + words.map(ScriptQuoting.grubScript)).joined(separator: " ")
    }
    var lines = [
      "# For /boot/grub/custom.cfg. Where /boot is a file system of its own, take /boot from the paths.",
      "menuentry \(ScriptQuoting.grubScript(title)) --id xenquirks {",
      "\tsearch --no-floppy --file --set=root /boot/\(xenImage)",
      command("multiboot2", xenImage, ["placeholder"] + xen),
      command("module2", kernelImage, ["placeholder"] + dom0),
    ]
    if let initialRAMDisk { lines.append("\tmodule2 --nounzip /boot/\(initialRAMDisk)") }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private var xenEFI: String {
    var lines = ["[global]", "default=advised", "", "[advised]"]
    if !xen.isEmpty { lines.append("options=" + xen.joined(separator: " ")) }
    lines.append("kernel=" + ([kernelImage] + dom0).joined(separator: " "))
    if let initialRAMDisk { lines.append("ramdisk=" + initialRAMDisk) }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension [WordChange] {
  fileprivate static func changes(from present: [String], to wanted: [String]) -> [WordChange] {
    WordChange.changes(from: present, to: wanted)
  }
}
