import HostModel
import Testing

@testable import HostProbes

@Suite struct LinuxVersionTextTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var version: String
    var vendor: String?
    var package: String?
    var testDescription: String { String(text.prefix(60)) }
  }

  static let cases: [Case] = [
    Case(
      text: """
        Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian \
        12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC \
        Debian 6.1.192-2 (2026-11-16)
        """, version: "6.1.192", vendor: "Debian", package: "6.1.192-2"),
    Case(
      text: """
        Linux version 5.19.0-rc4-amd64 (debian-kernel@lists.debian.org) (gcc-11 (Debian 11.3.0-4) \
        11.3.0) #1 SMP PREEMPT_DYNAMIC Debian 5.19~rc4-1~exp1 (2022-07-01)
        """, version: "5.19", vendor: "Debian", package: "5.19~rc4-1~exp1"),
    Case(
      text: """
        Linux version 2.6.32-5-xen-amd64 (Debian 2.6.32-48) (ben@decadent.org.uk) (gcc version \
        4.3.5 (Debian 4.3.5-4) ) #1 SMP Mon Feb 25 02:51:39 UTC 2013
        """, version: "2.6.32", vendor: "Debian", package: "2.6.32-48"),
    Case(
      text: """
        Linux version 5.4.0-144-generic (buildd@lcy02-amd64-089) (gcc version 9.4.0 (Ubuntu \
        9.4.0-1ubuntu1~20.04.1)) #161-Ubuntu SMP Fri Feb 3 14:49:04 UTC 2023 (Ubuntu \
        5.4.0-144.161-generic 5.4.229)
        """, version: "5.4.229", vendor: "Ubuntu", package: "5.4.0-144.161-generic"),
    Case(
      text: """
        Linux version 5.1.1-050101-generic (kernel@kathleen) (gcc version 8.3.0 (Ubuntu \
        8.3.0-12ubuntu1)) #201905110631 SMP Sat May 11 06:33:50 UTC 2019
        """, version: "5.1.1"),
    Case(
      text: """
        Linux version 6.12.21-1.qubes.fc37.x86_64 (mockbuild@f95d19f3373b43) (gcc (GCC) 12.3.1 \
        20230508 (Red Hat 12.3.1-1), GNU ld version 2.38-27.fc37) #1 SMP PREEMPT_DYNAMIC Fri
        """, version: "6.12.21", vendor: "Qubes", package: "6.12.21-1.qubes.fc37.x86_64"),
    Case(
      text: """
        Linux version 6.17.9-300.fc43.x86_64 (mockbuild@928180b471) (gcc (GCC) 15.2.1 20251111 \
        (Red Hat 15.2.1-4), GNU ld version 2.45.1-1.fc43) #1 SMP PREEMPT_DYNAMIC Mon Nov 24
        """, version: "6.17.9", vendor: "Fedora", package: "6.17.9-300.fc43.x86_64"),
    Case(
      text: """
        Linux version 4.18.0-513.5.1.el8_9.x86_64 (mockbuild@x86-vm-09.build.eng.bos.redhat.com) \
        (gcc version 8.5.0 20210514 (Red Hat 8.5.0-20) (GCC)) #1 SMP Fri Sep 29 05:21:10 EDT 2023
        """, version: "4.18", vendor: "Red Hat", package: "4.18.0-513.5.1.el8_9.x86_64"),
    Case(
      text: """
        Linux version 4.19.0+1 (mockbuild@84e3d5ee2a30) (gcc version 4.8.5 20150623 (Red Hat \
        4.8.5-28) (GCC)) #1 SMP Wed Sep 7 15:11:58 CEST 2022
        """, version: "4.19", vendor: "XCP-ng", package: "4.19.0+1"),
    Case(
      text: """
        Linux version 5.14.21-150500.55.39-default (geeko@buildhost) (gcc (SUSE Linux) 7.5.0, \
        GNU ld (GNU Binutils; SUSE Linux Enterprise 15) 2.41) #1 SMP PREEMPT_DYNAMIC Tue Dec 5
        """, version: "5.14.21", vendor: "SUSE", package: "5.14.21-150500.55.39-default"),
    Case(
      text: """
        Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0, GNU ld (GNU \
        Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)
        """, version: "6.8.12", vendor: "Proxmox", package: "6.8.12-4"),
    Case(
      text: """
        Linux version 6.15.9-arch1-1 (linux@archlinux) (gcc (GCC) 15.1.1 20250729, GNU ld (GNU \
        Binutils) 2.45.0) #1 SMP PREEMPT_DYNAMIC Sat, 02 Aug 2025 01:20:06 +0000
        """, version: "6.15.9", vendor: "Arch", package: "6.15.9-arch1-1"),
    Case(
      text: """
        Linux version 5.9.0 (root@i80) (gcc (Debian 8.3.0-6) 8.3.0, GNU ld (GNU Binutils for \
        Debian) 2.31.1) #1 SMP Mon Oct 12 12:49:28 CEST 2020
        """, version: "5.9"),
    Case(
      text: """
        Linux version 5.17.0-rc2 (rdunlap@dragon) (gcc (SUSE Linux) 11.2.1 20220103, GNU ld (GNU \
        Binutils; openSUSE Tumbleweed) 2.37) #7 SMP PREEMPT Thu Feb 3 17:48:56 PST 2022
        """, version: "5.17"),
    Case(
      text: "Linux version 3.1.0-lfs-7.0 (root@lfs) (gcc version 4.6.1 (GCC) ) #1 SMP",
      version: "3.1"),
  ]

  @Test(arguments: cases)
  func `the true version and the vendor are recognised`(row: Case) throws {
    let parsed = try #require(LinuxVersionText(parsing: row.text))
    #expect(parsed.build.version.description == row.version)
    #expect(parsed.build.vendor == row.vendor)
    #expect(parsed.build.package == row.package)
    #expect(row.text.hasPrefix("Linux version \(parsed.release) "))
  }

  @Test func `Ubuntu's signature file gives the upstream version`() throws {
    let parsed = try #require(
      LinuxVersionText(
        parsing: "Linux version 5.15.0-91-generic (buildd@x) (gcc (Ubuntu 11.4.0)) #101-Ubuntu SMP",
        signature: "Ubuntu 5.15.0-91.101-generic 5.15.131\n"))
    #expect(parsed.build.version == Version(5, 15, 131))
  }

  @Test(arguments: ["", "Linux", "Linux version", "Linux version x y", "FreeBSD 14.1", "\u{0}"])
  func `another text is no version`(text: String) {
    #expect(LinuxVersionText(parsing: text) == nil)
  }
}
