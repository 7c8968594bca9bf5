internal import HostModel

/// The part `host` of the report.
struct JSONHost {
  let host: Host

  var value: JSONValue {
    [
      "role": .string(host.role.value?.rawValue ?? "unknown"),
      "architecture": .text(host.architecture),
      "xen": xen,
      "linux": [
        "release": .text(host.linux.release),
        "version": .fact(host.linux.build) { .string($0.package ?? $0.text) },
        "vendor": .fact(host.linux.build) { .optional($0.vendor) },
        "aspmPolicy": .text(host.linux.aspmPolicy),
      ],
      "boot": .fact(host.boot) { files -> JSONValue in
        [
          "xen": .strings(files.xen), "kernels": .strings(files.kernels),
          "initialRAMDisks": .strings(files.initialRAMDisks),
        ]
      },
      "commandLine": [
        "xen": .fact(host.lines.xen) { .strings($0.words) },
        "dom0": .fact(host.lines.dom0) { .strings($0.words) },
      ],
      "pci": .fact(host.pci, pci), "acpi": machine.acpi, "cpu": machine.cpu,
      "cpuidle": machine.idle, "timekeeping": machine.time, "dmi": machine.dmi,
      "counters": CounterLines(host: host).value,
      "memory": .fact(host.memory) { .int($0) },
      "toolstack": .fact(host.toolstack) { values in .object(values.mapValues { .string($0) }) },
    ]
  }

  private var machine: JSONMachine { JSONMachine(host: host) }

  /// The Xen that ran; null where none did.
  private var xen: JSONValue {
    if host.xen.build.isAbsent || host.role.value == .bareMetal || host.role.value == .guest {
      return .null
    }
    let build = host.xen.build.value.flatMap { $0.isAssumed ? nil : $0 }
    let none = Unknown(.notCaptured, needs: "--xen-version VERSION or --xl-info FILE")
    return [
      "version": build.map { .string($0.text) } ?? .unknown(host.xen.build.unknown ?? none),
      "vendor": build.map { .optional($0.vendor) } ?? .unknown(host.xen.build.unknown ?? none),
      "dom0Type": .fact(host.xen.dom0Type) { .string($0.rawValue) },
      "nested": .flag(host.xen.isNested), "scheduler": .text(host.xen.scheduler),
      "dom0Memory": .fact(host.xen.dom0Memory) { .int($0) },
      "iommu": .flag(host.xen.iommuIsOn),
      "interruptRemapping": .flag(host.xen.interruptRemappingIsOn),
      "messages": .fact(host.xen.messages, messages),
    ]
  }

  private func messages(_ log: XenMessages) -> JSONValue {
    [
      "complete": .bool(log.isComplete), "information": .flag(log.showsInformation),
      "lines": .int(log.lineCount),
      "parameterErrors": .fact(log.parameterErrors) { errors in
        .array(
          errors.map { error -> JSONValue in
            ["parameter": .string(error.parameter), "value": .optional(error.value)]
          })
      },
    ]
  }

  private func pci(_ topology: PCITopology) -> JSONValue {
    [
      "complete": .bool(topology.isComplete),
      "links": .array(topology.links.map(link)),
      "functions": .array(
        topology.functions.indices.map { JSONFunction(topology: topology, index: $0).value }),
    ]
  }

  private func link(_ link: PCILink) -> JSONValue {
    [
      "upstream": .optional(link.upstream?.description),
      "downstream": .strings(link.downstream.map(\.description)),
      "supported": .fact(link.supported) { .strings($0.names) },
      "l0sUpstream": .flag(link.l0sUpstream), "l0sDownstream": .flag(link.l0sDownstream),
      "l1": .flag(link.l1), "l1Substates": .texts(link.l1Substates),
      "osControl": .flag(link.osControl), "rate": .fact(link.rate, rate),
    ]
  }

  private func rate(_ rate: LinkRate) -> JSONValue {
    [
      "speed": .optional(rate.speed.text), "width": .int(rate.width),
      "maximumSpeed": .optional(rate.maximumSpeed.text), "maximumWidth": .int(rate.maximumWidth),
      "targetSpeed": .optional(rate.targetSpeed?.text),
    ]
  }
}
