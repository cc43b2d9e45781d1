internal import Base
import COpenSSL
internal import Glibc

/// Files, read within a bound and written whole or not at all.
enum FileStore {
    enum Replacement { case replaces, mustBeNew }

    /// - Throws: `.unreadable` with the system's reason, `.tooLarge`; both name the file.
    static func read(_ path: String) throws(PKIError) -> SecretOctets {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw PKIError(.unreadable, "a path is empty or has a zero octet") }
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw PKIError(.unreadable, "\(path): \(reason())") }
        defer { close(descriptor) }
        var status = stat()
        // Safety: fills one structure that outlives the call.
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw PKIError(.unreadable, "\(path): not a file") }
        guard status.st_size <= Limits.fileBytesMax else { throw PKIError(.tooLarge, "\(path): more than \(Limits.fileBytesMax) octets") }
        return try read(descriptor, path)
    }

    private static func read(_ descriptor: Int32, _ path: String) throws(PKIError) -> SecretOctets {
        // Safety: made, wiped and freed here; every read stays within it.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Limits.fileBytesMax + 1, alignment: 16)
        var count = 0
        defer {
            OPENSSL_cleanse(buffer.baseAddress, count)
            buffer.deallocate()
        }
        while count < buffer.count {
            let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw PKIError(.unreadable, "\(path): \(reason())") }
            if got == 0 { return SecretOctets(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            count += got
        }
        throw PKIError(.tooLarge, "\(path): more than \(Limits.fileBytesMax) octets")
    }

    /// Writes a file beside `path`, syncs it, and gives it the name.
    ///
    /// - Throws: `.alreadyExists` where the file must be new and is not; `.cannotWrite`.
    static func write(
        _ octets: UnsafeRawBufferPointer, to path: String, mode: mode_t, _ replacement: Replacement = .replaces
    ) throws(PKIError) {
        guard !path.utf8.contains(0) else { throw PKIError(.cannotWrite, "a path has a zero octet") }
        let temporary = "\(path).\(try SerialNumber.random()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw PKIError(.cannotWrite, "\(path): \(reason())") }
        defer { unlink(temporary) }
        try write(octets, closing: descriptor, path)
        switch replacement {
        case .replaces:
            guard rename(temporary, path) == 0 else { throw PKIError(.cannotWrite, "\(path): \(reason())") }
        case .mustBeNew:
            // Unlike rename, link never takes the place of a file that is there.
            guard link(temporary, path) == 0 else {
                if errno == EEXIST { throw PKIError(.alreadyExists, "\(path) is there and is not overwritten") }
                throw PKIError(.cannotWrite, "\(path): \(reason())")
            }
        }
        syncDirectory(of: path)
    }

    static func write(_ octets: [UInt8], to path: String, _ replacement: Replacement = .replaces) throws(PKIError) {
        // Safety: lends the array for the call.
        try octets.span.withUnsafeBytes { octets throws(PKIError) in try write(octets, to: path, mode: 0o644, replacement) }
    }

    /// For keys: nobody but the owner reads them, not even for a moment.
    static func write(_ octets: SecretOctets, to path: String, _ replacement: Replacement = .replaces) throws(PKIError) {
        try octets.withOctets { octets throws(PKIError) in try write(octets, to: path, mode: 0o600, replacement) }
    }

    private static func write(_ octets: UnsafeRawBufferPointer, closing descriptor: Int32, _ path: String) throws(PKIError) {
        defer { close(descriptor) }
        var rest = octets[...]
        while !rest.isEmpty {
            // Safety: reads the rest of the lent octets.
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PKIError(.cannotWrite, "\(path): \(reason())") }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw PKIError(.cannotWrite, "\(path): \(reason())") }
    }

    /// So that the name, too, survives a power cut. A file system that cannot is no reason to fail.
    private static func syncDirectory(of path: String) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// What the last system call complained about.
    static func reason() -> String {
        // Safety: a text of the C library's that this thread keeps until its next call.
        strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    }
}
