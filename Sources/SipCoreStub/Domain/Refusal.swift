internal import Nhss

/// Why a UE gets neither a challenge nor a registration. Two refusals are equal when their codes are.
struct Refusal: Error, Sendable {
    enum Code: String, Sendable, CaseIterable {
        /// The answer of the UE to its challenge is wrong.
        case wrongResponse
        /// The UE says that its own system did not make the challenge.
        case networkNotAuthenticated
        case tooManyChallenges
        /// The authentication source refuses this user or this system.
        case notAuthorised
        case tooManyContacts
        case intervalTooBrief
        /// The UE asks for the end of a registration that is not there.
        case notRegistered
        /// A newer request of the same Call-ID came before this one, or while this one waited.
        case outOfOrder
        /// So many challenges in the name of this user are too many. Other users are not concerned.
        case tooManyAttempts
        case overloaded
        /// Vectors of this user are not to be had now. Users of other systems are not concerned.
        case sourceCongested
        case sourceUnreachable
        /// The answer of the authentication source makes no sense.
        case sourceInvalid
        case internalFailure
    }

    let code: Code
    /// One line for the log, without identity or secret.
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
        case .notRegistered: 481
        case .overloaded: 503
        case .sourceUnreachable: 504
        // Not 503 for what concerns one user or one system: it would make a proxy leave the whole server alone (RFC 3261 §21.5.4).
        case .tooManyAttempts, .outOfOrder, .sourceCongested, .sourceInvalid, .internalFailure: 500
        }
    }

    /// The cause in problem documents of the JSON interface and in flow events.
    var cause: String {
        switch code {
        case .wrongResponse, .networkNotAuthenticated, .tooManyChallenges: "AUTHENTICATION_REJECTED"
        case .notAuthorised: "MIGRATION_NOT_ALLOWED"
        case .tooManyContacts: "INSUFFICIENT_RESOURCES"
        case .intervalTooBrief: "MANDATORY_IE_INCORRECT"
        case .notRegistered: "CONTEXT_NOT_FOUND"
        case .tooManyAttempts: "NF_CONGESTION_RISK"
        case .overloaded: "NF_CONGESTION"
        case .sourceCongested: "UPSTREAM_CONGESTION"
        case .sourceUnreachable: "TARGET_NF_NOT_REACHABLE"
        case .sourceInvalid: "UPSTREAM_SERVER_ERROR"
        case .outOfOrder, .internalFailure: "SYSTEM_FAILURE"
        }
    }
}

extension Refusal: Equatable {
    static func == (left: Refusal, right: Refusal) -> Bool { left.code == right.code }
}

extension Refusal {
    /// The refusal for a failure of the authentication source. It never tells the UE that a user does not exist, and is never 404.
    init(_ failure: AuthFailure) {
        let code: Code =
            switch failure.code {
            case .userNotFound, .identitiesDontMatch, .migrationNotAllowed, .requesterNotAuthorised, .schemeNotSupported, .authenticationRejected:
                .notAuthorised
            case .tooManyRequests: .tooManyAttempts
            case .congested: .overloaded
            case .peerCongested: .sourceCongested
            case .peerUnreachable, .timedOut: .sourceUnreachable
            case .peerInvalid: .sourceInvalid
            case .invalidRequest, .internalFailure, .vectorGenerationFailed: .internalFailure
            }
        self.init(code, "\(failure)", retryAfter: failure.retryAfter)
    }
}

extension AuthFailure {
    /// Whether the home, or the partner's own server, lets the user in no more. A refusal of what the request holds says nothing about the user:
    /// anybody can send an AUTS that is not genuine. Nor does one of this core, which may not ask.
    var saysUserIsShutOut: Bool {
        switch code {
        case .userNotFound, .identitiesDontMatch, .migrationNotAllowed: true
        case .requesterNotAuthorised, .schemeNotSupported, .authenticationRejected, .tooManyRequests, .congested, .peerCongested, .peerUnreachable,
            .timedOut,
            .peerInvalid, .invalidRequest, .internalFailure, .vectorGenerationFailed:
            false
        }
    }
}
