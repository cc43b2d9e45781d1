import Base

@testable import ServiceKit

/// Collects log lines instead of writing them.
final class Lines: Sendable {
    private let lines = Guarded<[String]>([])

    var output: LineOutput {
        LineOutput { line in self.lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
    }

    var all: [String] { lines.withLock { $0 } }
}
