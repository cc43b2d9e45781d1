/// Why a registration cannot go on. Two errors are equal when their codes are.
struct UEError: Error, Sendable {
    enum Code: Sendable, Hashable {
        /// A flag or a file cannot be used.
        case unusable
        /// The server did not answer in time, or there is no way to it.
        case noAnswer
        /// The server breaks the protocol.
        case serverFault
        /// OpenSSL refused to compute.
        case engineFailed
    }

    let code: Code
    /// One line for a person. It never holds a key.
    let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension UEError: Equatable {
    static func == (left: UEError, right: UEError) -> Bool { left.code == right.code }
}

extension UEError: CustomStringConvertible {
    var description: String { reason }
}
