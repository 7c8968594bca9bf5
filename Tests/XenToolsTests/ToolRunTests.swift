import HostModel
import Testing
import XenTools

@Suite struct ToolRunTests {
  @Test func `what a tool prints is given back`() throws {
    #expect(try runXenTool("sh", arguments: ["-c", "echo xen_version : 4.17"]) == "xen_version : 4.17\n")
  }

  @Test func `a missing tool is an unknown fact with its cause`() {
    let reason = #expect(throws: Unknown.self) {
      try runXenTool("xenquirks-no-such-tool", arguments: [])
    }
    #expect(reason?.cause == .interfaceMissing)
    #expect(reason?.needs.contains("xenquirks-no-such-tool") == true)
  }

  @Test func `a tool that fails says why`() {
    let reason = #expect(throws: Unknown.self) {
      try runXenTool("sh", arguments: ["-c", "echo no privcmd >&2; exit 1"])
    }
    #expect(reason?.cause == .permission || reason?.needs.contains("no privcmd") == true)
  }

  @Test func `a tool that hangs is ended`() {
    let reason = #expect(throws: Unknown.self) {
      try runXenTool("sleep", arguments: ["60"], limit: .milliseconds(50))
    }
    #expect(reason?.cause == .interfaceMissing)
  }
}
