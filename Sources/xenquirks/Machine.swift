internal import HostModel
internal import HostProbes
internal import HostSnapshot
internal import SystemAccess

/// The machine that the options name, live, captured or in a snapshot, with what they say of it.
///
/// Of logs only the lines are kept that hold one of `logs`; with nil all. Without a machine only what
/// the options say counts.
func machine(
  of source: SourceOptions, models: [IdleModel], logs: (@Sendable () -> LogLiterals)? = nil,
  withoutMachine: Bool = false
) throws(Failure) -> Host {
  var options = ProbeOptions()
  options.withoutMachine = withoutMachine
  options.root = source.root
  options.pciDump = source.pciDump.map { .file($0) }
  if let path = source.from, !withoutMachine { options.recorded = try snapshot(path).host }
  options.kernelLog = source.klog.map { .file($0) }
  options.xlInfo = source.xlInfo.map { .file($0) }
  options.xlDmesg = source.xlDmesg.map { .file($0) }
  options.xenpm = source.xenpm.map { .file($0) }
  options.xenCPUID = source.xenCpuid.map { .file($0) }
  options.idleModels = models
  options.logLiterals = logs
  options.pciIDs = source.pciIds
  options.xenLine = source.xenLine
  options.dom0Line = source.dom0Line
  options.xenVersion = source.xenVersion
  options.linuxVersion = source.linuxVersion
  do {
    return try probeHost(options)
  } catch {
    throw Failure(error)
  }
}

/// The machine of a snapshot, with what the database adds.
func machine(recorded host: Host, models: [IdleModel]) throws(Failure) -> Host {
  var options = ProbeOptions()
  options.recorded = host
  options.idleModels = models
  do {
    return try probeHost(options)
  } catch {
    throw Failure(error)
  }
}

/// All of a file; `-` is standard input.
func bytes(ofFile path: String) throws(Failure) -> [UInt8] {
  do {
    return try readNamedFile(path)
  } catch {
    throw Failure(error, path: path)
  }
}

/// The snapshot in a file; `-` is standard input.
func snapshot(_ path: String) throws(Failure) -> Snapshot {
  let bytes = try bytes(ofFile: path)
  do {
    return try Snapshot(parsing: bytes)
  } catch {
    throw Failure(.badInput, "\(path):\(error.line): \(error)")
  }
}
