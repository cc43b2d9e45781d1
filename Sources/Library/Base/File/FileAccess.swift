internal import Glibc

/// Why this process cannot use a file, in words, where whoever tried says no more than that it failed.
package enum FileAccess {
    /// Answers as `faccessat` does for the effective user: 0, or the number of the error.
    package typealias Question = (_ path: String, _ mode: Int32) -> Int32

    /// Why the file cannot be read and written. The file is not opened: its locks stay as they are.
    ///
    /// - Parameter question: for tests, which run as a user who may do everything.
    /// - Returns: `it is a directory`, `Permission denied`; nil where nothing stands in the way.
    package static func hindrance(_ path: String, asking question: Question = ask) -> String? {
        if let status = FileStatus(path), !status.isOrdinary { return status.isDirectory ? "it is a directory" : "it is no ordinary file" }
        return reason(question(path, R_OK | W_OK))
    }

    /// Why no file can be made in the directory.
    ///
    /// - Parameter question: as above.
    /// - Returns: nil where nothing stands in the way.
    package static func hindrance(makingFilesIn directory: String, asking question: Question = ask) -> String? {
        reason(question(directory, W_OK | X_OK))
    }

    private static func reason(_ number: Int32) -> String? {
        // Safety: a text of the C library that stays until this thread's next call; it is copied at once.
        number == 0 ? nil : strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    package static func ask(_ path: String, _ mode: Int32) -> Int32 {
        guard !path.isEmpty, !path.utf8.contains(0) else { return EINVAL }
        return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 ? 0 : errno
    }
}
