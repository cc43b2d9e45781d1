package import Foundation

/// A directory for one test. It is removed when the last reference to it goes.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "mc-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    /// The path of a file in the directory, whether it is there or not.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file that only its owner may read.
    /// - Returns: its path.
    @discardableResult package func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name))
        return file(name)
    }

    /// Copies the files as they are now, as a power cut would leave them, to another directory.
    package func copy() throws -> TemporaryDirectory {
        let other = try TemporaryDirectory()
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            try FileManager.default.copyItem(atPath: file(name), toPath: other.file(name))
        }
        return other
    }
}
