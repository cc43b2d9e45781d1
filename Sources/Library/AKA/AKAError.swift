/// Why this module cannot do what it was asked for. Two errors are equal when their codes are.
package struct AKAError: Error, Sendable {
    package enum Code: Sendable, Hashable {
        /// A number beyond its field: SQN, SEQ or IND.
        case outOfRange
        /// The MAC-S of an AUTS does not match, so that its writer does not hold K; no SQN may move.
        case authenticationFailed
        /// OpenSSL refused to work: out of memory, or the algorithm is switched off.
        case engineFailed
        /// The system's random generator failed.
        case noRandomness
    }

    package let code: Code
    /// For the log; never holds octets of a key or of a message.
    package let reason: String
    /// Where it was thrown, as `file:line`.
    package let place: String

    init(_ code: Code, _ reason: String, file: StaticString = #fileID, line: Int = #line) {
        self.code = code
        self.reason = reason
        place = "\(file):\(line)"
    }
}

extension AKAError: Equatable {
    package static func == (left: AKAError, right: AKAError) -> Bool { left.code == right.code }
}

extension AKAError: CustomStringConvertible {
    package var description: String { "\(reason) (\(code), \(place))" }
}
