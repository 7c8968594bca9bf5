import HostModel
import Testing
import XenTools

@Suite struct XenInfoTests {
  private static let saved = """
    host                   : secret-host
    release                : 6.1.0-56-amd64
    virt_caps              : pv hvm hvm_directio pv_directio hap
    cpu_topology           :
    xen_major              : 4
    xen_minor              : 17
    xen_extra              : .7
    xen_version            : 4.17.7
    xen_changeset          :\u{20}
    xen_commandline        : placeholder dom0_mem=2048M,max:2048M com1=115200,8n1 console=com1:x
    cc_compiler            : x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0
    cc_compile_by          : pkg-xen-devel
    cc_compile_domain      : lists.alioth.debian.org

    """

  @Test func `the lines that matter are kept, the host's name is not`() throws {
    let info = try #require(XenInfo(parsing: Self.saved))
    #expect(info.version == "4.17.7")
    #expect(info.virtualization == ["pv", "hvm", "hvm_directio", "pv_directio", "hap"])
    #expect(info.commandLine?.text == "dom0_mem=2048M,max:2048M com1=115200,8n1 console=com1:x")
    #expect(info.builder.contains("lists.alioth.debian.org"))
    #expect(!"\(info)".contains("secret-host"))
  }

  @Test func `line ends of another system change nothing`() throws {
    let text = Self.saved.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
    let info = try #require(XenInfo(parsing: text))
    #expect(info.version == "4.17.7")
    #expect(info.commandLine?.value(of: "console") == "com1:x")
  }

  @Test(arguments: [
    ("/xen-4.2.5.gz dom0_mem=2048M max_cstate=0", "dom0_mem=2048M max_cstate=0"),
    ("(hd0,0)/xen.gz msi=false", "msi=false"),
    ("/boot/xen.gz placeholder msi=false", "msi=false"),
    ("placeholder", ""),
    ("", ""),
    ("msi=false placeholder", "msi=false"),
  ])
  func `an image path in front or a placeholder anywhere is no option`(
    line: String, options: String
  ) throws {
    let info = try #require(XenInfo(parsing: "xen_commandline : \(line)\n"))
    #expect(info.commandLine?.text == options)
  }

  @Test func `a text that is cut off has no command line rather than an empty one`() throws {
    let info = try #require(XenInfo(parsing: "xen_major : 4\nxen_minor : 4\nxen_extra : .1"))
    #expect(info.version == "4.4.1")
    #expect(info.commandLine == nil)
    #expect(info.virtualization == nil)
  }

  @Test(arguments: ["", "\n\n", "host : x\n", "xl: command not found", "\u{0}\u{1}:\u{2}"])
  func `a text of something else is refused`(text: String) {
    #expect(XenInfo(parsing: text) == nil)
  }
}
