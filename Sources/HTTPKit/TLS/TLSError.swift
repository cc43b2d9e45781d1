internal import COpenSSL
internal import Glibc

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

    /// Of a file that OpenSSL has just refused: the system's reason where it cannot be read, OpenSSL's where it holds something else.
    init(_ code: Code, refusing path: String, for what: String) {
        let queued = TLSError.queued()
        let hindrance = TLSError.hindrance(path)
        self.init(code, hindrance.map { "\(path) cannot be read: \($0)" } ?? "\(path) holds no usable \(what): \(queued)")
    }

    package var description: String { reason }

    package static func == (left: TLSError, right: TLSError) -> Bool { left.code == right.code }

    /// What keeps a file from being read; OpenSSL says no more of it than "system lib", and takes a directory for an empty file.
    private static func hindrance(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        return read(descriptor, &byte, 1) < 0 ? String(cString: strerror(errno)) : nil
    }

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
