/// Why a certificate or a list cannot be made or read. Two errors are equal when their codes are.
package struct PKIError: Error, Sendable {
    package enum Code: Sendable, Hashable {
        /// A name, an address, a serial number or a period that cannot be written into a certificate.
        case malformed
        /// A file is there that must not be overwritten.
        case alreadyExists
        /// A file is missing, or is not what its name says.
        case unreadable
        /// A file or directory cannot be made or written.
        case cannotWrite
        /// A file or a list is beyond a limit.
        case tooLarge
        /// Another process works in the directory.
        case busy
        /// The CA may not vouch for one of the names (RFC 5280 §4.2.1.10).
        case outsideConstraints
        /// The CA's own certificate is not valid now.
        case outsideValidity
        /// The CA has not issued that certificate.
        case unknownCertificate
        /// The certificate was revoked before.
        case alreadyRevoked
        /// OpenSSL refused to work: out of memory, or the algorithm is switched off.
        case engineFailed
    }

    package let code: Code
    /// One line for a person, naming the file. It never holds octets of a key.
    package let reason: String
    /// Where it was thrown, as `file:line`.
    package let place: String

    init(_ code: Code, _ reason: String, file: StaticString = #fileID, line: Int = #line) {
        self.code = code
        self.reason = reason
        place = "\(file):\(line)"
    }
}

extension PKIError: Equatable {
    package static func == (left: PKIError, right: PKIError) -> Bool { left.code == right.code }
}

extension PKIError: CustomStringConvertible {
    package var description: String { "\(reason) (\(code), \(place))" }
}
