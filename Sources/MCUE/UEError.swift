/// Why a registration cannot go on.
struct UEError: Error, Sendable {
    enum Code: Sendable, Hashable {
        /// A flag or a file that cannot be used.
        case unusable
        /// Nobody answered in time, or nobody is there.
        case noAnswer
        /// The server does what no server may.
        case serverFault
        /// The cryptography underneath refused.
        case engineFailed
    }

    let code: Code
    /// For people; never holds a key.
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
