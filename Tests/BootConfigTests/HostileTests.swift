import BootConfig
import TestSupport
import Testing

/// Files that no boot loader's author ever wrote.
@Suite struct HostileTests {
  private static let styles = BootStyle.allCases

  @Test(arguments: styles)
  func `a NUL byte is an error with its line`(style: BootStyle) {
    #expect(throws: BootFileError.self) {
      try style.document(Array("xen: a\nb\0c\n".utf8), path: "f")
    }
    let message = error(of: style, "xen: a\nb\0c\n")
    #expect(message?.hasPrefix("f:2: ") == true)
  }

  @Test(arguments: [BootStyle.grub, .grubScript, .xcpNG])
  func `a quote that nobody closes is an error with its line`(style: BootStyle) {
    #expect(error(of: style, "a=1\nb=\"x\nc='y'\n")?.hasPrefix("f:2: a quote") == true)
    #expect(error(of: style, "a=1\n\nb=${x\n")?.hasPrefix("f:3: an expansion") == true)
    #expect(error(of: style, "a=`x\n")?.hasPrefix("f:1: a `") == true)
  }

  @Test func `braces of grub.cfg must pair`() {
    #expect(
      error(of: .grubScript, "menuentry x {\n}\n}\n") == "f:3: a } that nothing opens")
    #expect(
      error(of: .grubScript, "a\nmenuentry x {\n") == "f:2: a { that nobody closes")
  }

  @Test(arguments: styles)
  func `bytes of any kind come back as they were`(style: BootStyle) throws {
    let texts = [
      "xen: \u{feff}a\r\n\r\ndom0: b", "xen:\n\n\n", "# only a comment", "xen: a\tb\u{0b}c\n",
      "xen: a\\\nb \\", "xen: [a]=b={c;d}\n",
    ]
    for text in texts {
      let bytes = Array(text.utf8) + [0xff, 0xfe, 0x80]
      guard let document = try? style.document(bytes, path: "f") else { continue }
      #expect(document.bytes == bytes, "\(text)")
      _ = document.entries
    }
    // Every style takes at least the first.
    #expect((try? style.document(Array(texts[2].utf8), path: "f")) != nil || style == .raw)
  }

  @Test(arguments: styles)
  func `a file of a megabyte is read whole`(style: BootStyle) {
    let line = Array("xen: menuentry title kernel options=a [b] GRUB_CMDLINE_XEN=c\n".utf8)
    let bytes = Array(repeatElement(line, count: 1_000_000 / line.count).joined())
    let document = try? style.document(bytes, path: "f")
    #expect(document?.bytes == bytes)
    #expect(document?.entries.count ?? 0 <= 1)
  }

  private func error(of style: BootStyle, _ text: String) -> String? {
    do {
      _ = try style.document(Array(text.utf8), path: "f")
      return nil
    } catch {
      return "\(error)"
    }
  }
}
