import HostModel
import QuirkEngine
import QuirkProof
import TestSupport
import Testing

/// Terms about the machine beside its PCI functions.
@Suite struct HostTermTests {
  private func verdict(_ key: Term.Key, _ values: [String], _ machine: String) throws -> Verdict {
    let host = try FixtureMachine(machine, name: "test") { _ in "" }.host
    var evaluator = Evaluator(host: host)
    return evaluator.evaluate(.term(try Term(key: key, values: values)), subject: nil).verdict
  }

  @Test(arguments: [
    (["vendor=Intel", "family=6", "model=0x2c"], Verdict.yes),
    (["vendor=Intel", "family=6", "model=0x2d"], .no),
    (["vendor=AMD"], .no), (["vendor=Intel"], .yes),
    (["vendor=Intel", "family=6", "model=0x2c", "stepping=0-2"], .yes),
    (["vendor=Intel", "family=6", "model=0x2c", "stepping=3"], .no),
    (["vendor=Intel", "family=6", "model=0x2c", "microcode=<0x20"], .yes),
    (["vendor=Intel", "family=6", "model=0x2c", "microcode=<0x15"], .no),
    (["vendor=Intel", "family=6", "model=0x2c", "microcode=>=0x15"], .yes),
  ])
  func `a processor fits when all that is given fits`(values: [String], verdict: Verdict) throws {
    #expect(try self.verdict(.cpu, values, "cpu Intel 6 0x2c 2 0x15") == verdict)
  }

  @Test func `a table that a PVH dom0 does not get may be there`() throws {
    #expect(try verdict(.acpiTable, ["IVRS"], "tables FACP APIC") == .no)
    #expect(try verdict(.acpiTable, ["IVRS"], "tables FACP APIC\ndom0-type pvh") == .unknown)
    #expect(try verdict(.acpiTable, ["FACP"], "tables FACP APIC\ndom0-type pvh") == .yes)
  }

  @Test func `unknown microcode decides nothing, unless the processor is another`() throws {
    let old = ["vendor=Intel", "family=6", "model=0x2c", "microcode=<0x20"]
    #expect(try verdict(.cpu, old, "cpu Intel 6 0x2c 2") == .unknown)
    #expect(try verdict(.cpu, old, "cpu Intel 6 0x2d 2") == .no)
    #expect(try verdict(.cpu, old, "xen 4.17") == .unknown)
  }

  @Test(arguments: [
    ["family=6"], ["vendor=Intel", "model=0x2c"], ["vendor=Cyrix", "family=6"],
    ["vendor=Intel", "family=six"], ["Intel"], ["vendor=Intel", "speed=3"],
  ])
  func `a processor that says too little is refused`(values: [String]) {
    #expect(throws: TermError.self) { try Term(key: .cpu, values: values) }
  }

  @Test func `a line of Xen's log that is missing says something only where it would show`() throws
  {
    let whole = "xen-log Xen version 4.17.7\nxen-log Brought up 8 CPUs"
    #expect(try verdict(.xenLog, ["Brought up 8"], whole) == .yes)
    #expect(try verdict(.xenLog, ["TSC not writable"], whole) == .no)
    #expect(try verdict(.xenLog, ["info=Masked UR signaling"], whole) == .no)
    let quiet = whole + "\nxen-log-level warning"
    #expect(try verdict(.xenLog, ["TSC not writable"], quiet) == .no)
    #expect(try verdict(.xenLog, ["info=Masked UR signaling"], quiet) == .unknown)
    #expect(try verdict(.xenLog, ["TSC not writable"], whole + "\nxen-log-cut") == .unknown)
    #expect(try verdict(.xenLog, ["TSC not writable"], "xen 4.17") == .unknown)
  }

  @Test func `what Xen would own is unknown while Linux runs alone`() throws {
    let bare = "role bare-metal\ncstates unlimited deepest 3\nplatform-timer hpet"
    #expect(try verdict(.deepCStates, ["true"], bare) == .unknown)
    #expect(try verdict(.platformTimer, ["hpet"], bare) == .unknown)
    let dom0 = "cstates unlimited deepest 3\nplatform-timer hpet"
    #expect(try verdict(.deepCStates, ["true"], dom0) == .yes)
    #expect(try verdict(.platformTimer, ["pit"], dom0) == .no)
  }

  @Test(arguments: [
    ("dom0_mem=*max:*", Verdict.yes), ("dom0_mem", .yes), ("dom0_mem=4096M,*", .no),
    ("dom0_mem=2048M,max:2048M", .yes), ("dom0", .no), ("dom0_mem=*min:*", .no),
  ])
  func `a word of a line may leave its value open`(word: String, verdict: Verdict) throws {
    #expect(try self.verdict(.xenLine, [word], "xen-line dom0_mem=2048M,max:2048M") == verdict)
  }

  @Test func `flags of the FADT are asked by name, and others refused`() throws {
    #expect(try verdict(.fadt, ["aspm-not-supported"], "fadt aspm-not-supported") == .yes)
    #expect(try verdict(.fadt, ["aspm-not-supported"], "fadt msi-not-supported") == .no)
    #expect(try verdict(.fadt, ["aspm-not-supported"], "xen 4.17") == .unknown)
    #expect(throws: TermError.self) { try Term(key: .fadt, values: ["no-vga"]) }
  }

  @Test func `fields of the DMI table fit as a whole`() throws {
    let machine = "dmi system-vendor=Dell Inc.\ndmi product-name=PowerEdge R710"
    #expect(try verdict(.dmi, ["system-vendor=Dell*", "product-name=*R710"], machine) == .yes)
    #expect(try verdict(.dmi, ["system-vendor=Dell"], machine) == .no)
    #expect(try verdict(.dmi, ["system-vendor=Dell*", "board-name=X"], machine) == .unknown)
    #expect(try verdict(.dmi, ["system-vendor=HP*", "board-name=X"], machine) == .no)
  }

  @Test(arguments: [
    ("role domU", true), ("role guest", true), ("nested", true), ("architecture aarch64", true),
    ("architecture x86_64", false), ("role bare-metal", false), ("role dom0", false),
  ])
  func `where advice would not fit there is none`(machine: String, isObstacle: Bool) throws {
    let host = try FixtureMachine(machine, name: "test") { _ in "" }.host
    #expect((host.obstacle != nil) == isObstacle)
    let assessment = QuirkDatabase(Knowledge(), digest: "test").assess(host)
    #expect((assessment.obstacle != nil) == isObstacle)
  }
}
