internal import COpenSSL

/// Why there is no TLS: a file that cannot be used, or a handshake that failed.
package struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case badCertificate, badKey, badAuthority, badRevocationList
        /// The peer's certificate was looked at and refused, by us.
        case peerRefused
        /// The peer refused us, in its own words an alert.
        case refusedByPeer
        case protocolViolation
    }

    package let code: Code
    /// For the log; never holds anything of a key.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { reason }

    package static func == (left: TLSError, right: TLSError) -> Bool { left.code == right.code }

    /// What OpenSSL has put into its queue, which is empty afterwards.
    static func queued() -> String {
        var reasons: [String] = []
        var code = ERR_get_error()
        while code != 0 {
            if let text = ERR_reason_error_string(code), reasons.count < 4 { reasons.append(String(cString: text)) }
            code = ERR_get_error()
        }
        return reasons.isEmpty ? "no reason given" : reasons.joined(separator: ", ")
    }
}
