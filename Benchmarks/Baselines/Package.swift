// swift-tools-version: 6.2
import PackageDescription

// What HTTPKit is measured against. A package of its own: its first build takes minutes, and nothing of the house depends on it.
let package = Package(
    name: "baselines",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .executableTarget(
            name: "HummingbirdServer",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"), .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"), .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .executableTarget(name: "FlyingFoxServer", dependencies: [.product(name: "FlyingFox", package: "FlyingFox")]),
    ]
)
