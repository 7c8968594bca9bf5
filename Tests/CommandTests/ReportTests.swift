import FoundationEssentials
import TestSupport
import Testing

/// `report`, as a person attaches it to a ticket.
@Suite struct ReportTests {
  private static let howTo = "\(Fixtures.root)/Tests/Fixtures/trees/howto"
  private static let clean = "\(Fixtures.root)/Tests/Fixtures/trees/howto-clean"

  private struct Facts: Decodable {
    struct Finding: Decodable {
      var quirk: String
      var state: String
    }
    struct BootLine: Decodable {
      var xen: String
      var dom0: String
    }
    struct Redaction: Decodable {
      var level: String
      var leftOut: [String: Int]
    }
    var findings: [Finding]
    var bootline: BootLine
    var redaction: Redaction
  }

  private func report(_ format: String, _ arguments: [String]) async throws -> String {
    let outcome = try await Tool.run(["report", "--format", format] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: [howTo, clean])
  func `every format tells of the same findings, states and words`(tree: String) async throws {
    let json = try await report("json", ["--root", tree])
    let facts = try JSONDecoder().decode(Facts.self, from: Data(json.utf8))
    #expect(facts.findings.count > 3)
    for format in ["markdown", "text", "html"] {
      let text = try await report(format, ["--root", tree])
      let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        .replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      for finding in facts.findings {
        #expect(flat.contains(finding.quirk), "\(format): \(finding.quirk)")
        #expect(flat.contains(finding.state), "\(format): \(finding.state)")
      }
      let known = Set(facts.findings.map(\.quirk))
      let quirks = try await Tool.run(["quirks", "list"])
      let others = quirks.output.split(separator: "\n").compactMap {
        $0.split(separator: " ").first
      }
      .map(String.init).filter { !known.contains($0) && flat.contains(" \($0),") }
      #expect(others == [], "\(format)")
      for word in (facts.bootline.xen + " " + facts.bootline.dom0).split(separator: " ") {
        #expect(flat.contains(word), "\(format): \(word)")
      }
    }
  }

  @Test func `lines lose what tells whose machine it is, and the report says so`() async throws {
    let line =
      "root=UUID=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 ip=10.1.2.3::10.1.2.1:255.255.255.0:bob quiet "
      + "luks.key=/k mypassword=x cryptdevice=/dev/sda2 pcie_aspm=off secretword console=ttyS0 max_loop=8"
    for format in ["markdown", "text", "html", "json"] {
      for level in ["standard", "strict"] {
        let text = try await report(
          format, ["--root", Self.howTo, "--dom0-line", line, "--redact", level])
        for secret in [
          "0f1e2d3c", "10.1.2.3", "10.1.2.1", "bob", "=/k", "password=x", "/dev/sda2", "secretword",
        ] { #expect(!text.contains(secret), "\(format) \(level): \(secret)") }
        #expect(text.contains("quiet"))
      }
      let open = try await report(
        format, ["--root", Self.howTo, "--dom0-line", line, "--redact", "none"])
      #expect(open.contains("secretword"), "\(format)")
    }
    let json = try await report("json", ["--root", Self.howTo, "--dom0-line", line])
    let facts = try JSONDecoder().decode(Facts.self, from: Data(json.utf8))
    #expect(facts.redaction.level == "standard")
    #expect(facts.redaction.leftOut["root"] == 1)
    #expect((facts.redaction.leftOut["secret"] ?? 0) >= 2)
  }

  @Test func `mail keeps to 72 columns but for the tree`() async throws {
    let text = try await report("text", ["--root", Self.howTo])
    let prose = text.prefix(upTo: try #require(text.firstRange(of: "PCI functions\n")?.lowerBound))
    for line in prose.split(separator: "\n") where line.contains(" ") {
      #expect(line.count <= 72 || !line.dropFirst(4).contains(" "), "\(line)")
    }
  }

  @Test func `a machine of a thousand functions fits into a ticket`() async throws {
    let folder = try Tool.Folder()
    var dump = ""
    for bus in 0..<4 {
      for device in 0..<32 {
        for function in 0..<8 {
          let address = [bus, device].map {
            $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16)
          }
          dump += "\(address[0]):\(address[1]).\(function) Ethernet controller: x\n"
          dump += "00: 86 80 d3 10 00 00 10 00 00 00 00 02 00 00 80 00\n"
          for row in 1..<4 { dump += "\(row)0:" + String(repeating: " 00", count: 16) + "\n" }
          dump += "\n"
        }
      }
    }
    let file = try folder.write(dump, to: "large.hex")
    let text = try await report("markdown", ["--pci-dump", file])
    #expect(text.utf8.count < 65_536)
    #expect(text.contains("Cut here to fit the tracker"))
    #expect(text.contains("Redaction: standard"))
  }

  @Test func `a page runs nothing and fetches nothing`() async throws {
    let folder = try Tool.Folder()
    let names = try folder.write(
      "8086  <script>alert(1)</script> \"Corp\" & 'Sons'\n\t10d3  @user #1 ](http://x) `code` | \u{202e}evil\n",
      to: "pci.ids")
    let arguments = ["--root", Self.howTo, "--pci-ids", names]
    let page = try await report("html", arguments)
    #expect(!page.contains("<script"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!page.contains("src=") && !page.contains("url(") && !page.contains("@import"))
    #expect(page.contains("default-src 'none'"))
    #expect(!page.contains("\u{202e}"))
    let markdown = try await report("markdown", arguments)
    // A code block shows it as it is.
    var isCode = false
    for line in markdown.split(separator: "\n") {
      if line.hasPrefix("```") { isCode.toggle() }
      #expect(isCode || !line.contains("<script"), "\(line)")
    }
    #expect(!isCode)
    #expect(!markdown.contains("\u{202e}"))
  }
}
