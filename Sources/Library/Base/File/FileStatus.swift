internal import Glibc

/// What the system tells of a file without opening it.
package struct FileStatus: Sendable {
    /// The device and the number of the file on it. A file keeps them when it gets another name; a copy has others.
    package struct Identity: Sendable, Equatable {
        let device: UInt64
        let number: UInt64
    }

    package let identity: Identity
    package let byteCount: Int64
    /// When the contents were last written, since 1970.
    package let modificationTime: Duration
    /// False for a directory, a device, a pipe or a socket.
    package let isOrdinary: Bool
    package let isDirectory: Bool
    /// Whether the group of the file or everybody may read, write or execute it.
    package let isOpenToOthers: Bool

    /// Follows symbolic links.
    ///
    /// - Returns: nil where no file of that name can be found.
    package init?(_ path: String) {
        guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
        var status = stat()
        // Safety: fills one structure that outlives the call.
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        isOrdinary = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        modificationTime = .seconds(Int64(status.st_mtim.tv_sec)) + .nanoseconds(Int64(status.st_mtim.tv_nsec))
        byteCount = Int64(status.st_size)
        isOpenToOthers = status.st_mode & (S_IRWXG | S_IRWXO) != 0
    }
}
