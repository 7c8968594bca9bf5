/// How a word is written in a GRUB script.
enum ScriptQuoting {
  private static let plain = Set("_-+.,:=/@%^~[]!?*".utf8)

  /// A word of a kernel's line as GRUB's script reads it back, in quotes where it needs them.
  static func grubScript(_ kernelWord: String) -> String {
    // GRUB puts those around blanks by itself.
    let word = kernelWord.filter { $0 != "\"" }
    let isSafe = !word.isEmpty && word.utf8.allSatisfy { $0.isNameByte || plain.contains($0) }
    guard !isSafe else { return word }
    return
      "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }

  /// A word within double quotes of a shell script, whose value ends up in a GRUB script.
  static func withinDoubleQuotes(_ word: String) -> String {
    var text = ""
    for character in grubScript(word) {
      if "\"$`\\".contains(character) { text.append("\\") }
      text.append(character)
    }
    return text
  }

  /// The same within single quotes.
  static func withinSingleQuotes(_ word: String) -> String {
    grubScript(word).split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "'\\''")
  }
}

extension String {
  /// A word as a kernel's line has it: double quotes keep the blanks of a value together.
  var kernelWord: String {
    guard contains(where: { $0 == " " || $0 == "\t" }), !contains("\"") else { return self }
    guard let equals = firstIndex(of: "=") else { return "\"\(self)\"" }
    return "\(self[...equals])\"\(self[index(after: equals)...])\""
  }
}
