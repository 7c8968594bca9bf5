import FoundationEssentials
import TestSupport
import Testing

/// `check`, as a person runs it.
@Suite struct CheckTests {
  private struct Answer: Decodable {
    struct Word: Decodable {
      var word: String
      var side: String
      var verdict: String
      var reason: String?
      var reasons: [String]
      var better: String?
      var quirks: [String]
    }
    struct Missing: Decodable {
      var words: String
      var side: String
    }
    var words: [Word]
    var missing: [Missing]
    var change: Bool

    subscript(word: String) -> Word? { words.first { $0.word == word } }
  }

  private static let howTo = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
  private static let clean = "\(Fixtures.root)/Tests/Fixtures/trees/howto-clean"

  private func check(_ arguments: [String], status: Int32) async throws -> Answer {
    let outcome = try await Tool.run(["check", "--format", "json"] + arguments)
    #expect(outcome.status == status, "\(outcome.errors)")
    return try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8))
  }

  private func words(
    xen: String = "placeholder", dom0: String = "placeholder", version: String = "4.17",
    status: Int32 = 2
  ) async throws -> Answer {
    try await check(
      [
        "--no-machine", "--xen-version", version, "--linux-version", "6.1", "--xen-line", xen,
        "--dom0-line", dom0,
      ], status: status)
  }

  @Test(arguments: [
    ("4.1.2", "ignored"), ("4.2.1", "ignored"), ("4.2.5", "not-needed"), ("4.22", "not-needed"),
  ])
  func `the how-to's line is judged under each Xen`(version: String, msi: String) async throws {
    let answer = try await check(["--root", Self.howTo, "--xen-version", version], status: 2)
    #expect(answer["msi=false"]?.verdict == msi)
    #expect(answer["dom0_mem=2048M"]?.verdict == "insufficient")
    #expect(answer["dom0_mem=2048M"]?.better == "dom0_mem=2048M,max:2048M")
    #expect(answer["max_cstate=0"]?.verdict == "not-needed")
    #expect(answer["max_cstate=0"]?.better == "max_cstate=1")
    #expect(answer["pcie_aspm=off"]?.verdict == "bad-value")
    #expect(answer["pcie_aspm=off"]?.better == "pcie_aspm.policy=performance")
    #expect(answer["pcie_aspm=off"]?.quirks.contains("intel-82574-aspm-hang") == true)
    #expect(answer["vga=normal"]?.verdict == "wrong-side")
    #expect(answer["nofb"]?.verdict == "unknown")
    for setting in ["root=/dev/sda5", "raid=noautodetect", "console=tty0", "nomodeset"] {
      #expect(answer[setting]?.verdict == "setting", "\(setting)")
    }
    #expect(answer.missing.isEmpty)
    #expect(answer.change)
  }

  @Test func `words of the other side are told so`() async throws {
    let answer = try await words(
      xen: "pcie_aspm=off", dom0: "max_cstate=1 intel_idle.max_cstate=1")
    #expect(answer["pcie_aspm=off"]?.verdict == "wrong-side")
    #expect(answer["max_cstate=1"]?.verdict == "wrong-side")
    #expect(answer["intel_idle.max_cstate=1"]?.verdict == "wrong-side")
    #expect(answer["pcie_aspm=off"]?.reason?.contains("dom0's kernel") == true)
  }

  @Test(arguments: [
    ("Dom0_mem=2G", "dom0_mem=2G"), ("max-cstate=1", "max_cstate=1"),
    ("hpetbroadcst", "hpetbroadcast"),
    ("iommmu=off", "iommu=off"),
  ])
  func `a misspelt word gets its right form`(word: String, better: String) async throws {
    let answer = try await words(xen: word)
    #expect(answer[word]?.verdict == "misspelt")
    #expect(answer[word]?.better == better)
  }

  @Test func `a value outside the grammar is named`() async throws {
    let answer = try await words(xen: "iommu=verbse sched=credit3", dom0: "pcie_aspm=on")
    #expect(answer["iommu=verbse"]?.verdict == "bad-value")
    #expect(answer["iommu=verbse"]?.reason?.contains("'verbse'") == true)
    #expect(answer["pcie_aspm=on"]?.verdict == "ignored")
  }

  @Test func `options that are gone, or not there yet, are ignored ones`() async throws {
    let old = try await words(xen: "dom0=pvh", version: "4.2.5")
    #expect(old["dom0=pvh"]?.verdict == "ignored")
    let new = try await words(xen: "tmem", version: "4.20")
    #expect(new["tmem"]?.verdict == "ignored")
  }

  @Test func `repeated and cancelled words are found`() async throws {
    let answer = try await words(
      xen: "loglvl=all console_timestamps loglvl=warning console_timestamps", dom0: "quiet quiet")
    #expect(answer["loglvl=all"]?.verdict == "cancelled")
    #expect(answer["loglvl=warning"]?.verdict == "setting")
    #expect(
      answer.words.filter { $0.verdict == "repeated" }.map(\.word) == [
        "console_timestamps", "quiet",
      ])
  }

  @Test func `what no catalogue has is unknown, and no reason for a change`() async throws {
    let answer = try await words(xen: "xcp-private=1", dom0: "mymodule.x=1", status: 0)
    #expect(answer.words.map(\.verdict) == ["unknown", "unknown"])
    #expect(!answer.change)
  }

  @Test func `the words behind -- are init's`() async throws {
    let answer = try await words(dom0: "quiet -- max_cstate=1", status: 0)
    #expect(answer.words.map(\.word) == ["quiet"])
  }

  @Test func `a word that holds a defect down is needed`() async throws {
    let answer = try await check(
      [
        "--root", Self.clean, "--xen-version", "4.2.5", "--xen-line", "dom0_mem=2048M,max:2048M",
        "--dom0-line", "root=/dev/sda5 pcie_aspm=off",
      ], status: 2)
    #expect(
      answer["dom0_mem=2048M,max:2048M"]?.verdict == "needed"
        || answer["dom0_mem=2048M,max:2048M"]?.verdict == "setting")
    #expect(answer["pcie_aspm=off"]?.better == "pcie_aspm.policy=performance")
  }

  @Test func `a boot loader's file is judged by its default entry`() async throws {
    let file = "\(Fixtures.root)/Tests/Fixtures/boot/howto.menu.lst"
    let answer = try await check(
      ["--config", file, "--no-machine", "--xen-version", "4.2.5"], status: 2)
    #expect(answer.words.map(\.word).contains("nomodeset"))
    #expect(answer["max_cstate=0"]?.side == "xen")
    let missing = try await Tool.run(["check", "--config", file, "--entry", "7"])
    #expect(missing.status == 64)
    #expect(missing.errors.contains("1  Xen 4.2.5 (Linux 3.1)"))
  }

  @Test func `a kernel's configuration is judged for each role`() async throws {
    let folder = TemporaryFolder()
    let text = """
      # Linux/x86 6.1.0 Kernel Configuration
      CONFIG_HYPERVISOR_GUEST=y
      CONFIG_PARAVIRT=y
      CONFIG_XEN=y
      # CONFIG_XEN_DOM0 is not set
      """
    folder.write("config", text)
    let outcome = try await Tool.run(
      ["check", "--kconfig", "\(folder.path)/config", "--role", "dom0"])
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("dom0      not fit"))
    #expect(outcome.output.contains("CONFIG_XEN_DOM0 is n, should be y"))
    #expect(!outcome.output.contains("CONFIG_PARAVIRT is"))
    folder.write("other", "nothing\n")
    let other = try await Tool.run(["check", "--kconfig", "\(folder.path)/other"])
    #expect(other.status == 65)
  }

  @Test func `an upgrade says what goes, what stays and what only a boot can tell`() async throws {
    let outcome = try await Tool.run([
      "scan", "--root", Self.howTo, "--xen-version", "4.1.2", "--plan-xen", "4.22", "--plan-linux",
      "6.12",
    ])
    #expect(outcome.status == 0)
    let golden = "Tests/Fixtures/golden/upgrade-howto.txt"
    #expect(Golden.difference(outcome.output, from: golden) == nil)
  }
}
