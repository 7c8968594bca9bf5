/// The board and its firmware, without what identifies one single machine.
public struct DMIHost: Sendable {
  /// The fields that are read; serial numbers, UUIDs and asset tags are not among them.
  public enum Field: String, Sendable, CaseIterable {
    case biosVendor = "bios-vendor"
    case biosVersion = "bios-version"
    /// As the firmware writes it: `09/17/2012`.
    case biosDate = "bios-date"
    case systemVendor = "system-vendor"
    case productName = "product-name"
    case productVersion = "product-version"
    case boardVendor = "board-vendor"
    case boardName = "board-name"
  }

  private var values: [Field: Fact<String>] = [:]
  private let reason: Unknown

  public init(allUnknown reason: Unknown) { self.reason = reason }

  public subscript(field: Field) -> Fact<String> {
    get { values[field] ?? .unknown(reason) }
    set { values[field] = newValue }
  }
}
