package import Foundation

/// The 49 messages of RFC 4475, read from beside the checkout: `$MC_SHARED/vectors/sip-torture` or `../shared/vectors/sip-torture`.
package enum TortureMessages {
    package static let folder = Checkout.shared.appending(path: "vectors/sip-torture")

    package static var areThere: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "wsinv.dat").path) }
    package static let missing = "the messages of RFC 4475 are not beside the checkout; set MC_SHARED to the folder that has vectors/sip-torture"

    /// - Parameter name: `wsinv`
    package static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: folder.appending(path: name + ".dat"))) }

    /// The names of all that are there.
    package static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).filter { $0.pathExtension == "dat" }
            .map { $0.deletingPathExtension().lastPathComponent }
    }
}
