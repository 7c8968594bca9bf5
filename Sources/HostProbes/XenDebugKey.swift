public import HostModel
internal import XenTools

/// Asks Xen what it thinks of the CPUs' time stamp counters (debug key `s`), and gives the end of its
/// log.
///
/// Throws: a tool does not answer, or only root may ask.
public func askXenForTSC() throws(ProbeError) -> XenMessages {
  do throws(Unknown) {
    _ = try runXenTool("xl", arguments: ["debug-keys", "s"])
    let text = try runXenTool("xl", arguments: ["dmesg"])
    var kept = KeptLines()
    guard XenDmesg(parsing: text, each: { kept.append($0, at: $1) }) != nil else {
      throw Unknown(.malformed, needs: "the output of 'xl dmesg'")
    }
    return XenMessages(
      lines: Array(kept.lines.suffix(32)), gaps: [.start],
      showsInformation: .unknown(LogGap.start.unknown),
      parameterErrors: .unknown(LogGap.start.unknown))
  } catch {
    throw ProbeError(
      error.cause == .permission ? .noPermission : .cannotRead, path: "xl debug-keys s",
      message: "no answer; needs \(error.needs)")
  }
}
