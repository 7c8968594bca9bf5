import Glibc
import SystemAccess
import TestSupport
import Testing

@Suite struct SystemRootTests {
  private let folder = TemporaryFolder()
  private var root: SystemRoot { SystemRoot(path: folder.path) }

  @Test func `a file of a captured tree is read`() throws {
    folder.write("proc/version", "Linux version 6.1.0 \n\n")
    #expect(try root.readText("/proc/version") == "Linux version 6.1.0 \n\n")
    #expect(try root.readTrimmed("proc/version") == "Linux version 6.1.0")
    #expect(!root.isLive)
    #expect(SystemRoot(path: "/").isLive)
    #expect(SystemRoot(path: "///").isLive)
    #expect(!SystemRoot(path: "").isLive)
  }

  @Test func `a link inside the tree is followed`() throws {
    folder.write("sys/devices/pci0000:00/0000:00:01.0/vendor", "0x8086\n")
    folder.link("sys/bus/pci/devices/0000:00:01.0", to: "../../../devices/pci0000:00/0000:00:01.0")
    let path = "/sys/bus/pci/devices/0000:00:01.0"
    #expect(try root.readTrimmed("\(path)/vendor") == "0x8086")
    #expect(root.isConfined(path))
    #expect(try root.linkTarget(path) == "0000:00:01.0")
  }

  @Test func `an absolute link starts at the root of the tree`() throws {
    folder.write("etc/hostname-of-the-tree", "inside")
    folder.link("sys/absolute", to: "/etc/hostname-of-the-tree")
    #expect(try root.readText("/sys/absolute") == "inside")
    #expect(!root.isConfined("/sys/absolute"))
  }

  @Test(arguments: ["/etc/passwd", "../../../../../../../../etc/passwd", "../../etc/passwd"])
  func `no link leads out of the tree`(target: String) {
    folder.link("a/b", to: target)
    #expect(throws: FileProblem.self) { try root.read("/a/b") }
    #expect(!root.exists("/a/b"))
    #expect(!root.isConfined("/a/b"))
  }

  @Test func `dots in the path itself do not lead out`() {
    #expect(throws: FileProblem.self) { try root.read("/../../../../../../etc/passwd") }
    #expect(!root.exists("../../../../../../etc/passwd"))
  }

  @Test func `a folder link that leads out shows the tree, not the machine`() throws {
    folder.link("out", to: "/")
    folder.write("only-here", "")
    #expect(try root.list("/out").sorted() == ["only-here", "out"])
  }

  @Test func `links in a circle are a problem, not a hang`() {
    folder.link("a", to: "b")
    folder.link("b", to: "a")
    let problem = #expect(throws: FileProblem.self) { try root.read("/a") }
    #expect(problem?.kind == .io)
  }

  @Test func `a file that vanished is not found`() {
    let problem = #expect(throws: FileProblem.self) { try root.read("/gone") }
    #expect(problem?.kind == .notFound)
    #expect(problem?.path == "/gone")
    #expect(problem?.description == "/gone: No such file or directory")
  }

  @Test func `a file where a folder should be is told apart`() {
    folder.write("file", "x")
    #expect(throws: FileProblem.self) { try root.list("/file") }
    let under = #expect(throws: FileProblem.self) { try root.read("/file/x") }
    #expect(under?.kind == .notADirectory)
    let folderRead = #expect(throws: FileProblem.self) { try root.read("/") }
    #expect(folderRead?.kind == .isADirectory)
  }

  @Test func `a file over the limit is refused, one at the limit is read`() throws {
    folder.write("file", "12345678")
    #expect(try root.read("/file", limit: 8).count == 8)
    let problem = #expect(throws: FileProblem.self) { try root.read("/file", limit: 7) }
    #expect(problem?.kind == .tooLarge)
  }

  @Test func `a pipe that nobody writes to does not hang`() throws {
    let made = unsafe mkfifo("\(folder.path)/pipe", 0o600)
    #expect(made == 0)
    #expect(try root.read("/pipe").isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "root reads everything"))
  func `a file without permission says so`() {
    folder.write("secret", "x")
    _ = unsafe chmod("\(folder.path)/secret", 0)
    let problem = #expect(throws: FileProblem.self) { try root.read("/secret") }
    #expect(problem?.kind == .permission)
  }

  @Test func `the live root reads proc, whose files state no size`() throws {
    #expect(try SystemRoot.live.readText("/proc/version").hasPrefix("Linux version "))
    #expect(try SystemRoot.live.read("/proc/self/status").count > 0)
  }
}
