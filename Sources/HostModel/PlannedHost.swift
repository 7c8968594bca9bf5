extension Host {
  /// The same machine under software that did not run on it yet.
  ///
  /// What the planned software sets by itself is unknown, with the cause `other-software`; hardware
  /// and firmware stay. PCI registers that Linux sets stay readable: the engine asks
  /// `linux.build` whether it is planned.
  public func planned(xen: SoftwareBuild?, linux: SoftwareBuild?, models: [IdleModel]) -> Host {
    var host = self
    if let xen { host.plan(xen, models) }
    if let linux { host.plan(linux) }
    return host
  }

  private mutating func plan(_ build: SoftwareBuild, _ models: [IdleModel]) {
    var build = build
    build.isPlanned = true
    let reason = Unknown(.otherSoftware, needs: "a boot of Xen \(build.text)")
    xen.build = .known(build, source: .option("--plan-xen"))
    xen.iommuIsOn = .unknown(reason)
    xen.interruptRemappingIsOn = .unknown(reason)
    xen.scheduler = .unknown(reason)
    xen.messages = .unknown(reason)
    time.platformTimer = .unknown(reason)
    time.hpetBroadcast = .unknown(reason)
    time.hpetInterrupts = .unknown(reason)
    // A word of the line that leaves no deep state does so under every Xen.
    let limit = idle.limit
    idle.states = .unknown(reason)
    idle.driver = .unknown(reason)
    idle.governor = .unknown(reason)
    idle.limit = .unknown(reason)
    if let known = limit.value, !known.allowsDeepStates,
      lines.xen.value?.value(of: "max_cstate") != nil
    {
      idle.limit = limit
    }
    idle.table = idleTable(in: models)
  }

  private mutating func plan(_ build: SoftwareBuild) {
    var build = build
    build.isPlanned = true
    let reason = Unknown(.otherSoftware, needs: "a boot of Linux \(build.text)")
    linux.build = .known(build, source: .option("--plan-linux"))
    linux.release = .known(build.text, source: .option("--plan-linux"))
    linux.aspmPolicy = .unknown(reason)
    linux.moduleParameters = .unknown(reason)
    linux.modules = .unknown(reason)
    kernelLog = .unknown(reason)
    time.clocksource = .unknown(reason)
    time.clocksources = .unknown(reason)
  }

  /// The table that Xen's mwait-idle driver has for this CPU; absent where it has none.
  public func idleTable(in models: [IdleModel]) -> Fact<IdleTable> {
    guard let cpu = cpu.identity.value else {
      return .unknown(cpu.identity.unknown ?? Unknown(.notCaptured, needs: "/proc/cpuinfo"))
    }
    guard let build = xen.build.value else {
      return .unknown(xen.build.unknown ?? Unknown(.notCaptured, needs: "--xen-version V"))
    }
    if let line = lines.xen.value,
      ["mwait-idle=0", "mwait-idle=off", "mwait-idle=no", "mwait-idle=false", "no-mwait-idle"]
        .contains(where: line.has)
    {
      return .absent
    }
    guard let model = models.first(where: { $0.applies(to: cpu, xen: build.version) }) else {
      return .absent
    }
    return .known(model.table, source: .derived("mwait-idle of Xen \(build.version)"))
  }
}
