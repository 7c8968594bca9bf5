import QuirkEngine
import QuirkSyntax
import Testing

@Suite struct RefusalTests {
  /// An entry that is right; each test makes one thing wrong.
  private static let good = """
    [[quirk]]
    id = "vendor-part-hang"
    title = "Parts hang"
    category = "aspm"
    severity = "hang"
    evidence = "A"
    when = { pci = ["8086:10d3", "@family"] }
    armed = { link-aspm = ["l0s", "l1"] }
    handled-by = [{ linux = { since = "6.1", backports = ["5.10.9"] }, by = "Linux", disarms = true }]
    why = "Because."
    cost = "Nothing."

    [[quirk.action]]
    target = "dom0"
    op = "add"
    option = "known=1"
    undo = "take it away"

    [[quirk.reference]]
    kind = "kernel"
    url = "https://example.org/"
    note = "says it"
    seen = 2026-11-23

    [[quirk.test]]
    missing = ["machine"]
    near-miss = ["other"]
    """

  private static let others = [
    ("families/f.toml", "[family.family]\ntitle = \"Family\"\nids = [\"8086:10f6\"]\n"),
    (
      "options/linux.toml",
      "[[option]]\nname = \"known\"\nform = \"value\"\nsyntax = \"known=1\"\neffect = \"Some.\"\n"
    ),
  ]

  private func read(_ text: String, and more: [(String, String)] = others) -> QuirkReading {
    let files = ([("aspm/a.toml", text)] + more).map {
      QuirkSources.File(path: $0.0, bytes: Array($0.1.utf8))
    }
    return QuirkSources(files: files).read()
  }

