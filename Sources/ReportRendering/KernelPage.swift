public import BootAdvice
internal import QuirkEngine

/// Whether a kernel is fit to be dom0 or a guest, for people and for programs.
public struct KernelPage {
  private let fitness: [KernelFitness]
  private let name: String
  private let style: TextStyle

  /// `name` is the file that was judged.
  public init(_ fitness: [KernelFitness], name: String, style: TextStyle) {
    self.fitness = fitness
    self.name = name
    self.style = style
  }

  /// Each role with what it lacks.
  public var text: String {
    var lines = [style.paint(name.printable, .bold)]
    for role in fitness {
      let verdict = role.isFit ? (role.undecided.isEmpty ? "fit" : "not decided") : "not fit"
      let tone: TextStyle.Tone = role.isFit ? .good : .bad
      lines.append("  " + role.role.rawValue.padded(to: 10) + style.paint(verdict, tone))
      if let since = role.tooOld {
        lines.append("    too old: Linux \(since) is the first that can")
      }
      for (title, remarks) in [
        ("lacks", role.lacking), ("advised", role.advised), ("better off", role.harmful),
        ("not decided", role.undecided),
      ] where !remarks.isEmpty {
        lines.append("    \(title):")
        lines += remarks.map(text(of:))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func text(of remark: KernelFitness.Remark) -> String {
    let option = remark.option
    let wanted = option.wants.joined(separator: " or ")
    let head = "      \(option.name) is \(remark.value.printable), should be \(wanted)"
    return head + "\n" + style.wrapped(option.why, head: "        ", indent: 8)
  }

  /// The same for programs.
  public var json: String {
    let remarks = { (remarks: [KernelFitness.Remark]) -> JSONValue in
      .array(
        remarks.map { remark in
          [
            "option": .string(remark.option.name), "value": .string(remark.value),
            "wants": .strings(remark.option.wants), "why": .string(remark.option.why),
            "reference": .string(remark.option.reference),
          ]
        })
    }
    let roles = fitness.map { role -> JSONValue in
      [
        "role": .string(role.role.rawValue), "fit": .bool(role.isFit),
        "tooOld": .optional(role.tooOld), "lacks": remarks(role.lacking),
        "advised": remarks(role.advised), "harmful": remarks(role.harmful),
        "undecided": remarks(role.undecided),
      ]
    }
    let value: JSONValue = [
      "schema": "xenquirks-kconfig/1", "file": .string(name), "roles": .array(roles),
    ]
    return value.text
  }
}
