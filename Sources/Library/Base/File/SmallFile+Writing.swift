internal import Glibc

extension SmallFile {
    package enum Replacement: Sendable {
        /// A file of that name gives way.
        case replaces
        /// There must be no file of that name.
        case mustBeNew
    }

    /// Writes a file that everybody may read. A crash leaves the old file or the new one, whole.
    ///
    /// - Throws: `.cannotWrite`, `.alreadyExists`, `.malformedPath`.
    package static func write(_ bytes: [UInt8], to path: String, _ replacement: Replacement = .replaces) throws(FileError) {
        // Safety: lends the array for the call.
        try bytes.span.withUnsafeBytes { bytes throws(FileError) in try write(bytes, to: path, mode: 0o644, replacement) }
    }

    /// Writes a file that nobody but its owner may read, not even for a moment. A crash leaves the old file or the new one, whole.
    ///
    /// - Throws: `.cannotWrite`, `.alreadyExists`, `.malformedPath`.
    package static func write(_ secret: SecretOctets, to path: String, _ replacement: Replacement = .replaces) throws(FileError) {
        try secret.withOctets { bytes throws(FileError) in try write(bytes, to: path, mode: 0o600, replacement) }
    }

    /// Writes a draft beside `path`, brings it to the disk, and gives it the name.
    private static func write(
        _ bytes: UnsafeRawBufferPointer, to path: String, mode: mode_t, _ replacement: Replacement
    ) throws(FileError) {
        try check(path)
        let draft = "\(path).\(UInt64.random(in: .min ... .max)).tmp"
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(path) }
        defer { unlink(draft) }
        try write(bytes, closing: descriptor, path)
        switch replacement {
        case .replaces:
            guard rename(draft, path) == 0 else { throw failure(path) }
        case .mustBeNew:
            // Unlike rename, link never takes the place of a file that is there.
            guard link(draft, path) == 0 else {
                if errno == EEXIST { throw FileError(.alreadyExists, "\(path) is there and is not overwritten") }
                throw failure(path)
            }
        }
        syncDirectory(of: path)
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, closing descriptor: Int32, _ path: String) throws(FileError) {
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            // Safety: reads the rest of the lent bytes.
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    /// Lets the name, too, survive a power cut. A file system that cannot do that is no reason to fail.
    private static func syncDirectory(of path: String) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func failure(_ path: String) -> FileError { FileError(.cannotWrite, "\(path): \(FileError.systemReason)") }
}
