internal import Base
internal import Glibc

/// A lock on a directory, held until the value goes. No other process works in the directory meanwhile.
struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: `.unreadable` where the directory is missing, `.busy` while another process holds the lock.
    init(_ path: String) throws(PKIError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw PKIError(.unreadable, "the directory's path is empty or has a zero octet") }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PKIError(.unreadable, "\(path): \(FileError.systemReason)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isBusy = errno == EWOULDBLOCK
            let error = PKIError(isBusy ? .busy : .unreadable, "\(path): \(isBusy ? "another process works on this PKI" : FileError.systemReason)")
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes the directory where it is missing.
    static func makeDirectory(_ path: String) throws(PKIError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw PKIError(.cannotWrite, "the directory's path is empty or has a zero octet") }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw PKIError(.cannotWrite, "\(path): \(FileError.systemReason)") }
    }
}
