internal import AKA
internal import Base
internal import Nhss
internal import SIP
internal import ServiceKit
internal import Vectors

/// Decides about registrations: authenticates UEs by IMS AKA with vectors of their primary system.
///
/// It remembers challenges in `attempts` and registered contacts in `table`. UEs reach it over SIP (`SIPEngine`) and as JSON (`JSONRegistration`).
///
/// The keys CK and IK of a vector are dropped at once: there is no P-CSCF that would need them.
///
/// Source: TS 23.280 §10.1.6.2 steps 1, 2 and 10 to 12, TS 33.203 §6.1.1 to §6.1.3, TS 24.229 §5.4.1.2.
actor Registrar {
    /// The authentication of a user from the first REGISTER to the answer to its challenge.
    private struct Attempt {
        let callID: [UInt8]
        /// Distinguishes requests of one user that wait for vectors at the same time.
        let number: UInt64
        let trace: TraceParent
        let rechallenges: Int
        /// Nil while the authentication source is being asked.
        var challenge: Challenge?
    }

    /// The part of a vector that is kept until the UE answers. RAND is needed for a resynchronisation (TS 33.203 §6.1.3).
    private struct Challenge {
        let rand: RAND
        let xres: XRES
        let nonce: [UInt8]
    }

    private enum Decision {
        case ask(Attempt, AuthenticationInformationRequest.Resynchronisation?)
        case answer(UEAnswer.Outcome, TraceParent)
    }

    private let home: HomeDomain
    private let limits: SipCoreLimits
    private let source: any AuthenticationInformationSource
    private let now: @Sendable () -> Instant
    private let random: @Sendable () -> UInt64
    private let observe: @Sendable (UEStep) -> Void
    private var checker: ResponseChecker
    private var attempts: ExpiringTable<UserIdentities, Attempt>
    private var table: RegistrationTable
    private var attemptCount: UInt64 = 0

    /// - Parameters:
    ///   - random: returns another evenly distributed value at each call, for traces and Call-IDs.
    ///   - observe: called on the actor for each message from and to the UE.
    init(
        home: HomeDomain, limits: SipCoreLimits = SipCoreLimits(), source: any AuthenticationInformationSource,
        now: @escaping @Sendable () -> Instant,
        random: @escaping @Sendable () -> UInt64, observe: @escaping @Sendable (UEStep) -> Void = { _ in }
    ) throws(AKAError) {
        self.home = home
        self.limits = limits
        self.source = source
        self.now = now
        self.random = random
        self.observe = observe
        checker = try ResponseChecker(home: home)
        attempts = ExpiringTable(timeToLive: limits.challengeTime, countMax: limits.challengesMax)
        table = RegistrationTable(limits: limits)
    }

    /// Takes a REGISTER and returns its answer: steps 1 and 10 of the figure, or 11 and 12.
    func register(_ request: UERequest) async -> UEAnswer {
        let received = now()
        let decision = decide(request, at: received)
        let answer: UEAnswer
        switch decision {
        case .answer(let outcome, let trace):
            answer = UEAnswer(outcome: outcome, trace: trace)
            tellReceived(request, trace, received)
        case .ask(let attempt, let resynchronisation):
            tellReceived(request, attempt.trace, received)
            answer = UEAnswer(outcome: await challenge(request.user, attempt, resynchronisation), trace: attempt.trace)
        }
        tellAnswered(request, answer, received)
        return answer
    }

    // MARK: Registrations

    func registration(of impu: IMPU) -> Registration? { table.registration(of: impu, at: now()) }

    func registrations(after: String?, countMax: Int) -> [Registration] { table.page(after: after, countMax: countMax, at: now()) }

    /// Ends a registration from the side of the network, and an authentication of the same user that is under way.
    /// - Parameter check: throws where the registration is not the one that the caller means.
    /// - Returns: whether there was a registration.
    func deregister<Failure: Error>(_ impu: IMPU, if check: (Registration) throws(Failure) -> Void) throws(Failure) -> Bool {
        guard let registration = table.registration(of: impu, at: now()) else { return false }
        try check(registration)
        attempts.remove(UserIdentities(impi: registration.impi, impu: impu))
        return table.remove(impu)
    }

    /// Removes challenges and contacts whose time is over.
    func sweep() {
        let now = now()
        attempts.removeExpired(at: now)
        table.removeExpired(at: now)
    }
}

