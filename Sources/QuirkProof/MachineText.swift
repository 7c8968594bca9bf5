/// The lines of a fixture machine, each with its place, with what it includes put in.
public struct MachineText: Sendable {
  struct Line: Sendable {
    var text: String
    var place: String

    var firstWord: Substring { text.prefix { $0 != " " } }
  }

  private(set) var lines: [Line] = []

  /// Reads the lines of a machine; `include` gives the text of another one.
  ///
  /// Throws: what `include` throws; a machine that includes itself.
  public init(
    _ text: String, name: String, include: (String) throws -> String
  ) throws {
    try read(text, name: name, within: [], include: include)
  }

  private mutating func read(
    _ text: String, name: String, within open: [String], include: (String) throws -> String
  ) throws {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ").map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let place = "\(name):\(number + 1)"
      if first == "include", words.count == 2 {
        guard !open.contains(words[1]) else {
          throw FixtureMachine.Problem(description: "\(place): '\(words[1])' includes itself")
        }
        try read(try include(words[1]), name: words[1], within: open + [words[1]], include: include)
      } else if first == "forget" {
        lines.removeAll { words.dropFirst().contains(String($0.firstWord)) }
      } else {
        lines.append(Line(text: words.joined(separator: " "), place: place))
      }
    }
  }

  /// The machines that alternatives (`8086:10d3|10f6`) make of this one.
  ///
  /// All words with alternatives go on together: the third machine takes the third of each.
  public var alternatives: [MachineText] {
    let choices = lines.map(Self.choices)
    let count = choices.map(\.count).max() ?? 1
    return (0..<count).map { number in
      var machine = self
      machine.lines = zip(lines, choices).map { line, choice in
        Line(text: choice[number % choice.count], place: line.place)
      }
      return machine
    }
  }

  /// What a line becomes with each of its alternatives.
  private static func choices(of line: Line) -> [String] {
    let text = line.text
    guard text.contains("|") else { return [text] }
    if line.firstWord == "dmi", let equals = text.firstIndex(of: "=") {
      let head = text[...equals]
      return text[text.index(after: equals)...].split(separator: "|").map { "\(head)\($0)" }
    }
    // Logs may hold the sign itself.
    guard line.firstWord == "cpu" || line.firstWord.contains(":") else { return [text] }
    let words = text.split(separator: " ").map { $0.split(separator: "|").map(String.init) }
    let count = words.map(\.count).max() ?? 1
    return (0..<count).map { number in
      words.map { alternatives in
        let word = alternatives[number % alternatives.count]
        // `8086:10d3|10f6`: the vendor carries over.
        let isShort = word.count == 4 && alternatives[0].contains(":") && !word.contains(":")
        return isShort ? "\(alternatives[0].prefix(5))\(word)" : word
      }.joined(separator: " ")
    }
  }
}
