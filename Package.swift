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
let service: [Target.Dependency] = ["Base", "Callbacks", "Chain", "HTTPKit", "Nhss", "NhssHTTP", "SBI", "ServiceKit", .argumentParser]

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let logging = product(name: "Logging", package: "swift-log")
}

/// A target in `Sources/Library`.
func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting] = strictAndSafe) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Library/\(name)", swiftSettings: settings)
}

/// A library of the system in `Sources/System`.
func system(_ name: String, pkgConfig: String, debian: String) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([debian])])
}

/// The tests of a target: `Tests/` has the folders of `Sources/`.
func tests(
    _ folder: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    let name = folder.split(separator: "/").last.map(String.init) ?? folder
    return .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["Support"], path: "Tests/\(folder)", exclude: exclude, resources: resources,
        swiftSettings: strict)
}

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
        // C: declarations only, no logic.
        .target(name: "CLinux", path: "Sources/System/CLinux"),
        system("COpenSSL", pkgConfig: "openssl", debian: "libssl-dev"),
        system("CNGHTTP2", pkgConfig: "libnghttp2", debian: "libnghttp2-dev"),
        system("CSQLite", pkgConfig: "sqlite3", debian: "libsqlite3-dev"),

        // Libraries.
        library("Base", ["CLinux"], strict),
        library("Vectors", ["Base"]),
        library("AKA", ["Base", "COpenSSL", "Vectors"], strict),
        library("Store", ["Base"]),
        library("SQLiteStore", ["Base", "CSQLite", "Store"], strict),
        library("SIP", ["Base"]),
        library("PKI", ["Base", "COpenSSL"], strict),
        library("Nhss", ["Base", "Vectors"]),
        library("SBI", ["HTTPKit"]),
        library("NhssHTTP", ["Base", "HTTPKit", "Nhss", "SBI", "Vectors"]),
        library("Flow", ["Base", "HTTPKit"]),
        library("ServiceKit", ["Base", "Flow", "HTTPKit", "SBI", "Store", .argumentParser, .logging], strict),
        library("Callbacks", ["Base", "Nhss", "Store"]),
        library("NhssSQLite", ["Base", "Callbacks", "Nhss", "SQLiteStore", "Store"]),
        library("Chain", ["Base", "Callbacks", "Flow", "HTTPKit", "Nhss", "NhssHTTP", "SBI", "ServiceKit", "Store", .logging]),

        // What is shipped allocates with mimalloc: glibc's malloc keeps seven blocks of a size at hand, and a loop answers dozens of requests a turn.
        .target(
            name: "HTTPKit", dependencies: ["Base", "CLinux", "CNGHTTP2", "COpenSSL"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("mimalloc", .when(configuration: .release))]),

        // Services and tools.
        .executableTarget(
            name: "AuthDB", dependencies: service + ["AKA", "NhssSQLite", "SQLiteStore", "Store", "Vectors", .logging], swiftSettings: strictAndSafe),
        .executableTarget(name: "PrimaryMMS", dependencies: service + ["NhssSQLite", "SQLiteStore", "Store"], swiftSettings: strictAndSafe),
        .executableTarget(name: "PartnerMMS", dependencies: service + ["NhssSQLite", "SQLiteStore", "Store"], swiftSettings: strictAndSafe),
        .executableTarget(
            name: "SipCoreStub", dependencies: service + ["AKA", "Flow", "NhssSQLite", "SIP", "SQLiteStore", "Store", "Vectors", .logging],
            swiftSettings: strictAndSafe),
        .executableTarget(name: "MCUE", dependencies: ["AKA", "Base", "HTTPKit", "SIP", "Vectors", .argumentParser], swiftSettings: strictAndSafe),
        .executableTarget(name: "mmsctl", dependencies: ["Base", "Flow", "HTTPKit", "PKI", .argumentParser], swiftSettings: strictAndSafe),

        // Tests.
        .target(name: "Support", dependencies: ["Base"], path: "Tests/Support", swiftSettings: strictAndSafe),
        .target(
            name: "Contracts", dependencies: ["Base", "Callbacks", "HTTPKit", "Nhss", "ServiceKit", "Store", "Vectors"], path: "Tests/Contracts",
            swiftSettings: strictAndSafe),
        tests("Library/Base", ["Base"]),
        tests("Library/Vectors", ["Base", "Vectors"]),
        tests("Library/AKA", ["AKA", "Base", "Vectors"], resources: [.copy("Vectors")]),
        tests("Library/Store", ["Base", "Store"]),
        tests("Library/SQLiteStore", ["Base", "SQLiteStore", "Store"]),
        tests("Library/SIP", ["Base", "SIP"]),
        tests("Library/PKI", ["Base", "PKI"]),
        tests("Library/Nhss", ["Base", "Nhss"]),
        tests("Library/SBI", ["HTTPKit", "SBI"]),
        tests("Library/NhssHTTP", ["Base", "Contracts", "HTTPKit", "Nhss", "NhssHTTP", "SBI", "Vectors"], resources: [.copy("Golden")]),
        tests("Library/NhssSQLite", ["Base", "Callbacks", "Nhss", "NhssSQLite", "SQLiteStore", "Store"]),
        tests("Library/Flow", ["Base", "Flow", "HTTPKit"]),
        tests("Library/ServiceKit", ["Base", "Contracts", "Flow", "HTTPKit", "ServiceKit", "Store", .argumentParser, .logging]),
        tests(
            "Library/Chain",
            ["Base", "Callbacks", "Chain", "Contracts", "HTTPKit", "Nhss", "NhssHTTP", "SBI", "ServiceKit", "Store", .argumentParser]),
        tests("HTTPKit", ["Base", "CNGHTTP2", "HTTPKit", "PKI"]),
        tests(
            "AuthDB",
            [
                "AKA", "AuthDB", "Base", "Callbacks", "Chain", "Contracts", "HTTPKit", "Nhss", "NhssHTTP", "NhssSQLite", "SBI", "ServiceKit",
                "SQLiteStore", "Store", "Vectors",
            ]),
        tests("PrimaryMMS", ["Base", "Callbacks", "Contracts", "HTTPKit", "Nhss", "NhssSQLite", "PrimaryMMS", "ServiceKit", "SQLiteStore", "Store"]),
        tests("PartnerMMS", ["Base", "Callbacks", "Contracts", "HTTPKit", "Nhss", "NhssSQLite", "PartnerMMS", "ServiceKit", "SQLiteStore", "Store"]),
        tests(
            "SipCoreStub",
            [
                "AKA", "Base", "Callbacks", "Contracts", "HTTPKit", "Nhss", "NhssHTTP", "ServiceKit", "SIP", "SipCoreStub", "SQLiteStore", "Store",
                "Vectors",
            ]),
        tests("MCUE", ["AKA", "Base", "HTTPKit", "MCUE", "SIP", "Vectors", .argumentParser]),
        tests("mmsctl", ["Base", "Flow", "HTTPKit", "PKI", "mmsctl"]),

        // Starts the built services as processes.
        tests(
            "EndToEnd", ["AKA", "AuthDB", "Base", "HTTPKit", "MCUE", "PKI", "PartnerMMS", "PrimaryMMS", "SIP", "SipCoreStub", "Vectors", "mmsctl"],
            exclude: ["TLS/http_client.py"]),
    ]
)
