public import HostModel
public import QuirkEngine

extension Host {
  /// The host as a snapshot that strangers read may hold it.
  ///
  /// A snapshot is judged anew: a bare word that nobody knows, a simple value and a disk by its number
  /// stay, because findings look at them. `strict` leaves the logs out, and the names of disks and
  /// interfaces.
  public func redacted(
    _ level: Redaction.Level, isPlain: (_ word: String, _ target: Action.Target) -> Bool
  ) -> Host {
    guard level != .none else { return self }
    var host = self
    var redaction = Redaction(level: level)
    var removed: Set<String> = []
    func words(_ line: CommandLine, _ target: Action.Target) -> CommandLine {
      CommandLine(
        words: line.words.map { word in
          let shown = redaction.keptWord(word, isPlain: isPlain(word, target))
          if shown != word { removed.formUnion(Self.secrets(of: word, shown: shown)) }
          return shown
        })
    }
    host.lines.xen = lines.xen.map { words($0, .xen) }
    host.lines.dom0 = lines.dom0.map { words($0, .dom0) }
    let gone = removed
    let clean = { (line: String) in
      gone.contains { Self.holds(line, $0) } ? "<redacted:log>" : line
    }
    let cleanLine = { (line: LogLine) in
      var line = line
      line.text = clean(line.text)
      return line
    }
    host.kernelLog = kernelLog.map {
      KernelLog(lines: $0.lines.map(cleanLine), gaps: $0.gaps)
    }
    host.xen.messages = xen.messages.map { messages in
      var messages = messages
      messages.lines = messages.lines.map(cleanLine)
      messages.parameterErrors = messages.parameterErrors.map {
        $0.map { error in
          XenMessages.ParameterError(
            parameter: gone.contains(error.parameter)
              ? "<redacted:unknown-word>"
              : redaction.keptWord(error.parameter, isPlain: isPlain(error.parameter, .xen)),
            value: error.value.map {
              isPlain("\(error.parameter)=\($0)", .xen) ? $0 : "<redacted:value>"
            })
        }
      }
      return messages
    }
    if level == .strict { host.leaveOutNames() }
    return host
  }

  /// What of a word must not stand in a log either.
  static func secrets(of word: String, shown: String) -> [String] {
    guard let equals = word.firstIndex(of: "=") else { return [word] }
    let parts = [word[word.index(after: equals)...], shown.hasPrefix("<") ? word[..<equals] : ""]
    return parts.filter { $0.utf8.count > 3 }.map(String.init)
  }

  /// Whether a line of a log says a word that was left out.
  ///
  /// A short one may be what logs are full of, as the name of a driver: it counts in quotes, as Xen
  /// complains of words of its line.
  static func holds(_ line: String, _ word: String) -> Bool {
    let isRare = word.utf8.count > 7 && word.contains(where: \.isNumber)
    return isRare && line.contains(word) || line.contains("\"\(word)\"")
  }

  private mutating func leaveOutNames() {
    let reason = Unknown(.notCaptured, needs: "a snapshot with --redact standard")
    kernelLog = .unknown(reason)
    xen.messages = .unknown(reason)
    pci = pci.map { topology in
      PCITopology(
        topology.functions.map { function in
          var function = function
          let hidden = { (names: Fact<[String]>) in names.map { $0.map { _ in "<redacted:name>" } }
          }
          function.software.interfaces = hidden(function.software.interfaces)
          function.software.disks = hidden(function.software.disks)
          return function
        }, isComplete: topology.isComplete)
    }
  }
}

extension Redaction {
  /// A word as a snapshot keeps it.
  fileprivate mutating func keptWord(_ word: String, isPlain: Bool) -> String {
    let shown = self.word(word, isPlain: isPlain)
    guard shown != word, shown.hasSuffix(":unknown-word>") || shown.hasSuffix(":root>") else {
      return shown
    }
    guard let equals = word.firstIndex(of: "=") else { return word }
    let value = word[word.index(after: equals)...]
    if Self.isSimple(value) || Self.isNumbered(value) { return word }
    return shown
  }

  private static func isSimple(_ value: Substring) -> Bool {
    let switches: Set = ["on", "off", "yes", "no", "true", "false", "auto", "force", "disable"]
    return value.utf8.count < 7
      && value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      || switches.contains(String(value))
  }

  /// Whether a disk is named by its number, as `/dev/sda5`, `/dev/nvme0n1p2` and `/dev/md0` do.
  private static func isNumbered(_ value: Substring) -> Bool {
    let kinds = [
      "/dev/sd", "/dev/hd", "/dev/vd", "/dev/xvd", "/dev/nvme", "/dev/md", "/dev/mmcblk",
    ]
    guard let kind = kinds.first(where: value.hasPrefix) else { return false }
    let rest = value.dropFirst(kind.count)
    return rest.utf8.count < 8
      && rest.utf8.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      }
  }
}
