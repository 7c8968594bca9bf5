/// What is wrong with a boot loader's file.
public struct BootFileError: Error, Sendable, CustomStringConvertible {
  public var path: String
  /// Counted from 1; 0 where the whole file is meant.
  public var line: Int
  public var message: String

  public init(_ path: String, line: Int = 0, _ message: String) {
    self.path = path
    self.line = line
    self.message = message
  }

  public var description: String {
    if path.isEmpty { return message }
    return line > 0 ? "\(path):\(line): \(message)" : "\(path): \(message)"
  }
}

/// One entry of a boot loader that starts Xen with a dom0 kernel.
public struct BootEntry: Sendable, Hashable {
  public var title: String
  /// The images as the boot loader sees them; empty where the file does not name them.
  public var xenImage = ""
  public var kernelImage = ""
  public var initialRAMDisk: String?
  /// The options behind each image.
  public var xen: [String]
  public var dom0: [String]
  /// Whether it is booted when nobody chooses.
  public var isDefault = false
  /// Where it stands; counted from 1.
  public var line: Int

  public init(title: String, xen: [String], dom0: [String], line: Int) {
    self.title = title
    self.xen = xen
    self.dom0 = dom0
    self.line = line
  }
}

/// A boot loader's file as a tree that prints byte for byte what was read, but for the edits.
public protocol BootDocument: Sendable {
  /// Reads a file.
  ///
  /// Throws: a place where it can't be understood.
  init(_ bytes: [UInt8], path: String) throws(BootFileError)

  /// The file's text.
  var bytes: [UInt8] { get }

  /// The entries that start Xen, in the order of the file.
  var entries: [BootEntry] { get }

  /// What a person should know of this file before they edit it.
  var notices: [String] { get }

  /// Changes the words of one entry and leaves notes of it.
  ///
  /// Throws: the words stand where they can't be changed safely.
  mutating func change(entry index: Int, _ changes: LineChanges) throws(BootFileError)

  /// Adds a changed copy of an entry that becomes the default; the old one becomes the fallback.
  ///
  /// Throws: the file can't hold one.
  mutating func addEntry(copying index: Int, _ changes: LineChanges) throws(BootFileError)

  /// Takes back every change that left a note.
  ///
  /// Returns: in words, what could not be taken back.
  mutating func undo() -> [String]
}

extension BootDocument {
  public var notices: [String] { [] }

  /// The text of an undone change that found nothing.
  static func lost(_ changes: [WordChange], of name: String) -> [String] {
    changes.map { change in
      switch change {
      case .added(let word): "\(word), added to \(name), is not there any more"
      case .replaced(_, let new): "\(new), put into \(name), is not there any more"
      case .removed(let word, _): "\(word) could not be put back into \(name)"
      }
    }
  }
}

extension String {
  /// Whether a boot loader's path names an image of Xen.
  var namesXenImage: Bool {
    let file = split(separator: "/").last.map(String.init) ?? self
    return file.hasPrefix("xen") && !file.hasSuffix(".cfg") && !file.hasSuffix(".img")
  }
}
