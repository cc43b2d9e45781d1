internal import Glibc

/// Reads small files whole: configuration, keys.
package enum BoundedFile {
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let reason: String
        package var description: String { reason }
    }

    /// - Throws: for what cannot be read or has more than `bytesMax` bytes. The reason never repeats contents.
    package static func read(_ path: String, bytesMax: Int) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(bytesMax, 16_384) + 1)
        while true {
            // Safety: the kernel writes at most the buffer's count into it.
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return contents }
            contents.append(contentsOf: buffer.prefix(count))
            guard contents.count <= bytesMax else { throw Failure(reason: "\(path) has more than \(bytesMax) bytes") }
        }
    }

    private static func failure(_ path: String) -> Failure { Failure(reason: "\(path): \(String(cString: strerror(errno)))") }
}
