internal import AKA
internal import Base
internal import Chain
internal import Nhss
internal import SIP
internal import ServiceKit
internal import Store
internal import Vectors

/// Decides about registrations: authenticates UEs by IMS AKA with vectors of their primary system.
///
/// It remembers challenges in `challenges` and registered contacts in `table`, which holds what is durable in `store`. UEs reach it over SIP
/// (`SIPEngine`) and as JSON (`JSONRegistration`).
///
/// Source: TS 23.280 §10.1.6.2 steps 1, 2 and 10 to 12, TS 33.203 §6.1.1 to §6.1.3, TS 24.229 §5.4.1.2.
actor Registrar {
    /// A registration attempt that needs a challenge.
    private struct Attempt {
        let user: UserIdentities
        let callID: [UInt8]
        let source: SourceAddress?
        let standing: KnownSenders.Standing
        let trace: TraceParent
        let rechallenges: Int
        var isAfterOldNonce = false
    }

    private enum Decision {
        case ask(Attempt, AuthenticationInformationRequest.Resynchronisation?)
        /// The UE is authenticated: it gets what it asks for.
        case fulfil(OpenChallenge, TraceParent)
        case answer(UEAnswer.Outcome, TraceParent)
    }

    private let home: HomeDomain
    private let limits: SipCoreLimits
    private let supply: VectorSupply
    private let now: @Sendable () -> Instant
    private let random: @Sendable () -> UInt64
    private let observe: @Sendable (UEStep) -> Void
    private var checker: ResponseChecker
    private var rate: ChallengeRate
    private var senders: KnownSenders
    private var challenges: ChallengeTable
    /// Whom the challenges were sent to, by their nonces, for a while after they have been answered or have given way.
    private var issuedNonces: ExpiringTable<[UInt8], UserIdentities>
    private var table: RegistrationTable
    private let store: any RegistrationStore
    private var shutOuts: ShutOutUsers
    private let turns = IdentityTurns()
    private var watches = WatchTable()
    /// Tells what happens to users who are watched.
    nonisolated let mailbox = RegistrationMailbox()

    /// - Parameters:
    ///   - store: what it holds already is registered after `restore`.
    ///   - random: returns another evenly distributed value at each call, for traces and Call-IDs.
    ///   - callback: where this core is told that a user is shut out; nil where nobody can tell it.
    ///   - observe: called on the actor for each message from and to the UE.
    init(
        home: HomeDomain, limits: SipCoreLimits = SipCoreLimits(), source: any AuthenticationInformationSource,
        store: any RegistrationStore, clock: @escaping @Sendable () -> ClockReading,
        random: @escaping @Sendable () -> UInt64, callback: @escaping @Sendable () async -> String? = { nil },
        observe: @escaping @Sendable (UEStep) -> Void = { _ in }
    ) throws(AKAError) {
        self.home = home
        self.limits = limits
        let now: @Sendable () -> Instant = { clock().instant }
        self.now = now
        supply = VectorSupply(source, serverName: home.serverName.description, limits: limits, now: now, callback: callback)
        rate = ChallengeRate(limits)
        senders = KnownSenders(limits)
        self.store = store
        self.random = random
        self.observe = observe
        checker = try ResponseChecker(home: home)
        challenges = ChallengeTable(timeToLive: limits.challengeTime, countMax: limits.challengesMax, perUserMax: limits.challengesPerUserMax)
        issuedNonces = ExpiringTable(timeToLive: limits.issuedNonceTime, countMax: limits.issuedNoncesMax)
        shutOuts = ShutOutUsers(limits)
        table = RegistrationTable(limits: limits, now: clock().timestamp)
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
        case .fulfil(let challenge, let trace):
            tellReceived(request, trace, received)
            answer = UEAnswer(outcome: await fulfil(request, challenge), trace: trace)
        case .ask(let attempt, let resynchronisation):
            tellReceived(request, attempt.trace, received)
            answer = UEAnswer(outcome: await challenge(attempt, resynchronisation, request), trace: attempt.trace)
        }
        tellAnswered(request, answer, received)
        return answer
    }

    // MARK: Registrations

    func registration(of impu: IMPU) -> Registration? { table.registration(of: impu, at: now()) }

    func registrations(after: String?, countMax: Int) -> [Registration] { table.page(after: after, countMax: countMax, at: now()) }

    /// Ends a registration from the side of the network, with all that is registered together with it, and the challenges of the same user that wait
    /// for an answer.
    func deregister(_ impu: IMPU, _ change: Change) async throws(StoreFailure) -> DeleteOutcome {
        let impus = await enterTurns(of: impu, RegistrationSet(of: impu, []))
        defer { turns.leave(impus) }
        guard let registration = table.registration(of: impu, at: now()) else { return .notFound }
        guard change.isAllowed(registration.entityTag) else { return .preconditionFailed }
        for impu in impus { challenges.removeAll(of: UserIdentities(impi: registration.impi, impu: impu)) }
        try await make(impus.map(RegistrationChange.remove), ending: .deactivated)
        return .deleted
    }

    /// Ends everything of a user whom their home, or the partner's own migration management server, has shut out: registrations, those too that wait
    /// for the disk, challenges, and what was asked about them before now. What is asked from now on is judged by whoever is asked.
    ///
    /// - Parameter reason: tells those who watch the user whether the UE is to come again.
    /// - Returns: how many public identities are not registered any more, or have fewer contacts.
    @discardableResult func shutOut(_ impi: IMPI, for reason: DeregistrationReason) async throws(StoreFailure) -> Int {
        let impus = Array(shutOuts.shutOut(impi, at: now()).union(table.impus(of: impi)))
        await turns.enter(impus)
        defer { turns.leave(impus) }
        let changes = impus.compactMap { table.end(of: impi, at: $0) }
        try await make(changes, ending: reason == .permanentTermination ? .rejected : .deactivated)
        return changes.count
    }

    /// Registers what the store has kept; the senders of its contacts are known again. To be called once, before the first REGISTER.
    func restore() async throws(StoreFailure) {
        var cursor = ""
        while true {
            let page = try await store.registrations(after: cursor, limit: limits.restoredAtOnceMax)
            for registration in page {
                table.make(.set(registration))
                for contact in registration.contacts { senders.note(contact, at: now()) }
            }
            guard let last = page.last, page.count == limits.restoredAtOnceMax else { return }
            cursor = last.impu.text
        }
    }

    /// Removes challenges and contacts whose time is over.
    func sweep() async {
        let start = now()
        challenges.removeExpired(at: start)
        issuedNonces.removeExpired(at: start)
        supply.removeExpired(at: start)
        while true {
            let impus = table.ended(at: start, countMax: limits.expiriesAtOnceMax)
            guard !impus.isEmpty, await removeEnded(impus, at: start) else { return }
        }
    }

    /// - Returns: whether the store has done it. Otherwise these contacts count as gone all the same, and the next sweep tries again.
    private func removeEnded(_ impus: [IMPU], at now: Instant) async -> Bool {
        await turns.enter(impus)
        defer { turns.leave(impus) }
        do throws(StoreFailure) { try await make(impus.compactMap { table.expiry(of: $0, at: now) }, ending: .expired) } catch { return false }
        return true
    }

    /// Makes durable and registers what a user has authenticated for, and whom a notice may shut out in the meantime.
    private func make(_ changes: [RegistrationChange], of impi: IMPI, in set: RegistrationSet) async throws(StoreFailure) {
        let impus = changes.map(\.impu)
        shutOuts.beginRegistering(impus, of: impi)
        defer { shutOuts.endRegistering(impus, of: impi) }
        try await make(changes, ending: .unregistered, in: set)
    }

    /// Makes changes durable, then registers them and tells who watches. The caller has the turns of their identities.
    ///
    /// - Parameters:
    ///   - end: why contacts are gone afterwards.
    ///   - set: what is registered together, where a REGISTER has said that. An identity that is not of it any more was taken from the user by the
    ///     network, which may give it back.
    private func make(
        _ changes: [RegistrationChange], ending end: ContactEnd, in set: RegistrationSet? = nil
    ) async throws(StoreFailure) {
        try await store.make(changes)
        guard !watches.isEmpty else {
            for change in changes { table.make(change) }
            return
        }
        let now = now()
        let ended = changes.flatMap { change in
            table.ended(by: change, set?.impus.contains(change.impu) ?? true ? end : .deactivated, at: now)
        }
        for change in changes { table.make(change) }
        for news in watches.news(of: changes.map(\.impu), ended, table, at: now) { mailbox.post(.news(news)) }
    }
}