// MARK: The first half: what to do with a request

extension Registrar {
    /// Decides without waiting, so that no other request comes between what it reads and what it changes.
    private func decide(_ request: UERequest, at now: Instant) -> Decision {
        let trace = request.trace ?? TraceParent(random: random)
        do throws(Refusal) { try table.checkIntervals(request) } catch { return .answer(.refused(error), trace) }
        guard let credentials = request.credentials, !credentials.nonce.isEmpty else { return begin(request, trace) }
        // Only a request with the Call-ID of the challenged one answers the challenge (TS 24.229 §5.4.1.2.2). Any other begins anew, as does one
        // with a nonce from a registration that is over.
        guard let attempt = attempts.value(for: request.user, at: now), attempt.callID == request.callID ?? attempt.callID else {
            return begin(request, trace)
        }
        let sharedTrace = request.trace ?? attempt.trace
        guard let challenge = attempt.challenge, challenge.nonce == credentials.nonce else {
            return beginAgain(request, attempt, sharedTrace, nil)
        }
        // A challenge can be answered once only, even if the answer is wrong.
        attempts.remove(request.user)
        return judge(credentials, challenge, attempt, request, sharedTrace, now)
    }

    private func begin(_ request: UERequest, _ trace: TraceParent) -> Decision {
        // A request that is challenged ends the authentication before it (TS 33.203 §6.1.2.3).
        .ask(makeAttempt(request.user, request.callID ?? makeCallID(), trace, rechallenges: 0), nil)
    }

    private func beginAgain(
        _ request: UERequest, _ attempt: Attempt, _ trace: TraceParent,
        _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?
    ) -> Decision {
        guard attempt.rechallenges < limits.rechallengesMax else {
            attempts.remove(request.user)
            return .answer(.refused(Refusal(.tooManyChallenges, "\(limits.rechallengesMax) new challenges did not help")), trace)
        }
        return .ask(makeAttempt(request.user, attempt.callID, trace, rechallenges: attempt.rechallenges + 1), resynchronisation)
    }

    private func makeAttempt(_ user: UserIdentities, _ callID: [UInt8], _ trace: TraceParent, rechallenges: Int) -> Attempt {
        attemptCount += 1
        let attempt = Attempt(callID: callID, number: attemptCount, trace: trace, rechallenges: rechallenges)
        attempts.insert(attempt, for: user, at: now())
        return attempt
    }

    private func makeCallID() -> [UInt8] { Array("\(String(random(), radix: 16))\(String(random(), radix: 16))@".utf8) + home.realm }

    /// Judges the answer to a challenge. A registration that exists stays, even if the answer is wrong (TS 33.203 §6.1.1).
    private func judge(
        _ credentials: DigestCredentials, _ challenge: Challenge, _ attempt: Attempt, _ request: UERequest, _ trace: TraceParent,
        _ now: Instant
    ) -> Decision {
        do throws(Refusal) {
            if let text = credentials.auts {
                let resynchronisation = try resynchronisation(credentials, text, challenge, request)
                return beginAgain(request, attempt, trace, resynchronisation)
            }
            guard !credentials.response.isEmpty else {
                throw Refusal(.networkNotAuthenticated, "the UE says that the challenge is not genuine")
            }
            try checker.check(credentials, password: .res(challenge.xres.secret), requestURI: request.requestURI)
            return .answer(.registered(try table.apply(request, callID: attempt.callID, at: now)), trace)
        } catch { return .answer(.refused(error), trace) }
    }

