internal import Base
internal import Nhss
internal import Vectors

/// Has the vectors for challenges, and asks for them no more often than needed: anybody can send a REGISTER in the name of a user, and each vector
/// uses up a sequence number of the user's home.
///
/// While a question for a user is under way nobody else asks for that user: later attempts wait for its answer, and then share one question. Senders
/// that are known have a question of their own, so that they do not wait for strangers. A vector that was not needed serves the next attempt
/// while it is fresh.
final class VectorSupply: Sendable {
    /// What the attempts that waited for a question are told when it has ended.
    private enum Ending: Sendable {
        /// Ask now, for as many vectors as are wanted together, unless somebody else does.
        case answered(wanted: Int)
        case failed(AuthFailure)
        /// There is no room to wait for the question, or another attempt has taken it.
        case noRoom
    }

    private struct Question {
        /// Its failure says nothing about others, who have no AUTS or another.
        let isResynchronisation: Bool
        var waiting = WaitingRoom<CheckedContinuation<Ending, Never>>()
    }

    private enum Turn {
        case use(FreshVector)
        case ask
        case wait
    }

    /// The attempts that wait for one another.
    private struct Lane: Hashable {
        let user: UserIdentities
        let isOfStrangers: Bool
    }

    private struct State {
        var underWay: [Lane: Question] = [:]
        /// Vectors that never went out, oldest first. One that went out is never used again.
        var unsent: ExpiringTable<UserIdentities, [FreshVector]>
    }

    private let source: any AuthenticationInformationSource
    private let serverName: String
    private let limits: SipCoreLimits
    private let now: @Sendable () -> Instant
    private let callback: @Sendable () async -> String?
    private let state: Guarded<State>

    /// - Parameters:
    ///   - serverName: the SIP URI of this S-CSCF.
    ///   - callback: where this core is told that a user is shut out; nil where nobody can tell it.
    init(
        _ source: any AuthenticationInformationSource, serverName: String, limits: SipCoreLimits, now: @escaping @Sendable () -> Instant,
        callback: @escaping @Sendable () async -> String? = { nil }
    ) {
        self.callback = callback
        self.source = source
        self.serverName = serverName
        self.limits = limits
        self.now = now
        state = Guarded(State(unsent: ExpiringTable(timeToLive: limits.unsentVectorTime, countMax: limits.unsentVectorsMax)))
    }

    /// A vector that nobody else has.
    /// - Parameter sender: decides which attempts it waits for, and which attempts wait where too many want to.
    func vector(
        for user: UserIdentities, _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?,
        from sender: (source: SourceAddress?, standing: KnownSenders.Standing), in context: CallContext
    ) async throws(AuthFailure) -> FreshVector {
        let lane = Lane(user: user, isOfStrangers: sender.standing == .stranger)
        var wanted = 1
        while true {
            switch turn(of: lane, isResynchronisation: resynchronisation != nil) {
            case .use(let vector): return vector
            case .ask: return try await ask(for: lane, resynchronisation, wanted, context)
            case .wait: break
            }
            switch await ending(of: lane, sender.source) {
            case .answered(let together): wanted = together
            case .failed(let failure): if resynchronisation == nil { throw failure }
            case .noRoom: throw AuthFailure(.tooManyRequests, "too many attempts of the user wait already")
            }
            guard now() < context.deadline else { throw AuthFailure(.timedOut, "other questions for the user took all the time") }
        }
    }

    /// Attempts of a user that wait for the question which is under way.
    func waitingCount(for user: UserIdentities) -> Int {
        state.withLock { state in [true, false].reduce(0) { $0 + (state.underWay[Lane(user: user, isOfStrangers: $1)]?.waiting.count ?? 0) } }
    }

    func removeExpired(at now: Instant) { state.withLock { $0.unsent.removeExpired(at: now) } }

    // MARK: Turns

    private func turn(of lane: Lane, isResynchronisation: Bool) -> Turn {
        let now = now()
        return state.withLock { state in
            if state.underWay[lane] != nil { return .wait }
            let user = lane.user
            // After AUTS the UE takes no vector from before it.
            if isResynchronisation { state.unsent.remove(user) }
            if var vectors = state.unsent.value(for: user, at: now), !vectors.isEmpty {
                let vector = vectors.removeFirst()
                if vectors.isEmpty { state.unsent.remove(user) } else { state.unsent.update(vectors, for: user) }
                return .use(vector)
            }
            state.underWay[lane] = Question(isResynchronisation: isResynchronisation)
            return .ask
        }
    }

    /// Waits for the end of the question that is under way.
    private func ending(of lane: Lane, _ source: SourceAddress?) async -> Ending {
        await withCheckedContinuation { continuation in
            let (isUnderWay, displaced) = state.withLock { state in
                let displaced = state.underWay[lane]?.waiting.add(continuation, source: source, countMax: limits.attemptsWaitingMax)
                return (state.underWay[lane] != nil, displaced ?? nil)
            }
            if !isUnderWay { continuation.resume(returning: .answered(wanted: 1)) }
            displaced?.resume(returning: .noRoom)
        }
    }

    // MARK: Questions

    private func ask(
        for lane: Lane, _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?, _ wanted: Int, _ context: CallContext
    ) async throws(AuthFailure) -> FreshVector {
        let question = AuthenticationInformationRequest(
            impi: lane.user.impi, impu: lane.user.impu, cscfServerName: serverName,
            numberOfItems: resynchronisation == nil ? max(1, min(wanted, limits.vectorsPerQuestionMax)) : 1, resynchronisation: resynchronisation,
            deregCallbackUri: await callback())
        let asked = now()
        do throws(AuthFailure) {
            let vectors = try VectorSupply.vectors(try await source.authenticationInformation(question, in: context), to: question, asked)
            guard let first = vectors.first else { throw AuthFailure(.peerInvalid, "the answer holds no vector") }
            end(of: lane, leaving: Array(vectors.dropFirst()))
            return first
        } catch {
            end(of: lane, failure: error)
            throw error
        }
    }

    /// Refuses an answer without the public identity: its source has not said that the public identity belongs to the private one.
    private static func vectors(
        _ information: AuthenticationInformation, to question: AuthenticationInformationRequest, _ asked: Instant
    ) throws(AuthFailure) -> [FreshVector] {
        guard information.isAbout(question), information.impu != nil else {
            throw AuthFailure(.peerInvalid, "the answer is about other identities than were asked for")
        }
        switch information.items {
        case .aka(let vectors): return vectors.map { FreshVector($0, asked: asked, associated: information.associatedIdentities) }
        }
    }

    private func end(of lane: Lane, leaving vectors: [FreshVector]) {
        let now = now()
        let question = state.withLock { state in
            if !vectors.isEmpty { state.unsent.insert(vectors, for: lane.user, at: now) }
            return state.underWay.removeValue(forKey: lane)
        }
        let waiting = question?.waiting.all ?? []
        for continuation in waiting { continuation.resume(returning: .answered(wanted: waiting.count - vectors.count)) }
    }

    private func end(of lane: Lane, failure: AuthFailure) {
        let question = state.withLock { $0.underWay.removeValue(forKey: lane) }
        guard let question else { return }
        let ending: Ending = question.isResynchronisation ? .answered(wanted: question.waiting.count) : .failed(failure)
        for continuation in question.waiting.all { continuation.resume(returning: ending) }
    }
}