// MARK: Watching

extension Registrar {
    /// Posts to the mailbox whether somebody may watch a user.
    /// - Parameters:
    ///   - number: of the question, for its answer.
    ///   - isLasting: whether changes are to be posted as well, until `unwatch` is called as often.
    func watch(_ watcher: Watcher, question number: UInt64, isLasting: Bool) {
        mailbox.post(.answer(number, answer(watcher, isLasting: isLasting)))
    }

    func unwatch(_ impu: IMPU) { watches.end(impu) }

    private func answer(_ watcher: Watcher, isLasting: Bool) -> WatchAnswer {
        let now = now()
        // Who says that they are somebody else does not learn whether the user is registered.
        guard let registration = table.registration(of: watcher.impu, at: now) else { return watcher.claimsToBeUser ? .notRegistered : .forbidden }
        guard let contact = watcher.contact(of: registration) else { return .forbidden }
        if isLasting { watches.begin(watcher.impu, registration.set) }
        return .granted(contact.impi, table.view(of: registration.set, at: now))
    }
}

// MARK: The first half: what to do with a request

extension Registrar {
    /// Decides without waiting, so that no other request comes between what it reads and what it changes.
    private func decide(_ request: UERequest, at now: Instant) -> Decision {
        let trace = request.trace ?? TraceParent(random: random)
        do throws(Refusal) { try table.checkIntervals(request) } catch { return .answer(.refused(error), trace) }
        // There is nothing to end, and nothing that could be restored (TS 24.229 §5.4.1.4).
        if request.isDeregistration, table.registration(of: request.user.impu, at: now) == nil {
            return .answer(.refused(Refusal(.notRegistered, "a deregistration of what is not registered")), trace)
        }
        guard let credentials = request.credentials, !credentials.nonce.isEmpty else { return begin(request, trace, now) }
        // Only a request with the nonce and the Call-ID of a challenge answers it (TS 24.229 §5.4.1.2.2). Any other begins anew, as does one with
        // a nonce from a registration that is over. It ends no challenge: anybody can send such a request in the name of the user.
        guard let challenge = challenges.take(nonce: credentials.nonce, callID: request.callID, of: request.user, at: now),
            !shutOuts.isVoid(request.user.impi, since: challenge.asked, at: now)
        else { return begin(request, trace, now) }
        return judge(credentials, challenge, request, request.trace ?? challenge.trace, now)
    }

