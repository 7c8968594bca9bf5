internal import HostModel

extension Coding where Value == SoftwareBuild {
  static var build: Coding {
    Coding { build in
      .object([
        "version": .string(build.version.description), "text": .string(build.text),
        "vendor": .optional(build.vendor, JSON.string),
        "package": .optional(build.package, JSON.string),
        "assumed": .bool(build.isAssumed), "planned": .bool(build.isPlanned),
      ])
    } _: { json throws(SnapshotError) in
      let text = Coding<String>.text.decode
      var build = SoftwareBuild(
        version: try json.member("version", Coding<Version>.version.decode),
        vendor: try json.optional("vendor", text), package: try json.optional("package", text),
        text: try json.string("text"),
        isAssumed: try json.optional("assumed", Coding<Bool>.bool.decode) ?? false)
      build.isPlanned = try json.optional("planned", Coding<Bool>.bool.decode) ?? false
      return build
    }
  }
}

extension Coding where Value == Version {
  static var version: Coding {
    Coding {
      .string($0.description)
    } _: { json throws(SnapshotError) in
      let text = try json.string()
      guard let version = Version(text), version.description == text else {
        throw json.problem("'\(text.prefix(40))' is no version such as 4.17.2")
      }
      return version
    }
  }
}

extension Coding where Value == CommandLine {
  /// Its words; none can become two, or a line of its own, where it is written into a file.
  static var commandLine: Coding {
    Coding {
      .strings($0.words)
    } _: { json throws(SnapshotError) in
      let line = CommandLine(words: try json.plainStrings())
      guard CommandLine(parsing: line.text) == line else {
        throw json.problem("a word with a blank that no quotes keep, or an empty one")
      }
      return line
    }
  }
}

extension Coding where Value == KernelLog {
  static var kernelLog: Coding {
    Coding {
      .object([
        "lines": .strings($0.lines.map(\.text)), "stamps": .stamps($0.lines),
        "complete": .bool($0.isComplete), "gaps": .strings($0.gaps.map(\.rawValue)),
      ])
    } _: { json throws(SnapshotError) in
      KernelLog(lines: try json.logLines(), gaps: try json.gaps())
    }
  }
}

extension Coding where Value == BootFiles {
  static var bootFiles: Coding {
    Coding { files in
      .object([
        "xen": .strings(files.xen), "kernels": .strings(files.kernels),
        "initialRAMDisks": .strings(files.initialRAMDisks),
      ])
    } _: { json throws(SnapshotError) in
      let names = { (json: JSON) throws(SnapshotError) in try json.plainStrings() }
      return BootFiles(
        xen: try json.member("xen", names), kernels: try json.member("kernels", names),
        initialRAMDisks: try json.member("initialRAMDisks", names))
    }
  }
}

extension Coding where Value == XenMessages {
  static var xenMessages: Coding {
    let information = Coding<Bool>.bool.fact
    let errors = Coding<XenMessages.ParameterError>.parameterError.list.fact
    return Coding { messages in
      .object([
        "lines": .strings(messages.lines.map(\.text)), "stamps": .stamps(messages.lines),
        "complete": .bool(messages.isComplete), "gaps": .strings(messages.gaps.map(\.rawValue)),
        "information": information.encode(messages.showsInformation),
        "parameterErrors": errors.encode(messages.parameterErrors),
      ])
    } _: { json throws(SnapshotError) in
      let missing = FactRow<Host>.missing
      return XenMessages(
        lines: try json.logLines(), gaps: try json.gaps(),
        showsInformation: try json.optional("information", information.decode)
          ?? .unknown(missing),
        parameterErrors: try json.optional("parameterErrors", errors.decode)
          ?? .unknown(missing))
    }
  }
}

extension Coding where Value == XenMessages.ParameterError {
  static var parameterError: Coding {
    Coding { error in
      .object([
        "parameter": .string(error.parameter), "value": .optional(error.value, JSON.string),
      ])
    } _: { json throws(SnapshotError) in
      XenMessages.ParameterError(
        parameter: try json.string("parameter"),
        value: try json.optional("value", Coding<String>.text.decode))
    }
  }
}
