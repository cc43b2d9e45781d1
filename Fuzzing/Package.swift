// swift-tools-version: 6.2
import PackageDescription

/// The language the code under test is written in; its warnings are the main package's business.
let language: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// Whether Sources/HTTPKit/HTTP2 is there: then `HTTP2Fuzzer.swift` is built, and `http2` is a fuzzer.
let hasHTTP2 = true

// A package of its own, because every file in it has to be instrumented. The code under test is in it through symbolic links: what is
// `package` there is `package` here.
let package = Package(
    name: "mc-migration-fuzzing",
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl"),
        .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2"),
        .target(name: "Base", dependencies: ["CLinux"], swiftSettings: language),
        .target(name: "Vectors", dependencies: ["Base"], swiftSettings: language),
        .target(name: "AKA", dependencies: ["COpenSSL", "Base", "Vectors"], swiftSettings: language),
        .target(name: "SIP", dependencies: ["Base"], swiftSettings: language),
        .target(name: "HTTPKit", dependencies: ["Base", "CLinux", "CNGHTTP2", "COpenSSL"], swiftSettings: language),
        .target(name: "Nhss", dependencies: ["Base", "Vectors"], swiftSettings: language),
        .target(name: "SBI", dependencies: ["HTTPKit"], swiftSettings: language),
        .target(name: "NhssHTTP", dependencies: ["Nhss", "HTTPKit", "SBI", "Base", "Vectors"], swiftSettings: language),
        .executableTarget(
            name: "Fuzz", dependencies: ["AKA", "Base", "HTTPKit", "Nhss", "NhssHTTP", "SIP", "Vectors"],
            exclude: hasHTTP2 ? [] : ["HTTP2Fuzzer.swift"],
            swiftSettings: language + [.treatAllWarnings(as: .error)] + (hasHTTP2 ? [.define("HTTP2")] : [])),
    ]
)
