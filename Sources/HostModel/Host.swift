/// One machine, as far as it could be read; what the engine, the advice and every report look at.
public struct Host: Sendable {
  public var role: Fact<HostRole>
  public var architecture: Fact<String>
  public var pci: Fact<PCITopology>
  public var linux: LinuxHost
  public var xen: XenHost
  public var lines: BootLines
  public var boot: Fact<BootFiles>
  public var kernelLog: Fact<KernelLog>
  public var acpi: ACPIHost
  public var cpu: CPUHost
  public var idle: IdleHost
  public var time: TimeHost
  public var dmi: DMIHost
  public var counters: CounterHost
  /// What xl.conf says, by key; a key that is not there has the toolstack's default.
  public var toolstack: Fact<[String: String]>
  /// The memory of the machine in MiB: all of it, not dom0's share.
  public var memory: Fact<Int>
  /// Whether the firmware started the machine as UEFI does, not as a BIOS.
  public var bootsByUEFI: Fact<Bool>

  /// A host of which nothing is known yet, for the given reason.
  public init(allUnknown reason: Unknown) {
    role = .unknown(reason)
    architecture = .unknown(reason)
    pci = .unknown(reason)
    linux = LinuxHost(allUnknown: reason)
    xen = XenHost(allUnknown: reason)
    lines = BootLines(allUnknown: reason)
    boot = .unknown(reason)
    kernelLog = .unknown(reason)
    acpi = ACPIHost(allUnknown: reason)
    cpu = CPUHost(allUnknown: reason)
    idle = IdleHost(allUnknown: reason)
    time = TimeHost(allUnknown: reason)
    dmi = DMIHost(allUnknown: reason)
    counters = CounterHost(allUnknown: reason)
    toolstack = .unknown(reason)
    memory = .unknown(reason)
    bootsByUEFI = .unknown(reason)
  }
}

/// What the kernel that was looked at is to Xen.
public enum HostRole: String, Sendable, CaseIterable {
  case bareMetal = "bare-metal"
  case dom0
  case domU
  /// A guest of another hypervisor.
  case guest
}

/// The Linux that ran, or that was named.
public struct LinuxHost: Sendable {
  /// The build, from /proc/version: `uname -r` does not say which patches it holds.
  public var build: Fact<SoftwareBuild>
  /// `uname -r`.
  public var release: Fact<String>
  /// The current policy of ASPM: `default`, `performance`, `powersave`, `powersupersave`.
  public var aspmPolicy: Fact<String>
  /// Parameters of loaded modules, by `module.parameter`.
  public var moduleParameters: Fact<[String: String]>
  /// Modules that are loaded or show themselves built in, with underscores, sorted.
  public var modules: Fact<[String]>

  public init(allUnknown reason: Unknown) {
    build = .unknown(reason)
    release = .unknown(reason)
    aspmPolicy = .unknown(reason)
    moduleParameters = .unknown(reason)
    modules = .unknown(reason)
  }
}

/// The Xen that ran, or that was named.
public struct XenHost: Sendable {
  public var build: Fact<SoftwareBuild>
  /// Whether Xen uses the IOMMU for its domains (`xl info`, virt_caps: hvm_directio or
  /// pv_directio).
  public var iommuIsOn: Fact<Bool>
  /// Whether Xen remaps interrupts (`xl dmesg`, "Interrupt remapping").
  public var interruptRemappingIsOn: Fact<Bool>
  public var dom0Type: Fact<Dom0Type>
  /// Whether Xen itself runs in a virtual machine: then the hardware that it shows is made up.
  public var isNested: Fact<Bool>
  public var scheduler: Fact<String>
  /// The memory that dom0 has now, in MiB (sysfs, `xen_memory0/info/current_kb`).
  public var dom0Memory: Fact<Int>
  public var messages: Fact<XenMessages>

  public init(allUnknown reason: Unknown) {
    build = .unknown(reason)
    iommuIsOn = .unknown(reason)
    interruptRemappingIsOn = .unknown(reason)
    dom0Type = .unknown(reason)
    isNested = .unknown(reason)
    scheduler = .unknown(reason)
    dom0Memory = .unknown(reason)
    messages = .unknown(reason)
  }
}

/// How Xen runs its first domain.
public enum Dom0Type: String, Sendable, CaseIterable {
  case pv, pvh
}

/// The two lines that this boot was made with.
public struct BootLines: Sendable {
  public var xen: Fact<CommandLine>
  public var dom0: Fact<CommandLine>

  public init(allUnknown reason: Unknown) {
    xen = .unknown(reason)
    dom0 = .unknown(reason)
  }
}

/// The images in /boot, by file name.
public struct BootFiles: Sendable, Hashable {
  /// Xen images, the newest name last.
  public var xen: [String]
  public var kernels: [String]
  public var initialRAMDisks: [String]

  public init(xen: [String], kernels: [String], initialRAMDisks: [String]) {
    self.xen = xen
    self.kernels = kernels
    self.initialRAMDisks = initialRAMDisks
  }
}

/// A kernel's command line, word by word.
public struct CommandLine: Sendable, Hashable {
  public var words: [String]

  public init(words: [String]) { self.words = words }

  /// Splits at blanks; double quotes keep blanks in a value (Linux, `next_arg`).
  public init(parsing text: some StringProtocol) {
    var words: [String] = []
    var current = ""
    var quoted = false
    for character in text {
      if character == "\"" { quoted.toggle() }
      if !quoted, character == " " || character == "\t" || character == "\n" || character == "\r\n"
      {
        if !current.isEmpty { words.append(current) }
        current = ""
      } else {
        current.append(character)
      }
    }
    if !current.isEmpty { words.append(current) }
    self.words = words
  }

  /// Splits a line as a boot loader passed it on: a leading image path and GRUB's `placeholder` are
  /// no options.
  public init(bootLine text: some StringProtocol) {
    var words = CommandLine(parsing: text).words[...]
    if let first = words.first, first.hasPrefix("/") || first.hasPrefix("(") {
      words.removeFirst()
    }
    self.init(words: words.filter { $0 != "placeholder" })
  }

  public var text: String { words.joined(separator: " ") }

  /// The last value given for an option; nil when it is not on the line, "" when it stands there
  /// bare.
  public func value(of name: some StringProtocol) -> String? {
    for word in words.reversed() where word.hasPrefix(name) {
      let rest = word.dropFirst(name.count)
      if rest.isEmpty { return "" }
      if rest.first == "=" { return String(rest.dropFirst()) }
    }
    return nil
  }

  /// Whether a word, `name=value` or bare, is in force: no later word for the same name overrides
  /// it.
  public func has(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "=") else { return value(of: word) != nil }
    let name = word[..<equals]
    return value(of: name) == String(word[word.index(after: equals)...])
  }
}
