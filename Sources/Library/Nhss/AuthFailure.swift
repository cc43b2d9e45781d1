/// Why there is no authentication information. Two failures are equal when their codes are.
package struct AuthFailure: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        // The user or the request was refused.
        case userNotFound
        case identitiesDontMatch
        case migrationNotAllowed
        case requesterNotAuthorised
        case schemeNotSupported
        /// The UE's AUTS is not genuine.
        case authenticationRejected
        case invalidRequest
        // The question could not be answered now.
        case tooManyRequests
        /// This hop cannot take questions now, whoever the user is.
        case congested
        /// The next hop, or one behind it, cannot take the question now. Questions about users of other systems may be answered.
        case peerCongested
        /// The next hop's answer makes no sense.
        case peerInvalid
        case peerUnreachable
        case timedOut
        case internalFailure
        case vectorGenerationFailed
    }

    /// A part of the request, and why it is wrong.
    package struct InvalidParameter: Sendable, Equatable {
        /// A JSON Pointer into the body, `{impi}`, or `header NAME`.
        package let name: String
        package let reason: String

        package init(_ name: String, _ reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    package let code: Code
    /// For the log and the flow events of the hop where it happened; never sent to a peer.
    package let reason: String
    package let invalidParameters: [InvalidParameter]
    /// How long to wait before asking again, where that is known.
    package let retryAfter: Duration?

    package init(_ code: Code, _ reason: String, invalidParameters: [InvalidParameter] = [], retryAfter: Duration? = nil) {
        self.code = code
        self.reason = reason
        self.invalidParameters = invalidParameters
        self.retryAfter = retryAfter
    }

    /// The failure that a hop reports to its own caller when the next hop failed with this one.
    ///
    /// It is the same failure but for two: a request that the next hop calls invalid was written by this hop, so that the fault is this hop's
    /// (500) and not the caller's; and where the next hop is congested, this one is not: whoever took it for that would keep questions about users
    /// of all other systems back. No failure to get an answer ever becomes `.userNotFound` on the way.
    package func forwarded() -> AuthFailure {
        guard code == .invalidRequest else {
            return AuthFailure(code == .congested ? .peerCongested : code, "from the next hop: \(reason)", retryAfter: retryAfter)
        }
        let places = invalidParameters.map(\.name).joined(separator: ", ")
        return AuthFailure(.internalFailure, "the next hop called our request invalid (\(places)): \(reason)")
    }
}

extension AuthFailure: Equatable {
    package static func == (left: AuthFailure, right: AuthFailure) -> Bool { left.code == right.code }
}

extension AuthFailure: CustomStringConvertible {
    package var description: String { "\(code.rawValue): \(reason)" }
}
