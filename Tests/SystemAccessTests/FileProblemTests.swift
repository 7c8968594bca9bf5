import SystemAccess
import SystemPackage
import Testing

@Suite struct FileProblemTests {
  @Test(arguments: [
    (Errno.noSuchFileOrDirectory, FileProblem.Kind.notFound),
    (.operationNotSupportedByDevice, .notFound),
    (.permissionDenied, .permission),
    (.notPermitted, .permission),
    (.notDirectory, .notADirectory),
    (.isDirectory, .isADirectory),
    (.ioError, .io),
  ])
  func `an errno becomes the kind of problem that it is`(error: Errno, kind: FileProblem.Kind) {
    let problem = FileProblem(error, path: "/sys/x")
    #expect(problem.kind == kind)
    #expect(problem.description == "/sys/x: \(error)")
  }
}
