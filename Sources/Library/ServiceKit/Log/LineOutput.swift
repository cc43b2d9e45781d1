internal import Glibc

/// A place that log lines are written to, each in one piece.
package struct LineOutput: Sendable {
    /// Writes a line, which ends with its line feed.
    ///
    /// - Returns: whether the line was written.
    package private(set) var write: @Sendable (_ line: [UInt8]) -> Bool

    /// - Parameter write: never fails.
    package init(_ write: @escaping @Sendable (_ line: [UInt8]) -> Void) {
        self.write = { line in
            write(line)
            return true
        }
    }

    /// - Parameter write: returns whether the line was written.
    static func trying(_ write: @escaping @Sendable (_ line: [UInt8]) -> Bool) -> LineOutput {
        var output = LineOutput { _ in }
        output.write = write
        return output
    }

    /// Standard error, with one write(2) for each line. It blocks while nobody reads what was written before, so only a `LogWriter` may use it.
    package static let standardError = trying { line in
        var rest = line[...]
        while !rest.isEmpty {
            // Safety: the kernel reads at most the slice's count from it.
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Whoever started the program has made the descriptor non-blocking.
                var waiting = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
                continue
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
