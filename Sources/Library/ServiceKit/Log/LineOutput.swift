internal import Glibc

/// A place that log lines are written to, each in one piece.
package struct LineOutput: Sendable {
    /// - Parameter line: with its line feed.
    package let write: @Sendable (_ line: [UInt8]) -> Void

    package init(_ write: @escaping @Sendable (_ line: [UInt8]) -> Void) { self.write = write }

    /// Standard error, with one write(2) for each line. A line that cannot be written is lost: logging must not stop a service.
    package static let standardError = LineOutput { line in
        var rest = line[...]
        while !rest.isEmpty {
            // Safety: the kernel reads at most the slice's count from it.
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
