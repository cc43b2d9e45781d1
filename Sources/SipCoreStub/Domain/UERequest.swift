internal import Nhss
internal import SIP

/// Who registers: the pair that the primary system's answer is about (TS 23.280 §10.1.6.2 step 1).
struct UserIdentities: Sendable, Hashable {
    let impi: IMPI
    let impu: IMPU
}

/// What a UE asks of the registrar, whichever way it came.
struct UERequest: Sendable {
    var user: UserIdentities
    /// Nil where the way it came knows none: then the nonce alone says which challenge is answered.
    var callID: [UInt8]?
    /// Orders the requests of one Call-ID.
    var cSeq: UInt32
    var contacts: SIPContacts
    /// Seconds, for contacts that do not say themselves.
    var expires: UInt32?
    /// Path values in order, to be echoed (RFC 3327 §5.3).
    var path: [[UInt8]]
    var credentials: DigestCredentials?
    var requestURI: [UInt8]
    /// The trace the UE names, if it does.
    var trace: TraceParent?
}

/// What the registrar says.
struct UEAnswer: Sendable {
    enum Outcome: Sendable {
        /// 401
        case challenged(IssuedChallenge)
        /// 200; without contacts the identity is not registered (any more).
        case registered([GrantedContact])
        case refused(Refusal)
    }

    let outcome: Outcome
    let trace: TraceParent

    var status: Int {
        switch outcome {
        case .challenged: 401
        case .registered: 200
        case .refused(let refusal): refusal.status
        }
    }
}

/// What of a challenge leaves this system (TS 23.280 §10.1.6.2 step 10).
struct IssuedChallenge: Sendable {
    let nonce: [UInt8]
    let callID: [UInt8]
}

/// A contact as it is registered now.
struct GrantedContact: Sendable {
    let contact: SIPContact
    /// Seconds left.
    let expires: Int
}

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
