// swift-tools-version: 6.2
import PackageDescription

// The servers of the measurements. The declarations of the house are `package`, so its targets are built here once more, through links.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let package = Package(
    name: "benchmarks",
    products: [.executable(name: "KitServer", targets: ["KitServer"]), .executable(name: "VectorTimer", targets: ["VectorTimer"])],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl"),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2"),
        .target(name: "Base", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "Vectors", dependencies: ["Base"], swiftSettings: strict),
        .target(
            name: "HTTPKit", dependencies: ["Base", "CLinux", "CNGHTTP2", "COpenSSL"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("mimalloc", .when(configuration: .release))]),
        .target(name: "Nhss", dependencies: ["Base", "Vectors"], swiftSettings: strict),
        .target(name: "SBI", dependencies: ["HTTPKit"], swiftSettings: strict),
        .target(name: "NhssHTTP", dependencies: ["Nhss", "HTTPKit", "SBI", "Base", "Vectors"], swiftSettings: strict),
        .target(name: "AKA", dependencies: ["COpenSSL", "Base", "Vectors"], swiftSettings: strict),
        .executableTarget(name: "VectorTimer", dependencies: ["AKA", "Base", "Vectors"], swiftSettings: strict),
        .executableTarget(name: "KitServer", dependencies: ["HTTPKit", "Nhss", "NhssHTTP", "SBI", "Base", "Vectors"], swiftSettings: strict),
    ]
)
