// swift-tools-version: 6.2

import PackageDescription

/// Swift 6 mode and every strictness flag that catches a defect here; a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let tomlKit = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

// What a target may import is held by ArchitectureTests; the table there and this list agree.
let package = Package(
  name: "xenquirks",
  products: [.executable(name: "xenquirks", targets: ["xenquirks"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // The pure middle: values to values, no I/O.
    .target(name: "HostModel", swiftSettings: strict),
    .target(name: "QuirkEngine", dependencies: ["HostModel"], swiftSettings: strict),
    .target(
      name: "QuirkSyntax", dependencies: ["HostModel", "QuirkEngine", tomlKit],
      swiftSettings: strict),
    .target(
      name: "QuirkData", dependencies: ["QuirkEngine"],

      exclude: ["quirks/README.md", "quirks/REFERENCE.md", "quirks/machines"],
      swiftSettings: strict,
      plugins: ["EmbedQuirks"]),
    .target(name: "BootAdvice", dependencies: ["HostModel", "QuirkEngine"], swiftSettings: strict),
    .target(
      name: "BootConfig", dependencies: ["BootAdvice", "HostModel"], swiftSettings: strict),
    .target(
      name: "QuirkProof", dependencies: ["BootAdvice", "HostModel", "QuirkEngine", "QuirkSyntax"],
      swiftSettings: strict),
    .target(name: "HostSnapshot", dependencies: ["HostModel"], swiftSettings: strict),
    .target(
      name: "ReportComparison", dependencies: ["HostModel", "HostSnapshot"], swiftSettings: strict),
    .target(
      name: "ReportRendering",
      dependencies: ["HostModel", "QuirkEngine", "BootAdvice", "ReportComparison"],
      swiftSettings: strict),

    // The edges: all that touches the machine.
    .systemLibrary(name: "CLinuxFiles"),
    .target(
      name: "SystemAccess", dependencies: ["CLinuxFiles", system], swiftSettings: strict),
    .systemLibrary(
      name: "CLibpci", pkgConfig: "libpci",
      providers: [.apt(["libpci-dev"]), .yum(["pciutils-devel"])]),
    .target(name: "CPCIShims", dependencies: ["CLibpci"]),
    .target(
      name: "PCIAccess", dependencies: ["HostModel", "CLibpci", "CPCIShims"],
      swiftSettings: strict),
    .systemLibrary(
      name: "CLibudev", pkgConfig: "libudev",
      providers: [.apt(["libudev-dev"]), .yum(["systemd-devel"])]),
    .target(name: "UdevAccess", dependencies: ["HostModel", "CLibudev"], swiftSettings: strict),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .yum(["zlib-devel"])]),
    .target(name: "GzipAccess", dependencies: ["CZlib"], swiftSettings: strict),
    .target(name: "CTSCWarp"),
    .target(
      name: "XenTools", dependencies: ["HostModel", "SystemAccess", subprocess, system],
      swiftSettings: strict),
    .target(
      name: "HostProbes",
      dependencies: [
        "CTSCWarp", "GzipAccess", "HostModel", "SystemAccess", "PCIAccess", "UdevAccess",
        "XenTools",
      ],
      swiftSettings: strict),

    // The command and the build tool.
    .executableTarget(
      name: "xenquirks",
      dependencies: [
        "HostModel", "QuirkEngine", "QuirkSyntax", "QuirkData", "QuirkProof", "BootAdvice",
        "BootConfig", "GzipAccess", "HostSnapshot", "ReportComparison", "ReportRendering",
        "SystemAccess", "HostProbes", argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "compile-quirks", dependencies: ["QuirkSyntax", "QuirkEngine"], swiftSettings: strict),
    // Tests: values from TestSupport, one folder for each target.
    .target(
      name: "TestSupport", dependencies: ["HostModel", "QuirkProof", "SystemAccess"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "HostModelTests", dependencies: ["HostModel", "QuirkProof", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "QuirkEngineTests",
      dependencies: ["HostModel", "QuirkEngine", "QuirkProof", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "QuirkSyntaxTests", dependencies: ["QuirkEngine", "QuirkSyntax"],
      swiftSettings: strict),
    .testTarget(
      name: "QuirkProofTests",
      dependencies: ["HostModel", "QuirkEngine", "QuirkProof", "QuirkSyntax"],
      swiftSettings: strict),
    .testTarget(
      name: "QuirkDataTests",
      dependencies: [
        "BootAdvice", "HostModel", "QuirkData", "QuirkEngine", "QuirkProof", "QuirkSyntax",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "BootConfigTests", dependencies: ["BootConfig", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "HostModel", "HostSnapshot", "QuirkProof", "TestSupport", "xenquirks", subprocess, system,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "HostSnapshotTests",
      dependencies: ["HostModel", "HostSnapshot", "QuirkProof", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ReportComparisonTests", dependencies: ["HostSnapshot", "ReportComparison"],
      swiftSettings: strict),
    .testTarget(
      name: "SystemAccessTests", dependencies: ["SystemAccess", "TestSupport", system],
      swiftSettings: strict),
    .testTarget(
      name: "PCIAccessTests", dependencies: ["HostModel", "PCIAccess"], swiftSettings: strict),
    .testTarget(
      name: "GzipAccessTests", dependencies: ["GzipAccess", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "UdevAccessTests", dependencies: ["HostModel", "UdevAccess"], swiftSettings: strict),
    .testTarget(
      name: "XenToolsTests", dependencies: ["HostModel", "TestSupport", "XenTools"],
      swiftSettings: strict),
    .testTarget(
      name: "HostProbesTests",
      dependencies: ["HostModel", "HostProbes", "QuirkData", "SystemAccess", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .plugin(name: "EmbedQuirks", capability: .buildTool(), dependencies: ["compile-quirks"]),
  ],
  swiftLanguageModes: [.v6]
)
