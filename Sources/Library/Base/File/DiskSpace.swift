internal import Glibc

/// The file system that a file lies on.
package enum DiskSpace {
    /// The bytes that a process without privileges may still write.
    ///
    /// - Returns: nil where the system does not tell.
    package static func freeBytes(at path: String) -> Int64? {
        guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
        var status = statvfs()
        // Safety: fills one structure that outlives the call.
        guard statvfs(path, &status) == 0 else { return nil }
        let (bytes, overflow) = Int64(clamping: status.f_bavail).multipliedReportingOverflow(by: Int64(clamping: status.f_frsize))
        return overflow ? .max : bytes
    }

    /// Makes a file of some bytes, waits until it is on the disk, and removes it.
    ///
    /// - Parameter path: the name of the file. A file of that name is replaced.
    /// - Returns: how long the writing and the sync took.
    /// - Throws: `.cannotWrite`, `.malformedPath`.
    package static func timeSync(_ path: String, byteCount: Int) throws(FileError) -> Duration {
        try SmallFile.check(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(.cannotWrite, "\(path): \(FileError.systemReason)") }
        defer {
            unlink(path)
            close(descriptor)
        }
        let bytes = [UInt8](repeating: 0, count: byteCount)
        let began = Instant.now
        // Safety: the kernel reads at most the array's count from it.
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written >= 0 else { throw FileError(.cannotWrite, "\(path): \(FileError.systemReason)") }
        guard written == byteCount else { throw FileError(.cannotWrite, "\(path): only \(written) of \(byteCount) bytes were written") }
        guard fdatasync(descriptor) == 0 else { throw FileError(.cannotWrite, "\(path): \(FileError.systemReason)") }
        return Instant.now - began
    }
}
