public import BootAdvice

/// Run-time remedies as a script or a systemd unit, for people to read before they run it.
public struct RuntimeScript: Sendable {
  private let remedies: [RuntimeRemedy]

  public init(_ remedies: [RuntimeRemedy]) { self.remedies = remedies }

  /// A POSIX shell script: `start` runs the commands, `stop` takes them back.
  public var shell: String {
    var lines = [
      "#!/bin/sh",
      "# Takes away, until the next boot, what triggers this machine's defects.",
      "# Read it before you run it: 'sh FILE start'; 'sh FILE stop' takes it back.",
      "set -u",
    ]
    if remedies.isEmpty { lines.append("# Nothing is to be done at run time.") }
    lines.append("case ${1-} in")
    lines.append("start)")
    lines += body(remedies, withNotes: true) { $0.run }
    lines.append("  ;;")
    lines.append("stop)")
    lines += body(remedies.reversed(), withNotes: false) { $0.undo }
    lines.append("  ;;")
    lines += ["*)", "  echo \"usage: $0 start|stop\" >&2", "  exit 64", "  ;;", "esac"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func body(
    _ remedies: [RuntimeRemedy], withNotes: Bool, _ commands: (RuntimeRemedy) -> [String]
  ) -> [String] {
    let parts = remedies.flatMap { remedy in
      comments(on: remedy, withNotes: withNotes).map { "  # \($0)" }
        + commands(remedy).map { remedy.missing.isEmpty ? "  \($0)" : "  # \($0)" }
    }
    // A list of commands can't be empty in a shell.
    let hasCommand = remedies.contains { $0.missing.isEmpty && !commands($0).isEmpty }
    return hasCommand ? parts : parts + ["  :"]
  }

  /// A unit that runs the commands at each boot and takes them back when it is stopped.
  public var systemdUnit: String {
    var lines = [
      "# Takes away at each boot what triggers this machine's defects. Read it before you install it",
      "# as /etc/systemd/system/xenquirks-remedies.service; print it anew when the hardware changes.",
      "[Unit]", "Description=Run-time remedies for hardware defects",
      "", "[Service]", "Type=oneshot", "RemainAfterExit=yes",
    ]
    if remedies.isEmpty {
      lines += ["# Nothing is to be done at run time.", "ExecStart=/bin/true"]
    }
    for remedy in remedies {
      lines += comments(on: remedy, withNotes: true).map { "# \($0)" }
      lines += commands("ExecStart", remedy.run, remedy)
    }
    for remedy in remedies.reversed() { lines += commands("ExecStop", remedy.undo, remedy) }
    lines += ["", "[Install]", "WantedBy=multi-user.target"]
    return lines.joined(separator: "\n") + "\n"
  }

  private func commands(
    _ key: String, _ commands: [String], _ remedy: RuntimeRemedy
  ) -> [String] {
    commands.map { command in
      let quoted = command.flatMap { character -> String in
        switch character {
        case "%": "%%"
        case "$": "$$"
        case "\\", "\"": "\\\(character)"
        default: String(character)
        }
      }
      // One that fails, as after the removal of a card, must not keep the others from running.
      let line = "\(key)=-/bin/sh -c \"\(String(quoted))\""
      return remedy.missing.isEmpty ? line : "# \(line)"
    }
  }

  private func comments(on remedy: RuntimeRemedy, withNotes: Bool) -> [String] {
    var texts = ["\(remedy.subject): \(remedy.title) (\(remedy.quirks.joined(separator: ", ")))"]
    if withNotes, !remedy.note.isEmpty { texts.append(remedy.note) }
    if !remedy.missing.isEmpty {
      texts.append("Fill in \(remedy.missing), and take the # away:")
    }
    return texts.flatMap { $0.lines(of: 76) }
  }
}

extension String {
  /// Its words in lines of a width, so that none of them can end a comment.
  fileprivate func lines(of width: Int) -> [String] {
    split(whereSeparator: \.isWhitespace).reduce(into: [String]()) { lines, word in
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}
