// swift-tools-version: 6.2
import PackageDescription

/// Every target of the house is built with these.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Targets without C imports also say where they are memory-unsafe.
let strictAndSafe = strict + [.strictMemorySafety()]

let package = Package(
    name: "mc-migration",
    targets: [
        // C shims: declarations only, no logic.
        .target(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        // Libraries.
        .target(name: "Octets", swiftSettings: strict),
        .target(name: "AKA", dependencies: ["COpenSSL", "Octets"], swiftSettings: strict),
        .target(name: "Storage", dependencies: ["CSQLite"], swiftSettings: strict),
        .target(name: "SIP", dependencies: ["Octets"], swiftSettings: strictAndSafe),
        .target(name: "HTTPKit", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "Nhss", dependencies: ["Octets"], swiftSettings: strictAndSafe),
        .target(name: "NhssHTTP", dependencies: ["Nhss", "HTTPKit", "Octets"], swiftSettings: strictAndSafe),

        // Tests mirror the targets.
        .testTarget(name: "OctetsTests", dependencies: ["Octets"], swiftSettings: strict),
        .testTarget(name: "AKATests", dependencies: ["AKA", "Octets"], resources: [.copy("Vectors")], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["Storage"], swiftSettings: strict),
        .testTarget(name: "SIPTests", dependencies: ["SIP", "Octets"], swiftSettings: strict),
        .testTarget(name: "HTTPKitTests", dependencies: ["HTTPKit"], swiftSettings: strict),
        .testTarget(name: "NhssTests", dependencies: ["Nhss", "Octets"], swiftSettings: strict),
        .testTarget(name: "NhssHTTPTests", dependencies: ["NhssHTTP", "Nhss", "HTTPKit", "Octets"], resources: [.copy("Golden")], swiftSettings: strict),
    ]
)