    private func begin(_ request: UERequest, _ trace: TraceParent, _ now: Instant) -> Decision {
        let sender = request.sender()
        let standing = senders.standing(of: sender, at: now)
        do throws(Refusal) { try rate.admit(sender, standing, at: now) } catch { return .answer(.refused(error), trace) }
        let callID = request.callID ?? makeCallID()
        let attempt = Attempt(
            user: request.user, callID: callID, source: request.source, standing: standing, trace: trace, rechallenges: 0,
            isAfterOldNonce: hasOldNonce(request, now))
        return .ask(attempt, nil)
    }

    /// Whether the nonce of a request is of a challenge that this core sent to the same user and that waits for no answer any more: the UE
    /// has done nothing wrong and only comes too late (`stale` of RFC 7616 §3.3). It changes nothing else, and of the response, which nobody looks
    /// at, it tells nothing.
    private func hasOldNonce(_ request: UERequest, _ now: Instant) -> Bool {
        guard let nonce = request.credentials?.nonce, issuedNonces.value(for: nonce, at: now) == request.user else { return false }
        return !challenges.isWaiting(nonce: nonce, of: request.user, at: now)
    }

    private func beginAgain(
        _ request: UERequest, _ challenge: OpenChallenge, _ trace: TraceParent,
        _ resynchronisation: AuthenticationInformationRequest.Resynchronisation, _ now: Instant
    ) throws(Refusal) -> Decision {
        guard challenge.rechallenges < limits.rechallengesMax else {
            throw Refusal(.tooManyChallenges, "\(limits.rechallengesMax) new challenges did not help")
        }
        let sender = request.sender(answering: challenge)
        let standing = senders.standing(of: sender, at: now)
        try rate.admit(sender, standing, at: now)
        let attempt = Attempt(
            user: request.user, callID: challenge.callID, source: request.source, standing: standing, trace: trace,
            rechallenges: challenge.rechallenges + 1)
        return .ask(attempt, resynchronisation)
    }

    private func makeCallID() -> [UInt8] { Array("\(String(random(), radix: 16))\(String(random(), radix: 16))@".utf8) + home.realm }

    /// Judges the answer to a challenge. A registration that exists stays, even if the answer is wrong (TS 33.203 §6.1.1).
    private func judge(
        _ credentials: DigestCredentials, _ challenge: OpenChallenge, _ request: UERequest, _ trace: TraceParent, _ now: Instant
    ) -> Decision {
        do throws(Refusal) {
            if let text = credentials.auts {
                let resynchronisation = try resynchronisation(credentials, text, challenge, request)
                return try beginAgain(request, challenge, trace, resynchronisation, now)
            }
            guard !credentials.response.isEmpty else {
                throw Refusal(.networkNotAuthenticated, "the UE says that the challenge is not genuine")
            }
            try checker.check(credentials, password: .res(challenge.xres.secret), requestURI: request.requestURI)
            noteAuthenticated(request.sender(answering: challenge), at: now)
            return .fulfil(challenge, trace)
        } catch { return .answer(.refused(error), trace) }
    }

    private func noteAuthenticated(_ sender: RequestSender, at now: Instant) {
        rate.noteAuthenticated(sender, senders.standing(of: sender, at: now), at: now)
        senders.note(sender, at: now)
    }

