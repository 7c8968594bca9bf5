public import BootAdvice
public import HostModel
public import QuirkEngine

/// All that one run has to say; every format is made from this value alone.
public struct Report: Sendable {
  public var toolVersion: String
  public var host: Host
  public var database: DatabaseSummary
  public var assessment: Assessment
  /// The name of the policy that the plan follows.
  public var policy: String
  public var plan: BootPlan
  /// What was left out of it.
  public var redaction = Redaction(level: .none)

  public init(
    toolVersion: String, host: Host, database: DatabaseSummary, assessment: Assessment,
    policy: String, plan: BootPlan
  ) {
    self.toolVersion = toolVersion
    self.host = host
    self.database = database
    self.assessment = assessment
    self.policy = policy
    self.plan = plan
  }
}

/// Which knowledge the report rests on.
public struct DatabaseSummary: Sendable, Hashable {
  public var quirks: Int
  public var skipped: Int
  public var digest: String

  public init(_ database: QuirkDatabase) {
    quirks = database.count
    skipped = database.skipped.count
    digest = database.digest
  }
}

/// The formats of a report for a ticket.
public enum TicketFormat: String, Sendable, CaseIterable {
  case markdown, text, html, json
}

extension Report {
  /// The report for a ticket, ready to attach.
  public func ticket(as format: TicketFormat) -> String {
    switch format {
    case .markdown: MarkdownRenderer(report: self).text()
    case .text: MailRenderer(report: self).text()
    case .html: HTMLRenderer(report: self).text()
    case .json: JSONRenderer(report: self).text()
    }
  }
}

/// The formats that a report can take.
public enum ReportFormat: String, Sendable, CaseIterable {
  case text, json
}

extension Report {
  /// The report in a format, ready to print.
  public func rendered(as format: ReportFormat, style: TextStyle) -> String {
    switch format {
    case .text: TextRenderer(report: self, style: style).text()
    case .json: JSONRenderer(report: self).text()
    }
  }
}
