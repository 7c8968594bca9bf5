public import HostModel

/// A text that the person gives: a file by its path, `-` for standard input, or the bytes
/// themselves.
public enum ProbeInput: Sendable {
  case file(String)
  case bytes([UInt8])
}

/// Which machine to look at, and what the person says of it.
public struct ProbeOptions: Sendable {
  /// A captured tree with sys/ and proc/ in it; nil for the live machine.
  public var root: String?
  /// What `lspci -xxx` printed on another machine: then no file of this one is read.
  public var pciDump: ProbeInput?
  /// A machine as it was looked at before: then no file of this one is read.
  public var recorded: Host?
  public var kernelLog: ProbeInput?
  /// What `xl info` printed.
  public var xlInfo: ProbeInput?
  /// What `xl dmesg` printed, or a serial console that Xen wrote to.
  public var xlDmesg: ProbeInput?
  /// What `xenpm get-cpuidle-states` printed.
  public var xenpm: ProbeInput?
  /// What `xen-cpuid -p` printed.
  public var xenCPUID: ProbeInput?
  public var xenLine: String?
  public var dom0Line: String?
  public var xenVersion: String?
  public var linuxVersion: String?
  /// Devices that must not be read at offset `end` or behind it, because they lock up.
  public var readLimits: [(vendor: UInt16, device: UInt16, end: Int)] = []
  /// Which table Xen's mwait-idle driver has for which CPU.
  public var idleModels: [IdleModel] = []
  /// The texts of which a line of a log must hold one to be kept, asked for when a log is read; nil keeps
  /// all lines.
  public var logLiterals: (@Sendable () -> LogLiterals)?
  /// The pci.ids file to take names from; nil for the usual places, then the hardware database.
  public var pciIDs: String?

  /// Whether only what the person says counts, and no machine is looked at.
  public var withoutMachine = false

  /// The live machine, of which nothing is said.
  public init() {}
}

/// Why a machine that the person named could not be looked at.
///
/// What the machine does not tell is no error but an unknown fact.
public struct ProbeError: Error, Sendable, CustomStringConvertible {
  public enum Kind: Sendable {
    /// An option has a value that means nothing.
    case usage
    /// A file is not what it should be.
    case badInput
    case inputMissing
    case noPermission
    /// Reading failed for another reason.
    case cannotRead
  }

  public var kind: Kind
  /// The file, or the option.
  public var path: String?
  /// Counted from 1.
  public var line: Int?
  public var message: String

  public init(_ kind: Kind, path: String? = nil, line: Int? = nil, message: String) {
    self.kind = kind
    self.path = path
    self.line = line
    self.message = message
  }

  public var description: String {
    switch (path, line) {
    case (let path?, let line?): "\(path):\(line): \(message)"
    case (let path?, nil): "\(path): \(message)"
    default: message
    }
  }
}