    /// The AUTS of the UE with the RAND of the challenge that was sent: a UE cannot make up a challenge.
    private func resynchronisation(
        _ credentials: DigestCredentials, _ text: [UInt8], _ challenge: Challenge, _ request: UERequest
    ) throws(Refusal) -> AuthenticationInformationRequest.Resynchronisation {
        guard let auts = try? AUTS(base64: text) else {
            throw Refusal(.wrongResponse, "auts is not base 64 of 14 octets")
        }
        // RFC 3310 §3.4: a response beside AUTS is computed with an empty password.
        if !credentials.response.isEmpty { try checker.check(credentials, password: .empty, requestURI: request.requestURI) }
        return AuthenticationInformationRequest.Resynchronisation(rand: challenge.rand, auts: auts)
    }
}

// MARK: The second half: the answer of the source

extension Registrar {
    private func challenge(
        _ user: UserIdentities, _ attempt: Attempt, _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?
    ) async -> UEAnswer.Outcome {
        let question = AuthenticationInformationRequest(
            impi: user.impi, impu: user.impu, cscfServerName: home.serverName.description, resynchronisation: resynchronisation)
        let context = CallContext(deadline: now() + limits.questionTime, traceParent: attempt.trace)
        do throws(AuthFailure) {
            let information = try await source.authenticationInformation(question, in: context)
            return keep(try Registrar.challenge(information, to: question), attempt, user)
        } catch {
            forget(attempt, user)
            return .refused(Refusal(error))
        }
    }

    /// Refuses an answer without the public identity: its source has not said that the public identity belongs to the private one.
    private static func challenge(
        _ information: AuthenticationInformation, to question: AuthenticationInformationRequest
    ) throws(AuthFailure) -> Challenge {
        guard information.isAbout(question), information.impu != nil else {
            throw AuthFailure(.peerInvalid, "the answer is about other identities than were asked for")
        }
        switch information.items {
        case .aka(let vectors):
            guard let vector = vectors.first else { throw AuthFailure(.peerInvalid, "the answer holds no vector") }
            let nonce = AKANonce(rand: vector.rand, autn: vector.autn).text
            return Challenge(rand: vector.rand, xres: vector.xres, nonce: Array(nonce.utf8))
        }
    }

    private func keep(_ challenge: Challenge, _ attempt: Attempt, _ user: UserIdentities) -> UEAnswer.Outcome {
        let now = now()
        if let current = attempts.value(for: user, at: now), current.number != attempt.number {
            return .refused(Refusal(.outOfOrder, "a newer request of the user came meanwhile"))
        }
        var attempt = attempt
        attempt.challenge = challenge
        attempts.insert(attempt, for: user, at: now)
        return .challenged(IssuedChallenge(nonce: challenge.nonce, callID: attempt.callID))
    }

    private func forget(_ attempt: Attempt, _ user: UserIdentities) {
        guard attempts.value(for: user, at: now())?.number == attempt.number else { return }
        attempts.remove(user)
    }
}

// MARK: Observation

extension Registrar {
    private func tellReceived(_ request: UERequest, _ trace: TraceParent, _ received: Instant) {
        let isAnswer = request.credentials.map { !$0.nonce.isEmpty } ?? false
        observe(UEStep(step: isAnswer ? 11 : 1, trace: trace, user: request.user, hasAUTS: request.credentials?.auts != nil, result: nil))
    }

    private func tellAnswered(_ request: UERequest, _ answer: UEAnswer, _ received: Instant) {
        let now = now()
        let result = UEStep.Result(answer, isDeregistration: request.isDeregistration, duration: now - received)
        observe(UEStep(step: answer.status == 401 ? 10 : 12, trace: answer.trace, user: request.user, result: result))
    }
}

extension UERequest {
    fileprivate var isDeregistration: Bool {
        switch contacts {
        case .all: true
        case .list(let list): !list.isEmpty && list.allSatisfy { ($0.expires ?? expires) == 0 }
        }
    }
}
