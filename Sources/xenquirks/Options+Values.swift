public import ArgumentParser
public import BootConfig
public import QuirkEngine
public import ReportRendering

extension TicketFormat: ExpressibleByArgument {}
extension Redaction.Level: ExpressibleByArgument {}
extension BootStyle: ExpressibleByArgument {}
extension ReportFormat: ExpressibleByArgument {}
extension QuirkEngine.Category: ExpressibleByArgument {}
extension KernelOption.Role: ExpressibleByArgument {}
extension Severity: ExpressibleByArgument {}
extension BootOption.Side: ExpressibleByArgument {}

extension Evidence: ExpressibleByArgument {
  /// The letter, in either case.
  public init?(argument: String) { self.init(rawValue: argument.uppercased()) }
}
