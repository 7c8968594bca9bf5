/// Who packaged a kernel or a hypervisor, by what stands in its version text.
///
/// A vendor's build holds fixes that its number does not show; so a mark that is found too often
/// only costs certainty. The first row that fits counts.
struct VendorMark {
  enum Place {
    /// `uname -r`, or Xen's version.
    case release
    /// Who compiled it, on which machine, with which compiler.
    case builder
    /// What stands behind the `#` of /proc/version.
    case banner
  }

  var vendor: String
  var place: Place
  var mark: String

  static let linux: [VendorMark] = [
    VendorMark(vendor: "Qubes", place: .release, mark: ".qubes."),
    VendorMark(vendor: "XCP-ng", place: .builder, mark: "xcp-ng"),
    VendorMark(vendor: "XCP-ng", place: .builder, mark: "xenserver"),
    VendorMark(vendor: "XCP-ng", place: .builder, mark: "citrix"),
    VendorMark(vendor: "Proxmox", place: .release, mark: "-pve"),
    VendorMark(vendor: "Ubuntu", place: .banner, mark: "-Ubuntu"),
    VendorMark(vendor: "Ubuntu", place: .builder, mark: "buildd@"),
    VendorMark(vendor: "Debian", place: .builder, mark: "lists.debian.org"),
    VendorMark(vendor: "Debian", place: .builder, mark: "(Debian "),
    VendorMark(vendor: "Debian", place: .banner, mark: " Debian "),
    VendorMark(vendor: "Debian", place: .release, mark: "-amd64"),
    VendorMark(vendor: "Oracle", place: .release, mark: "uek"),
    VendorMark(vendor: "Amazon", place: .release, mark: ".amzn"),
    VendorMark(vendor: "Fedora", place: .release, mark: ".fc"),
    VendorMark(vendor: "Red Hat", place: .release, mark: ".el"),
    VendorMark(vendor: "SUSE", place: .builder, mark: "geeko@"),
    VendorMark(vendor: "Arch", place: .builder, mark: "@archlinux"),
    VendorMark(vendor: "Alpine", place: .builder, mark: "buildozer"),
    VendorMark(vendor: "Gentoo", place: .release, mark: "-gentoo"),
    VendorMark(vendor: "NixOS", place: .banner, mark: "NixOS"),
  ]

  static let xen: [VendorMark] = [
    VendorMark(vendor: "XCP-ng", place: .release, mark: "xcp"),
    VendorMark(vendor: "XCP-ng", place: .builder, mark: "xcp-ng"),
    VendorMark(vendor: "XCP-ng", place: .builder, mark: "citrix"),
    VendorMark(vendor: "Qubes", place: .release, mark: "qubes"),
    VendorMark(vendor: "Qubes", place: .builder, mark: "qubes"),
    VendorMark(vendor: "Debian", place: .release, mark: "Debian"),
    VendorMark(vendor: "Debian", place: .builder, mark: "debian.org"),
    VendorMark(vendor: "Ubuntu", place: .release, mark: "ubuntu"),
    VendorMark(vendor: "Ubuntu", place: .builder, mark: "ubuntu.com"),
    VendorMark(vendor: "Ubuntu", place: .builder, mark: "(Ubuntu "),
    VendorMark(vendor: "Debian", place: .builder, mark: "(Debian "),
    VendorMark(vendor: "SUSE", place: .builder, mark: "abuild"),
    VendorMark(vendor: "SUSE", place: .builder, mark: "(SUSE "),
    VendorMark(vendor: "Fedora", place: .release, mark: ".fc"),
    VendorMark(vendor: "Red Hat", place: .release, mark: ".el"),
    VendorMark(vendor: "Red Hat", place: .builder, mark: "(Red Hat "),
    VendorMark(vendor: "Alpine", place: .builder, mark: "(Alpine "),
    VendorMark(vendor: "Gentoo", place: .builder, mark: "(Gentoo "),
  ]

  /// Whether the number of a build stands behind the version, as XCP-ng and XenServer write it.
  ///
  /// Xen has `4.13.5-9.39`, with the sign `-`; Linux has `4.19.0+1`, with the sign `+`.
  static func isNumberedBuild(_ release: some StringProtocol, sign: Character) -> Bool {
    let upstream = release.prefix { $0.isNumber || $0 == "." }
    let rest = release.dropFirst(upstream.count)
    let build = rest.dropFirst()
    return rest.first == sign && !build.isEmpty && build.allSatisfy { $0.isNumber || $0 == "." }
      && (sign == "+" || build.contains("."))
  }

  /// The vendor whose mark stands in one of the texts.
  static func vendor(
    in rows: [VendorMark], release: String, builder: String, banner: String = ""
  ) -> String? {
    rows.first { row in
      switch row.place {
      case .release: release.contains(row.mark)
      case .builder: builder.contains(row.mark)
      case .banner: banner.contains(row.mark)
      }
    }?.vendor
  }
}
