internal import COpenSSL
internal import Glibc

/// Why TLS failed: a file that cannot be used, or a handshake without success.
package struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case badCertificate, badKey, badAuthority, badRevocationList
        /// This side has refused the peer's certificate.
        case peerRefused
        /// The peer has sent an alert that refuses this side.
        case refusedByPeer
        case protocolViolation
    }

    package let code: Code
    /// For the log. It never holds a part of a key.
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// The error for a file that OpenSSL has just refused, with the system's reason if the file cannot be read and OpenSSL's reason otherwise.
    init(_ code: Code, refusing path: String, for what: String) {
        let queued = TLSError.queued()
        let hindrance = TLSError.hindrance(path)
        self.init(code, hindrance.map { "\(path) cannot be read: \($0)" } ?? "\(path) holds no usable \(what): \(queued)")
    }

    package var description: String { reason }

    package static func == (left: TLSError, right: TLSError) -> Bool { left.code == right.code }

    /// Why a file cannot be read. OpenSSL only says "system lib", and takes a directory for an empty file.
    private static func hindrance(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        var byte: UInt8 = 0
        return read(descriptor, &byte, 1) < 0 ? String(cString: strerror(errno)) : nil
    }

    /// The errors in OpenSSL's queue, which is empty afterwards.
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
