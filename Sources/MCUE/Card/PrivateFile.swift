internal import Glibc

/// A small file that holds secrets: read whole, replaced whole.
enum PrivateFile {
    struct Contents {
        let bytes: [UInt8]
        /// Somebody besides the owner may read it.
        let isOpenToOthers: Bool
    }

    /// - Throws: `.unusable` for what cannot be read or has more than `bytesMax` bytes. The reason never repeats contents.
    static func read(_ path: String, bytesMax: Int) throws(UEError) -> Contents {
        // Safety: the string lives for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var status = stat()
        // Safety: the kernel fills a stat where a stat is.
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure(path) }
        var buffer = [UInt8](repeating: 0, count: bytesMax + 1)
        var count = 0
        while count < buffer.count {
            // Safety: the kernel writes at most what is left of the buffer.
            let more = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress.map { unsafe $0 + count }, $0.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw failure(path) }
            if more == 0 { break }
            count += more
        }
        guard count <= bytesMax else { throw UEError(.unusable, "\(path) has more than \(bytesMax) bytes") }
        return Contents(bytes: Array(buffer.prefix(count)), isOpenToOthers: status.st_mode & (S_IRWXG | S_IRWXO) != 0)
    }

    /// Puts a new file in the place of the old one, readable by its owner alone. A crash leaves the one or the other, whole.
    static func replace(_ path: String, with bytes: [UInt8]) throws(UEError) {
        let draft = "\(path).\(UInt64.random(in: .min ... .max)).new"
        // Safety: the strings live for the calls.
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(draft) }
        do throws(UEError) {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, path: draft)
            guard fsync(descriptor) == 0 else { throw failure(draft) }
        } catch {
            unsafe unlink(draft)
            throw error
        }
        guard unsafe rename(draft, path) == 0 else {
            let error = failure(path)
            unsafe unlink(draft)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(UEError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // Safety: the kernel reads at most the slice's count.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ path: String) -> UEError {
        // Safety: strerror gives a C string; it is copied at once.
        UEError(.unusable, "\(path): \(unsafe String(cString: strerror(errno)))")
    }
}