  @Test func `a right entry is read, with its family`() throws {
    let reading = read(Self.good)
    #expect(reading.problems == [])
    let quirk = try #require(reading.knowledge.quirks.first)
    #expect(quirk.when.terms.first?.values == ["8086:10d3", "8086:10f6"])
    #expect(quirk.references.first?.seen == "2026-11-23")
    #expect(
      reading.tests["vendor-part-hang"]?.filter { $0.state == "near-miss" }.map(\.machine)
        == [.file("other")])
  }

  @Test(arguments: [
    ("id = \"vendor-part-hang\"", "id = \"Hang\"", 2, "is no id"),
    ("title = \"Parts hang\"", "title = \"\"", 3, "is empty"),
    ("title = \"Parts hang\"", "titel = \"Parts hang\"", 1, "'title' is missing"),
    ("title = \"Parts hang\"", "title = \"Parts hang\"\nowner = \"me\"", 4, "unknown key 'owner'"),
    ("category = \"aspm\"", "category = \"power\"", 4, "one of timer, cstate"),
    ("severity = \"hang\"", "severity = 3", 5, "is a number"),
    ("evidence = \"A\"", "evidence = \"E\"", 6, "is no evidence"),
    ("\"8086:10d3\", ", "\"8086:10D3\", ", 7, "four lower-case"),
    ("@family", "@kin", 7, "no family is named 'kin'"),
    ("when = { pci", "when = { msi = true, pci", 7, "belongs in 'armed'"),
    ("when = { pci = [\"8086:10d3\", \"@family\"] }", "when = {}", 7, "without a term"),
    ("armed = { link-aspm", "armed = { link-apsm", 8, "unknown term 'link-apsm'"),
    ("\"l1\"] }", "\"l2\"] }", 8, "'l2' is not a link state"),
    ("since = \"6.1\"", "sinse = \"6.1\"", 9, "not part of a version bound"),
    ("by = \"Linux\", ", "", 9, "'by' is missing"),
    ("target = \"dom0\"", "target = \"domX\"", 14, "is no target"),
    ("option = \"known=1\"", "option = \"unknown=1\"", 1, "not in options/linux.toml"),
    ("option = \"known=1\"", "option = \"known={slot}\"", 13, "'{slot}' stands for nothing"),
    ("url = \"https://example.org/\"", "url = \"example.org\"", 21, "is no address"),
    ("seen = 2026-11-23", "seen = \"today\"", 23, "is a date"),
    ("near-miss = [\"other\"]", "", 1, "near miss"),
    ("missing = [\"machine\"]", "", 1, "a machine that has it"),
    ("[[quirk.reference]]", "[[quirk.refrence]]", 19, "unknown key 'refrence'"),
    ("cost = \"Nothing.\"", "cost = \"Nothing.", 11, ""),
  ])
  func `one wrong thing is refused with its line`(
    right: String, wrong: String, line: Int, message: String
  ) {
    let reading = read(Self.good.replacing(right, with: wrong, maxReplacements: 1))
    #expect(reading.knowledge.quirks.isEmpty)
    let found = reading.problems.first { $0.line == line && $0.message.contains(message) }
    #expect(found != nil, "\(reading.problems)")
    #expect(found?.file == "aspm/a.toml")
  }

  @Test func `all problems are told at once`() {
    let text = Self.good.replacing("category = \"aspm\"", with: "category = \"x\"")
      .replacing("evidence = \"A\"", with: "evidence = \"Z\"")
      .replacing("kind = \"kernel\"", with: "kind = \"rumour\"")
    #expect(read(text).problems.map(\.line) == [4, 6, 20])
  }

  @Test func `an id that stands twice is refused, across files too`() {
    let reading = read(Self.good, and: Self.others + [("msi/b.toml", Self.good)])
    #expect(
      reading.problems.contains {
        $0.file == "msi/b.toml" && $0.message.contains("stands in aspm/a.toml:1")
      })
  }

  @Test func `two entries that ask the same are refused`() {
    let twin = Self.good.replacing("vendor-part-hang", with: "vendor-part-freeze")
    let reading = read(Self.good, and: Self.others + [("msi/b.toml", twin)])
    #expect(
      reading.problems.contains { $0.message.contains("asks the same as 'vendor-part-hang'") })
  }

  @Test func `a log line alone accuses nobody`() {
    let text = Self.good.replacing(
      "when = { pci = [\"8086:10d3\", \"@family\"] }",
      with: "when = { linux = { since = \"3.0\" } }"
    )
    .replacing("link-aspm = [\"l0s\", \"l1\"]", with: "klog = \"something bad happened\"")
    .replacing("category", with: "subject = \"host\"\ncategory")
    #expect(read(text).problems.contains { $0.message.contains("accuses nobody alone") })
  }

  @Test func `a family that contains itself is refused`() {
    let loop = ("families/g.toml", "[family.g]\ntitle = \"G\"\nids = [\"@g\"]\n")
    let reading = read(Self.good.replacing("@family", with: "@g"), and: Self.others + [loop])
    #expect(reading.problems.contains { $0.message.contains("contains itself") })
  }

  @Test(
    arguments: [
      ([0x61, 0x3d, 0x31, 0x0a, 0x00], 2, "NUL"), ([0xff, 0xfe, 0x0a], 1, "not UTF-8"),
      (Array("a = \n".utf8), 1, ""),
    ] as [([UInt8], Int, String)])
  func `bytes that are no TOML are refused`(bytes: [UInt8], line: Int, message: String) {
    let reading = QuirkSources(files: [.init(path: "a.toml", bytes: bytes)]).read()
    #expect(reading.problems.first?.line == line)
    #expect(reading.problems.first?.message.contains(message) == true || message.isEmpty)
  }

  @Test func `random bytes are refused, never a crash`() {
    for _ in 0..<100 {
      let bytes = (0..<400).map { _ in UInt8.random(in: 1...255) }
      let reading = QuirkSources(files: [.init(path: "a.toml", bytes: bytes)]).read()
      #expect(reading.knowledge.quirks.isEmpty)
    }
  }

  @Test func `carriage returns change neither lines nor content`() {
    let reading = read(Self.good.replacing("\n", with: "\r\n"))
    #expect(reading.problems == [])
    let wrong = read(
      Self.good.replacing("evidence = \"A\"", with: "evidence = \"Z\"").replacing(
        "\n", with: "\r\n"))
    #expect(wrong.problems.map(\.line) == [6])
  }

  @Test func `what is read survives the built-in form`() {
    let reading = read(Self.good)
    #expect(reading.knowledge.firstChangedByFlatForm == nil)
  }
}
