internal import Glibc

/// Why a small file cannot be read or written. Two errors are equal when their codes are.
package struct FileError: Error, Sendable {
    package enum Code: Sendable, Hashable {
        /// The path is empty or has a zero byte in it.
        case malformedPath
        /// The file is missing, or this process may not read it.
        case unreadable
        /// The path names a directory, a device or a pipe.
        case notOrdinary
        /// The file has more bytes than its reader takes.
        case tooLarge
        /// Others than the owner of the file may read or write it.
        case openToOthers
        /// The file or its directory cannot be written.
        case cannotWrite
        /// The file is there, and must not be overwritten.
        case alreadyExists
    }

    package let code: Code
    /// One line for a person. It names the file and never repeats its contents.
    package let reason: String
    /// Where it was thrown, as `file:line`.
    package let place: String

    init(_ code: Code, _ reason: String, file: StaticString = #fileID, line: Int = #line) {
        self.code = code
        self.reason = reason
        place = "\(file):\(line)"
    }

    /// What the last system call of this thread complained about: `No such file or directory`.
    package static var systemReason: String {
        // Safety: a text of the C library that stays until this thread's next call; it is copied at once.
        strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    }
}

extension FileError: Equatable {
    package static func == (left: FileError, right: FileError) -> Bool { left.code == right.code }
}

extension FileError: CustomStringConvertible {
    package var description: String { reason }
}
