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
    // Debug builds, and with them the tests, look for two accesses at once to one property of a class; what is shipped does without.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// Targets without C imports also say where they are memory-unsafe.
let strictAndSafe = strict + [.strictMemorySafety()]

/// What every service is made of.
let service: [Target.Dependency] = [
    "Hops", "HTTPKit", "Locking", "MonotonicClock", "Nhss", "NhssHTTP", "Octets", "ServiceKit",
    .product(name: "ArgumentParser", package: "swift-argument-parser"), .product(name: "Logging", package: "swift-log"),
]

let package = Package(
    name: "mc-migration",
    products: [
        .executable(name: "authdb", targets: ["AuthDB"]),
        .executable(name: "primary-mms", targets: ["PrimaryMMS"]),
        .executable(name: "partner-mms", targets: ["PartnerMMS"]),
        .executable(name: "sip-core-stub", targets: ["SipCoreStub"]),
        .executable(name: "mc-ue", targets: ["MCUE"]),
        .executable(name: "mmsctl", targets: ["mmsctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // C shims: declarations only, no logic.
        .target(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        // Libraries.
        .target(name: "Locking", swiftSettings: strict),
        .target(name: "MonotonicClock", swiftSettings: strict),
        .target(name: "Octets", swiftSettings: strict),
        .target(name: "AKA", dependencies: ["COpenSSL", "Octets"], swiftSettings: strict),
        .target(name: "Storage", dependencies: ["Locking", "CSQLite"], swiftSettings: strict),
        .target(name: "SIP", dependencies: ["Octets"], swiftSettings: strictAndSafe),
        // What is shipped allocates with mimalloc: glibc's malloc keeps seven blocks of a size at hand, and a loop answers dozens of requests a turn.
        .target(
            name: "HTTPKit", dependencies: ["Locking", "MonotonicClock", "Octets", "CLinux", "CNGHTTP2", "COpenSSL"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("mimalloc", .when(configuration: .release))]),
        .target(name: "PKI", dependencies: ["COpenSSL", "Octets"], swiftSettings: strict),
        .target(name: "Nhss", dependencies: ["MonotonicClock", "Octets"], swiftSettings: strictAndSafe),
        .target(name: "NhssHTTP", dependencies: ["Nhss", "HTTPKit", "MonotonicClock", "Octets"], swiftSettings: strictAndSafe),

        .target(
            name: "ServiceKit",
            dependencies: [
                "CLinux", "HTTPKit", "Locking", "MonotonicClock", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .target(name: "Records", dependencies: ["Locking", "HTTPKit", "Nhss", "ServiceKit", "Storage"], swiftSettings: strictAndSafe),

        .target(
            name: "Hops", dependencies: ["HTTPKit", "MonotonicClock", "Nhss", "NhssHTTP", "ServiceKit", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strictAndSafe),

        // Services and tools.
        .executableTarget(name: "AuthDB", dependencies: service + ["AKA", "Records", "Storage"], swiftSettings: strictAndSafe),
        .executableTarget(name: "PrimaryMMS", dependencies: service + ["Records", "Storage"], swiftSettings: strictAndSafe),
        .executableTarget(name: "PartnerMMS", dependencies: service + ["Records", "Storage"], swiftSettings: strictAndSafe),
        .executableTarget(name: "SipCoreStub", dependencies: service + ["AKA", "SIP"], swiftSettings: strictAndSafe),
        .executableTarget(
            name: "MCUE",
            dependencies: ["AKA", "HTTPKit", "MonotonicClock", "Octets", "SIP", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strictAndSafe),
        .executableTarget(
            name: "mmsctl", dependencies: ["HTTPKit", "PKI", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strictAndSafe),

        // Tests mirror the targets.
        .target(name: "ContractSuite", dependencies: ["Locking", "MonotonicClock", "Nhss"], path: "Tests/ContractSuite", swiftSettings: strictAndSafe),
        .testTarget(name: "MonotonicClockTests", dependencies: ["MonotonicClock"], swiftSettings: strict),
        .testTarget(name: "OctetsTests", dependencies: ["Octets"], swiftSettings: strict),
        .testTarget(name: "AKATests", dependencies: ["AKA", "Octets"], resources: [.copy("Vectors")], swiftSettings: strict),
        .testTarget(name: "StorageTests", dependencies: ["Locking", "MonotonicClock", "Storage"], swiftSettings: strict),
        .testTarget(name: "SIPTests", dependencies: ["SIP", "Octets"], swiftSettings: strict),
        .testTarget(name: "HTTPKitTests", dependencies: ["CNGHTTP2", "Locking", "MonotonicClock", "HTTPKit", "Octets", "PKI"], swiftSettings: strict),
        .testTarget(
            name: "SipCoreStubTests",
            dependencies: ["Locking", "MonotonicClock", "SipCoreStub", "AKA", "HTTPKit", "Nhss", "NhssHTTP", "Octets", "ServiceKit", "SIP"],
            swiftSettings: strict),
        .testTarget(name: "NhssTests", dependencies: ["Nhss", "Octets"], swiftSettings: strict),
        .testTarget(
            name: "NhssHTTPTests", dependencies: ["Locking", "MonotonicClock", "NhssHTTP", "Nhss", "HTTPKit", "Octets"], resources: [.copy("Golden")],
            swiftSettings: strict),
        .testTarget(
            name: "AuthDBTests",
            dependencies: ["Locking", "AKA", "AuthDB", "ContractSuite", "Hops", "HTTPKit", "Nhss", "NhssHTTP", "Octets", "Records", "ServiceKit", "Storage"],
            swiftSettings: strict),
        .testTarget(
            name: "ServiceKitTests",
            dependencies: ["Locking", 
                "HTTPKit", "ServiceKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        .testTarget(
            name: "PartnerMMSTests", dependencies: ["ContractSuite", "HTTPKit", "Nhss", "PartnerMMS", "Records", "ServiceKit", "Storage"],
            swiftSettings: strict),
        .testTarget(
            name: "PrimaryMMSTests", dependencies: ["Locking", "MonotonicClock", "ContractSuite", "Nhss", "PrimaryMMS", "Records", "ServiceKit", "Storage"],
            swiftSettings: strict),
        .testTarget(name: "PKITests", dependencies: ["PKI"], swiftSettings: strict),
        .testTarget(name: "mmsctlTests", dependencies: ["mmsctl"], swiftSettings: strict),

        // Starts the built services as processes.
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["Locking", "MonotonicClock", "AKA", "AuthDB", "HTTPKit", "MCUE", "PKI", "PartnerMMS", "PrimaryMMS", "SipCoreStub", "mmsctl"],
            swiftSettings: strict),
    ]
)
