import HostModel
import Testing
import XenTools

/// The output of `xenpm get-cpuidle-states` in the wording of its releases.
@Suite struct XenPMTests {
  /// tools/misc/xenpm.c of 4.0: zeros in front, no word of core states.
  private static let xen40 = """
    Max C-state: C7

    cpu id               : 0
    total C-states       : 3
    idle time(ms)        : 28530
    C0                   : transition [00000000000000000012]
                           residency  [00000000000000014429 ms]
    C1                   : transition [00000000000000000005]
                           residency  [00000000000000000030 ms]
    C2                   : transition [00000000000000000007]
                           residency  [00000000000000028500 ms]

    """

  @Test func `4.0 calls the limit otherwise and pads with zeros`() throws {
    let answer = try #require(XenPM(parsing: Self.xen40))
    #expect(answer.limit == CStateLimit(type: 7))
    #expect(answer.states?.map(\.name) == ["C0", "C1", "C2"])
    #expect(answer.states?[2].usage == 7)
    #expect(answer.states?[2].time == 28500)
    #expect(!answer.hasNoDriver)
  }

  /// 4.2 to 4.12 print package and core states behind.
  private static let xen42 = """
    Max possible C-state: C1

    cpu id               : 0
    total C-states       : 2
    idle time(ms)        : 10
    C0                   : transition [                   1]
                           residency  [                   2 ms]
    C1                   : transition [                   3]
                           residency  [                   4 ms]
    pc2                  : [                   9 ms]
    cc3                  : [                   9 ms]

    cpu id               : 1
    total C-states       : 2
    idle time(ms)        : 10
    C0                   : transition [                  10]
                           residency  [                  20 ms]
    C1                   : transition [                  30]
                           residency  [                  40 ms]

    """

  @Test func `the CPUs' counts are added, residencies of packages are not`() throws {
    let answer = try #require(XenPM(parsing: Self.xen42))
    #expect(answer.cpus == 2)
    #expect(answer.limit == CStateLimit(type: 1))
    #expect(answer.states?.map(\.usage) == [11, 33])
    #expect(answer.states?.map(\.time) == [22, 44])
  }

  @Test func `since 4.13 no limit is said in words`() throws {
    let text = Self.xen42.replacing("Max possible C-state: C1", with: "All C-states allowed")
    let answer = try #require(XenPM(parsing: text))
    #expect(answer.limit == CStateLimit(type: nil))
    #expect(answer.limit?.allowsDeepStates == true)
  }

  @Test func `a substate has a line of its own`() throws {
    let text = Self.xen42.replacing(
      "Max possible C-state: C1", with: "Max possible C-state: C2\nMax possible substate: 0")
    #expect(try #require(XenPM(parsing: text)).limit == CStateLimit(type: 2, substate: 0))
  }

  @Test(arguments: ["Xen", "xen"])
  func `no idle driver is an answer, however Xen's name is written`(name: String) throws {
    let text = """
      Max possible C-state: C1

      Either \(name) cpuidle is disabled or no valid information is registered!
      """
    let answer = try #require(XenPM(parsing: text))
    #expect(answer.hasNoDriver)
    #expect(answer.states == nil)
  }

  @Test(arguments: ["", "Linux version 6.1", "cpu id : 0\ntotal C-states : 2"])
  func `a text of something else is refused`(text: String) {
    #expect(XenPM(parsing: text) == nil)
  }

  @Test func `a text cut anywhere is no crash and never a limit of its own`() {
    for length in 0..<Self.xen42.count {
      let answer = XenPM(parsing: String(Self.xen42.prefix(length)))
      #expect(answer?.limit == nil || answer?.limit == CStateLimit(type: 1))
    }
  }
}
