internal import HostModel

/// One member of `host.pci.functions`.
struct JSONFunction {
  let topology: PCITopology
  let index: Int

  private var function: PCIFunction { topology.functions[index] }

  var value: JSONValue {
    var members = identity
    members.merge(software) { _, last in last }
    members.merge(registers) { _, last in last }
    return .object(members)
  }

  private var identity: [String: JSONValue] {
    let identity = function.identity
    var members: [String: JSONValue] = [:]
    members["address"] = .string(function.address.description)
    members["vendor"] = .string(hex(identity.vendor, width: 4))
    members["device"] = .string(hex(identity.device, width: 4))
    members["subsystemVendor"] = .optional(identity.subsystemVendor.map { hex($0, width: 4) })
    members["subsystemDevice"] = .optional(identity.subsystemDevice.map { hex($0, width: 4) })
    members["class"] = .string(hex(identity.classCode, width: 6))
    members["revision"] = .string(hex(identity.revision, width: 2))
    members["headerType"] =
      function.config.headerType.map { .int(Int($0)) } ?? .unknown(function.config.beyond)
    members["name"] = .optional(function.name)
    members["bridge"] = function.bridge.map(bridge) ?? .null
    members["parent"] = .optional(
      topology.parents[index].map { topology.functions[$0].address.description })
    return members
  }

  private func bridge(_ buses: BridgeBuses) -> JSONValue {
    [
      "primary": .string(hex(buses.primary, width: 2)),
      "secondary": .string(hex(buses.secondary, width: 2)),
      "subordinate": .string(hex(buses.subordinate, width: 2)),
    ]
  }

  private var software: [String: JSONValue] {
    let software = function.software
    var members: [String: JSONValue] = [:]
    members["physicalFunction"] = .optional(software.physicalFunction?.description)
    members["driver"] = .text(software.driver)
    members["driverOverride"] = .text(software.driverOverride)
    members["interfaces"] = .texts(software.interfaces)
    members["disks"] = .texts(software.disks)
    members["scsiHosts"] = .texts(software.scsiHosts)
    members["ataPorts"] = .texts(software.ataPorts)
    members["numaNode"] = .fact(software.numaNode) { .int($0) }
    members["msiAllowed"] = .flag(software.msiAllowed)
    members["msiInterrupts"] = .texts(software.msiInterrupts)
    return members
  }

  private var registers: [String: JSONValue] {
    let registers = function.registers
    var members: [String: JSONValue] = [:]
    members["powerState"] = .fact(registers.powerManagement) { power in
      .string(["D0", "D1", "D2", "D3hot"][power.state])
    }
    members["msi"] = .fact(registers.msi) { msi -> JSONValue in
      [
        "enabled": .bool(msi.isEnabled), "count": .int(msi.count), "maximum": .int(msi.maximum),
        "is64Bit": .bool(msi.is64Bit), "maskable": .bool(msi.isMaskable),
      ]
    }
    members["msix"] = .fact(registers.msix) { msix -> JSONValue in
      [
        "enabled": .bool(msix.isEnabled), "masked": .bool(msix.isMasked),
        "tableSize": .int(msix.tableSize),
      ]
    }
    members["express"] = .fact(registers.express, express)
    members["aer"] = .fact(registers.advancedErrorReporting) { errors -> JSONValue in
      [
        "uncorrectableStatus": .string(hex(errors.uncorrectableStatus, width: 8)),
        "correctableStatus": .string(hex(errors.correctableStatus, width: 8)),
      ]
    }
    members["acs"] = .fact(registers.accessControlServices) { services -> JSONValue in
      [
        "capabilities": .string(hex(services.capabilities, width: 4)),
        "control": .string(hex(services.control, width: 4)),
      ]
    }
    members["ari"] = .fact(registers.alternativeRoutingID) { _ in true }
    members["sriov"] = .fact(registers.singleRootIOVirtualization) { sriov -> JSONValue in
      [
        "enabled": .bool(sriov.isEnabled), "totalVFs": .int(Int(sriov.totalVFs)),
        "numVFs": .int(Int(sriov.numVFs)), "firstOffset": .int(Int(sriov.firstOffset)),
        "stride": .int(Int(sriov.stride)),
      ]
    }
    members["htMsiMapping"] = .fact(registers.hyperTransportMSIMapping) { mapping -> JSONValue in
      ["enabled": .bool(mapping.isEnabled)]
    }
    return members
  }

  private func express(_ express: PCIExpress) -> JSONValue {
    let reserved = JSONValue.unknown(
      Unknown(.malformed, needs: "a value that the specification defines"))
    let link = express.link
    let speed = { (speed: LinkSpeed) -> JSONValue in speed.text.map { .string($0) } ?? reserved }
    var members: [String: JSONValue] = [:]
    members["portType"] = express.portType.map { .string($0.name) } ?? reserved
    members["roleBasedErrorReporting"] = .bool(express.roleBasedErrorReporting)
    members["aspm"] =
      link.map { link -> JSONValue in
        [
          "supported": .strings(link.capabilities.aspm.names),
          "enabled": .strings(link.control.aspm.names),
        ]
      } ?? .null
    members["clockPM"] = link.map { .bool($0.control.clockPowerManagement) } ?? .null
    members["clockPMSupported"] = link.map { .bool($0.capabilities.clockPowerManagement) } ?? .null
    members["l1Substates"] = .fact(function.registers.l1Substates) { substates -> JSONValue in
      ["supported": .strings(substates.supported), "enabled": .strings(substates.enabled)]
    }
    members["link"] =
      link.map { link -> JSONValue in
        [
          "speed": speed(link.status.speed), "width": .int(link.status.width),
          "maximumSpeed": speed(link.capabilities.maximumSpeed),
          "maximumWidth": .int(link.capabilities.maximumWidth),
        ]
      } ?? .null
    members["upstream"] = .optional(topology.link(ofFunction: index)?.upstream?.description)
    return .object(members)
  }
}
