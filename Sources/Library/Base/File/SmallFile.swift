internal import Glibc

/// Files that are read and written whole: configuration, keys, certificates, and the kernel's files under `/proc`.
///
///     let key = try SmallFile.readSecret("isim.json", bytesMax: 4_096, .onlyForOwner)
///     try SmallFile.write(key, to: "copy.json")
package enum SmallFile {
    /// What a file must be, besides being small.
    package struct Demands: OptionSet, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// An ordinary file. A directory, a device or a pipe is refused, and opening it never waits.
        package static let ordinary = Demands(rawValue: 1)
        /// Nobody but the owner of the file may read or write it.
        package static let onlyForOwner = Demands(rawValue: 2)
    }

    /// - Throws: `.unreadable`, `.tooLarge`, `.malformedPath`; as demanded, `.notOrdinary` and `.openToOthers`.
    package static func read(_ path: String, bytesMax: Int, _ demands: Demands = []) throws(FileError) -> [UInt8] {
        try withContents(of: path, bytesMax, demands) { Array($0) }
    }

    /// Reads a file that holds keys. Its bytes are wiped when the last owner releases them.
    ///
    /// - Throws: as `read`.
    package static func readSecret(_ path: String, bytesMax: Int, _ demands: Demands = []) throws(FileError) -> SecretOctets {
        try withContents(of: path, bytesMax, demands) { SecretOctets($0) }
    }

    /// Lends the contents to `body`. They are wiped afterwards, because they may be a key.
    private static func withContents<Result>(
        of path: String, _ bytesMax: Int, _ demands: Demands, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(FileError) -> Result {
        let descriptor = try open(path, demands)
        defer { close(descriptor) }
        // Safety: made, wiped and freed here; every read stays within it. One byte more than allowed tells a file that is too large.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytesMax + 1, alignment: 16)
        var count = 0
        defer {
            if let start = buffer.baseAddress { explicit_bzero(start, count) }
            buffer.deallocate()
        }
        while count < buffer.count {
            let more = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw FileError(.unreadable, "\(path): \(FileError.systemReason)") }
            if more == 0 { return body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            count += more
        }
        throw FileError(.tooLarge, "\(path) has more than \(bytesMax) bytes")
    }

    /// - Returns: a descriptor for reading, which the caller closes.
    private static func open(_ path: String, _ demands: Demands) throws(FileError) -> Int32 {
        try check(path)
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | (demands.contains(.ordinary) ? O_NONBLOCK : 0))
        guard descriptor >= 0 else { throw FileError(.unreadable, "\(path): \(FileError.systemReason)") }
        do throws(FileError) { try check(descriptor, path, demands) } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    static func check(_ path: String) throws(FileError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw FileError(.malformedPath, "a path is empty or has a zero byte") }
    }

    private static func check(_ descriptor: Int32, _ path: String, _ demands: Demands) throws(FileError) {
        guard !demands.isEmpty else { return }
        var status = stat()
        // Safety: fills one structure that outlives the call.
        guard fstat(descriptor, &status) == 0 else { throw FileError(.unreadable, "\(path): \(FileError.systemReason)") }
        if demands.contains(.ordinary), status.st_mode & S_IFMT != S_IFREG { throw FileError(.notOrdinary, "\(path): not a file") }
        if demands.contains(.onlyForOwner), FileStatus(status).isOpenToOthers { throw openToOthers(path) }
    }

    /// Refuses a file that others than its owner may use, without opening it: for files that a library opens by their name.
    ///
    /// - Throws: `.openToOthers`. What is missing or no ordinary file passes: whoever opens it says so.
    package static func checkOnlyForOwner(_ path: String) throws(FileError) {
        if let status = FileStatus(path), status.isOrdinary, status.isOpenToOthers { throw openToOthers(path) }
    }

    private static func openToOthers(_ path: String) -> FileError {
        FileError(.openToOthers, "\(path) may be read or written by others than its owner")
    }
}
