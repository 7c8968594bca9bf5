internal import ArgumentParser
internal import HostModel
internal import HostSnapshot
internal import ReportComparison
internal import ReportRendering

/// `xenquirks diff`: two snapshots or reports.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two snapshots or JSON reports: before and after a change, or two machines.",
    discussion: """
      A snapshot is judged by this program; a report ('report --format json') is compared as it was written. \
      Ends with status 2 when they differ.
      """)

  @Argument(help: "A snapshot or JSON report; - is standard input.") var before: String
  @Argument(help: "Another one.") var after: String

  @OptionGroup(title: "Knowledge") var knowledge: KnowledgeOptions
  @OptionGroup(title: "Advice") var policy: PolicyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  mutating func validate() throws {
    if before == "-", after == "-" {
      throw ValidationError("standard input can be only one of the two")
    }
  }

  mutating func run() throws {
    let sides = try [before, after].map { try Side(path: $0) }
    // What a report left out is left out of a snapshot beside it too.
    let level = sides.compactMap(\.redaction).first ?? .none
    let reports = try sides.map { try report(of: $0, redaction: level) }
    let comparison: Comparison
    do {
      comparison = try Comparison(before: reports[0], after: reports[1])
    } catch {
      let path = error.side == .before ? before : after
      throw Failure(.badInput, "\(path):\(error.error.line): \(error.error)")
    }
    let told = zip(sides, reports).map { side, report in
      DiffPage.Side(
        kind: side.kind, toolVersion: side.snapshot?.tool.version ?? report.toolVersion)
    }
    let page = DiffPage(comparison, before: told[0], after: told[1], style: output.style)
    try write(output.format == .json ? page.json : page.text, to: output.output)
    if !comparison.isSame { leave(.somethingToDo) }
  }

  private func report(of side: Side, redaction: Redaction.Level) throws -> ReportDocument {
    if let report = side.report { return report }
    guard let snapshot = side.snapshot else { throw Failure(.internalError, "nothing to compare") }
    let run = try Run(recorded: snapshot.host, knowledge: knowledge, output: output)
    let report = try run.report(policy: policy).redacted(redaction, isPlain: run.isPlain)
    do {
      return try ReportDocument(parsing: Array(report.ticket(as: .json).utf8))
    } catch {
      throw Failure(.internalError, "the report on a snapshot cannot be read: \(error)")
    }
  }

  /// One of the two, read.
  private struct Side {
    var snapshot: Snapshot?
    var report: ReportDocument?

    var kind: String { snapshot == nil ? "report" : "snapshot" }
    var redaction: Redaction.Level? { report.flatMap { Redaction.Level(rawValue: $0.redaction) } }

    init(path: String) throws(Failure) {
      let bytes = try xenquirks.bytes(ofFile: path)
      do {
        switch try ReportDocument.schema(of: bytes) {
        case Snapshot.schema: snapshot = try Snapshot(parsing: bytes)
        case ReportDocument.schema: report = try ReportDocument(parsing: bytes)
        case let schema:
          let found = schema.map { "its schema is '\($0.prefix(40))'" } ?? "it says no 'schema'"
          throw Failure(
            .badInput,
            "\(path): \(found); this version compares \(Snapshot.schema) and \(ReportDocument.schema)"
          )
        }
      } catch let error as SnapshotError {
        throw Failure(.badInput, "\(path):\(error.line): \(error)")
      } catch let failure as Failure {
        throw failure
      } catch {
        throw Failure(.internalError, "\(path): \(error)")
      }
    }
  }
}
