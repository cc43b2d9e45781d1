package import Foundation

/// The folders that tests read files from.
package enum Checkout {
    /// The folder of `Package.swift`.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of published vectors and specifications: `$MC_SHARED`, by default `shared` beside the checkout. It may be absent.
    package static let shared =
        ProcessInfo.processInfo.environment["MC_SHARED"].map { URL(filePath: $0) } ?? root.deletingLastPathComponent().appending(path: "shared")
}