    /// The AUTS of the UE with the RAND of the challenge that was sent: a UE cannot make up a challenge.
    private func resynchronisation(
        _ credentials: DigestCredentials, _ text: [UInt8], _ challenge: OpenChallenge, _ request: UERequest
    ) throws(Refusal) -> AuthenticationInformationRequest.Resynchronisation {
        guard let auts = try? AUTS(base64: text) else {
            throw Refusal(.wrongResponse, "auts is not base 64 of 14 octets")
        }
        // RFC 3310 §3.4: a response beside AUTS is computed with an empty password.
        if !credentials.response.isEmpty { try checker.check(credentials, password: .empty, requestURI: request.requestURI) }
        return AuthenticationInformationRequest.Resynchronisation(rand: challenge.rand, auts: auts)
    }
}

// MARK: The second half: the answer of the source, or of the store

extension Registrar {
    /// Does what an authenticated request asks for. Its answer is there when the change is durable.
    ///
    /// A barred identity may register those that are registered together with it. Where all of them are barred the UE gets 403
    /// (TS 24.229 §5.4.1.2.2), but may still end what is registered.
    private func fulfil(_ request: UERequest, _ challenge: OpenChallenge) async -> UEAnswer.Outcome {
        let set = RegistrationSet(of: request.user.impu, challenge.associated)
        let published = set.published
        guard !published.isEmpty || request.isDeregistration else { return .refused(Refusal(.notAuthorised, "all identities of the set are barred")) }
        let impus = await enterTurns(of: request.user.impu, set)
        defer { turns.leave(impus) }
        do throws(Refusal) {
            if shutOuts.isVoid(request.user.impi, since: challenge.asked, at: now()) {
                throw Refusal(.notAuthorised, "the user was shut out in the meantime")
            }
            let (changes, granted) = try table.decide(request, callID: challenge.callID, in: set, at: now())
            if !changes.isEmpty {
                do throws(StoreFailure) { try await make(changes, of: request.user.impi, in: set) } catch { throw Refusal(AuthFailure(error)) }
            }
            return .registered(granted, published: published)
        } catch { return .refused(error) }
    }

    /// Waits for the turns of all identities whose registrations may change. What these are may change while it waits; then it waits for the others.
    private func enterTurns(of impu: IMPU, _ set: RegistrationSet) async -> [IMPU] {
        while true {
            let impus = table.concerned(impu, set)
            await turns.enter(impus)
            if table.concerned(impu, set).allSatisfy(impus.contains) { return impus }
            turns.leave(impus)
        }
    }

    private func challenge(
        _ attempt: Attempt, _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?, _ request: UERequest
    ) async -> UEAnswer.Outcome {
        let context = CallContext(deadline: now() + limits.questionTime, traceParent: attempt.trace)
        do throws(AuthFailure) {
            while true {
                let vector = try await supply.vector(
                    for: attempt.user, resynchronisation, from: (attempt.source, attempt.standing), in: context)
                if !shutOuts.isVoid(attempt.user.impi, since: vector.asked, at: now()) { return issue(vector, attempt) }
            }
        } catch {
            let refusal = Refusal(error)
            guard request.isDeregistration, error.saysUserIsShutOut else { return .refused(refusal) }
            if await endShutOut(attempt.user) { return .registered([], published: []) }
            // The home's notice may have been faster.
            let isGone = table.registration(of: attempt.user.impu, at: now()) == nil
            return .refused(isGone ? Refusal(.notRegistered, "the registration ended in the meantime") : refusal)
        }
    }

    /// A user whom the home does not vouch for any more can still deregister, although nobody can authenticate them: the home's refusal ends the
    /// registration by itself, as its notice would, so a stranger who asks in the name of the user takes nothing from them.
    ///
    /// - Returns: whether the registration is gone.
    private func endShutOut(_ user: UserIdentities) async -> Bool {
        let impus = await enterTurns(of: user.impu, RegistrationSet(of: user.impu, []))
        defer { turns.leave(impus) }
        let changes = impus.compactMap { table.end(of: user.impi, at: $0) }
        guard !changes.isEmpty else { return false }
        return (try? await make(changes, ending: .unregistered)) != nil
    }

    /// Makes the vector the challenge of this attempt. The other challenges of the user go on waiting for their answers.
    private func issue(_ vector: FreshVector, _ attempt: Attempt) -> UEAnswer.Outcome {
        let nonce = vector.nonce
        let challenge = OpenChallenge(
            callID: attempt.callID, source: attempt.source, trace: attempt.trace, rechallenges: attempt.rechallenges, nonce: nonce,
            rand: vector.rand, xres: vector.xres, asked: vector.asked, associated: vector.associated)
        let now = now()
        challenges.insert(challenge, for: attempt.user, at: now)
        issuedNonces.insert(attempt.user, for: nonce, at: now)
        return .challenged(IssuedChallenge(nonce: nonce, callID: attempt.callID, isAfterOldNonce: attempt.isAfterOldNonce))
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
