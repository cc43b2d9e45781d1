internal import Base

/// The Session-ID field: one identifier for a session across everything it passes (RFC 7989).
package struct SessionID: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits.
    package let local: [UInt8]
    /// Of the other end, where the sender knows it; all zeros where it does not yet.
    package let remote: [UInt8]?

    /// - Returns: nil when one of them is not an identifier.
    package init?(local: [UInt8], remote: [UInt8]? = nil) {
        guard Self.isIdentifier(local), remote.map(Self.isIdentifier) ?? true else { return nil }
        self.local = local
        self.remote = remote
    }

    /// What stands for "not known yet" (RFC 7989 §5).
    package static let null = [UInt8](repeating: ASCII.zero, count: TraceID.digitCount)

    private static func isIdentifier(_ text: [UInt8]) -> Bool { TraceID(parsing: text) != nil }

    package var bytes: [UInt8] {
        guard let remote else { return local }
        return local + Array(";remote=".utf8) + remote
    }
}

extension SessionID {
    init(from scanner: inout FieldScanner) throws(SIPParseError) {
        let start = scanner
        let local = Array(try scanner.token("an identifier"))
        let remote = try scanner.parameters().value("remote")
        guard let identifiers = SessionID(local: local, remote: remote) else {
            throw start.failure(.badHeaderValue, "an identifier is 32 lower-case hexadecimal digits")
        }
        self = identifiers
    }
}
