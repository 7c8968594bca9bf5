import QuirkEngine
import QuirkProof
import QuirkSyntax
import Testing

@Suite struct QuirkProofTests {
  /// An entry with one condition, held against cases; what it gets wrong.
  private func failures(_ condition: String, armed: String? = nil, _ test: String) -> [String] {
    let entry = """
      [[quirk]]
      id = "a-b"
      title = "A thing"
      category = "nic"
      severity = "hang"
      evidence = "A"
      subject = "function"
      when = { pci = ["8086:10d3"], \(condition) }
      \(armed.map { "armed = { \($0) }" } ?? "")
      why = "w"
      cost = "c"
      [[quirk.reference]]
      kind = "bug"
      url = "https://example.org"
      note = "n"
      seen = 2026-11-23
      [[quirk.test]]
      near-miss = ["none"]
      [[quirk.test]]
      \(test)
      """
    let file = QuirkSources.File(path: "nic/a.toml", bytes: Array(entry.utf8))
    let reading = QuirkSources(files: [file]).read()
    guard let quirk = reading.knowledge.quirks.first else { return reading.problems.map(\.message) }
    let proof = QuirkProof(machines: ["none": "01:00.0 8086:0001"])
    let (cases, unread) = proof.prepare(quirk.id, reading.tests[quirk.id] ?? [])
    return (unread + QuirkProof.failures(of: quirk, in: cases)).map(\.message)
  }

  private let nic = "01:00.0 8086:10d3 endpoint"

  @Test(arguments: [
    ("config = { offset = \"0xe0\", mask = \"0xf0\", value = \"0x50\" }", "reg e0=5a", "reg e0=6a"),
    ("revision = \"0x10\"", "rev 10", "rev 11"),
    ("pci = [\"8086:10d3:1028:0001\"]", "subsystem 1028:0001", "subsystem 1028:0002"),
  ])
  func `a term of a function holds on one machine and not on the other`(
    term: String, here: String, elsewhere: String
  ) {
    let condition = term.hasPrefix("pci") ? "all = [{ \(term) }]" : term
    #expect(
      failures(
        condition,
        """
        machine = '''
        \(nic) \(here)
        '''
        missing = true
        with.near-miss = ["\(nic) \(elsewhere)"]
        """) == [])
  }

  @Test(arguments: [
    ("memory = \"<4096\"", "memory 2048", "memory 8192"),
    ("cpus = \">=256\"", "cpus 288", "cpus 8"),
    ("efi = true", "efi on", "efi off"),
  ])
  func `a term of the machine holds on one machine, not on the other, and is unknown without`(
    term: String, here: String, elsewhere: String
  ) {
    let word = here.prefix { $0 != " " }
    #expect(
      failures(
        term,
        """
        machine = '''
        \(nic)
        \(here)
        '''
        missing = true
        with.near-miss = ["\(elsewhere)"]
        with.undecided = ["forget \(word)"]
        """) == [])
  }

  @Test(arguments: [
    ("module = \"pciback\"", "modules xen pciback", "modules xen"),
    ("scheduler = \"credit2\"", "scheduler credit2", "scheduler credit"),
    (
      "link-l1ss = [\"l1.2\"]", "01:00.0 8086:10d3 endpoint l1ss l1.2",
      "01:00.0 8086:10d3 endpoint l1ss l1.1"
    ),
  ])
  func `a term of the running software arms an entry`(
    term: String, here: String, elsewhere: String
  ) {
    #expect(
      failures(
        "class = \"02\"", armed: term,
        """
        machine = '''
        00:1c.0 8086:2940 root-port bridge 01 l1ss l1.1,l1.2
        \(nic)
        \(here)
        '''
        missing = true
        with.latent = ["\(elsewhere)"]
        """) == [])
  }

  @Test func `a case that does not hold says what came instead`() {
    #expect(
      failures(
        "class = \"02\"",
        """
        machine = '''
        01:00.0 8086:10d3|10d4
        '''
        handled = true
        with.undecided = ["linux 6.1"]
        """) == [
          "machine (alternative 1 of 2) is missing, not handled",
          "machine (alternative 2 of 2) is not here, not handled",
          "machine with linux 6.1 (alternative 1 of 2) is missing, not undecided",
          "machine with linux 6.1 (alternative 2 of 2) is not here, not undecided",
        ])
  }

  @Test func `a machine that is not there is a failure`() {
    #expect(
      failures("class = \"02\"", "missing = [\"nowhere\"]")
        == ["no machine is named 'nowhere'"])
  }

  @Test(arguments: [
    ("machine = \"none\"\nmissing = true\nlatent = true", "one machine is in one state"),
    ("machine = \"none\"", "a test names a state and the machines that are in it"),
    ("machine = \"none\"\nmissing = true\nwith.broken = [\"a\"]", "unknown key 'broken'"),
    ("machine = \"none\"\naction = \"x\"\nwith.latent = [\"a\"]", "'action' is what is proposed"),
  ])
  func `a test that says nothing or too much is refused`(test: String, message: String) {
    #expect(failures("class = \"02\"", test).contains { $0.hasPrefix(message) })
  }
}
