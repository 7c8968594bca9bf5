import QuirkEngine
import QuirkSyntax
import Testing

/// What only shows when all entries are seen together.
@Suite struct TogetherTests {
  private func entry(_ id: String, _ when: String, option: String? = nil, more: String = "")
    -> String
  {
    let action = option.map {
      "[[quirk.action]]\ntarget = \"xen\"\nop = \"add\"\noption = \"\($0)\"\nundo = \"u\"\n"
    }
    return """
      [[quirk]]
      id = "\(id)"
      title = "t"
      category = "cstate"
      severity = "hang"
      evidence = "A"
      subject = "cpu"
      when = \(when)
      why = "w"
      cost = "c"
      \(more)
      \(action ?? "")
      [[quirk.reference]]
      kind = "bug"
      url = "https://example.org"
      note = "n"
      seen = 2026-11-23
      [[quirk.test]]
      missing = ["a"]
      near-miss = ["b"]

      """
  }

  private static let options = """
    [[option]]
    name = "max_cstate"
    form = "value"
    syntax = "max_cstate=N"
    takes = ["integer"]
    effect = "e"
    [[option]]
    name = "cpuidle"
    form = "value"
    syntax = "cpuidle=BOOLEAN"
    takes = ["boolean"]
    effect = "e"
    conflicts = ["max_cstate"]
    """

  private func problems(_ entries: String, options: String = options) -> [String] {
    QuirkSources(files: [
      QuirkSources.File(path: "cstate/a.toml", bytes: Array(entries.utf8)),
      QuirkSources.File(path: "options/xen.toml", bytes: Array(options.utf8)),
    ]).read().problems.map(\.message)
  }

  private let intel = "{ cpu = { vendor = \"Intel\", family = 6, model = \"0x1a\" } }"
  private let other = "{ cpu = { vendor = \"Intel\", family = 6, model = \"0x2c\" } }"

  @Test func `two entries that ask the same are refused`() {
    #expect(
      problems(entry("a-b", intel) + entry("c-d", intel)) == [
        "asks the same as 'a-b' in cstate/a.toml:1"
      ])
    #expect(problems(entry("a-b", intel) + entry("c-d", other)) == [])
  }

  @Test func `an entry whose devices another one has all is refused`() {
    let few = "{ exists = { pci = [\"8086:0001\"] }, pci = [\"8086:10d3\"] }"
    let many = "{ exists = { pci = [\"8086:0001\"] }, pci = [\"8086:10d3\", \"8086:10f6\"] }"
    let found = problems(entry("a-b", few) + entry("c-d", many))
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix("'c-d' in cstate/a.toml") == true)
  }

  @Test func `words that contradict on one machine are refused, unless they are rivals`() {
    let all = "{ arat = false }"
    let one = entry("a-b", intel, option: "max_cstate=1")
    let two = entry("c-d", all, option: "cpuidle=off")
    #expect(problems(one + two).first?.hasPrefix("'c-d' wants cpuidle=off where 'a-b'") == true)
    let rival = entry("c-d", all, option: "cpuidle=off", more: "rivals = [\"a-b\"]")
    #expect(problems(one + rival) == [])
    // No machine has both processors.
    #expect(problems(one + entry("c-d", other, option: "max_cstate=2")) == [])
    #expect(problems(one + entry("c-d", all, option: "max_cstate=2")).count == 1)
  }

  @Test func `a word that the option's grammar does not take is refused`() {
    #expect(
      problems(entry("a-b", intel, option: "max_cstate=deep"))
        == ["max_cstate takes integer, not 'deep'"])
  }

  @Test func `an option that names one which is not there is refused`() {
    let text = Self.options.replacing("[\"max_cstate\"]", with: "[\"max_cstat\"]")
    #expect(
      problems(entry("a-b", intel), options: text)
        == ["cpuidle names 'max_cstat', which options/xen.toml lacks"])
  }
}
