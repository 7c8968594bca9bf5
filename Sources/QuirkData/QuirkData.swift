public import QuirkEngine

/// The database that is built into the program; the build tool writes `builtInText` from the folder
/// of quirks.
public enum QuirkData {
  /// The built-in database.
  ///
  /// A damaged one is empty and says so among its skipped entries.
  public static func database() -> QuirkDatabase {
    do {
      return try QuirkDatabase(flat: builtInText)
    } catch {
      return QuirkDatabase(Knowledge(), digest: "none", skipped: [error.description])
    }
  }
}
