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
    guard let log = XenDmesg(parsing: text) else {
      throw Unknown(.malformed, needs: "the output of 'xl dmesg'")
    }
    let lines = zip(log.lines, log.times).suffix(32).map { text, time in
      LogLine(withoutIdentifyingValues(text), first: time, last: time)
    }
    return XenMessages(
      lines: lines, gaps: [.start], showsInformation: .unknown(LogGap.start.unknown),
      parameterErrors: .unknown(LogGap.start.unknown))
  } catch {
    throw ProbeError(
      error.cause == .permission ? .noPermission : .cannotRead, path: "xl debug-keys s",
      message: "no answer; needs \(error.needs)")
  }
}
