internal import Nhss

/// Why there is neither a challenge nor a registration. Two are equal when their codes are.
struct Refusal: Error, Sendable {
    enum Code: String, Sendable, CaseIterable {
        /// What the UE answered to its challenge is not right, or it will not answer it.
        case wrongResponse
        /// The UE says the challenge was not made by its own system.
        case networkNotAuthenticated
        case tooManyChallenges
        /// The user or this system was refused by the authentication source.
        case notAuthorised
        case tooManyContacts
        case intervalTooBrief
        /// A newer request of the same Call-ID was here already, or came while this one waited.
        case outOfOrder
        case overloaded
        case sourceUnreachable
        /// The source's answer makes no sense.
        case sourceInvalid
        case internalFailure
    }

    let code: Code
    /// For the log: no identity and no secret.
    let reason: String
    let retryAfter: Duration?

    init(_ code: Code, _ reason: String, retryAfter: Duration? = nil) {
        self.code = code
        self.reason = reason
        self.retryAfter = retryAfter
    }

    /// The status of the SIP response (TS 24.229 §5.4.1.2).
    var status: Int {
        switch code {
        case .wrongResponse, .networkNotAuthenticated, .tooManyChallenges, .notAuthorised, .tooManyContacts: 403
        case .intervalTooBrief: 423
        case .overloaded: 503
        case .sourceUnreachable: 504
        case .outOfOrder, .sourceInvalid, .internalFailure: 500
        }
    }
}

extension Refusal: Equatable {
    static func == (left: Refusal, right: Refusal) -> Bool { left.code == right.code }
}

extension Refusal {
    /// What the UE is told when nobody gave this system vectors: never that the user does not exist, and never 404.
    init(_ failure: AuthFailure) {
        let code: Code =
            switch failure.code {
            case .userNotFound, .identitiesDontMatch, .migrationNotAllowed, .requesterNotAuthorised, .schemeNotSupported, .authenticationRejected:
                .notAuthorised
            case .tooManyRequests, .congested: .overloaded
            case .peerUnreachable, .timedOut: .sourceUnreachable
            case .peerInvalid: .sourceInvalid
            case .invalidRequest, .internalFailure, .vectorGenerationFailed: .internalFailure
            }
        self.init(code, "\(failure)", retryAfter: failure.retryAfter)
    }
}
