internal import Base

/// The Session-ID field, an identifier that stays the same on the whole way of a session (RFC 7989).
package struct SessionID: Sendable, Hashable {
    /// The identifier of the sender: 32 lower-case hexadecimal digits.
    package let local: [UInt8]
    /// The identifier of the other end; all zeros where the sender does not know it yet.
    package let remote: [UInt8]?

    /// - Returns: nil when one of them is malformed.
    package init?(local: [UInt8], remote: [UInt8]? = nil) {
        guard Self.isIdentifier(local), remote.map(Self.isIdentifier) ?? true else { return nil }
        self.local = local
        self.remote = remote
    }

    /// The identifier that means "not known yet" (RFC 7989 §5).
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
