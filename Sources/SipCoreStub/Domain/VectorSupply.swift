internal import Base
internal import Nhss
internal import Vectors

/// Has the vectors for challenges, and asks for them no more often than needed: anybody can send a REGISTER in the name of a user, and each vector
/// uses up a sequence number of the user's home.
///
/// While a question for a user is under way nobody else asks for that user: later attempts wait for its answer, and then share one question. A vector
/// that was not needed serves the next attempt while it is fresh.
final class VectorSupply: Sendable {
    /// What the attempts that waited for a question are told when it has ended.
    private enum Ending: Sendable {
        /// Ask now, for as many vectors as are wanted together, unless somebody else does.
        case answered(wanted: Int)
        case failed(AuthFailure)
    }

    private struct Question {
        /// Its failure says nothing about others, who have no AUTS or another.
        let isResynchronisation: Bool
        var waiting: [CheckedContinuation<Ending, Never>] = []
    }

    private enum Turn {
        case use(FreshVector)
        case ask
        case wait
        case refused
    }

    private struct State {
        var underWay: [UserIdentities: Question] = [:]
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
    func vector(
        for user: UserIdentities, _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?, in context: CallContext
    ) async throws(AuthFailure) -> FreshVector {
        var wanted = 1
        while true {
            switch turn(of: user, isResynchronisation: resynchronisation != nil) {
            case .use(let vector): return vector
            case .ask: return try await ask(for: user, resynchronisation, wanted, context)
            case .refused: throw AuthFailure(.tooManyRequests, "\(limits.attemptsWaitingMax) attempts of the user wait already")
            case .wait: break
            }
            switch await ending(of: user) {
            case .answered(let together): wanted = together
            case .failed(let failure): if resynchronisation == nil { throw failure }
            }
            guard now() < context.deadline else { throw AuthFailure(.timedOut, "other questions for the user took all the time") }
        }
    }

    /// Attempts of a user that wait for the question which is under way.
    func waitingCount(for user: UserIdentities) -> Int { state.withLock { $0.underWay[user]?.waiting.count ?? 0 } }

    func removeExpired(at now: Instant) { state.withLock { $0.unsent.removeExpired(at: now) } }

    // MARK: Turns

    private func turn(of user: UserIdentities, isResynchronisation: Bool) -> Turn {
        let now = now()
        return state.withLock { state in
            if let question = state.underWay[user] { return question.waiting.count < limits.attemptsWaitingMax ? .wait : .refused }
            // After AUTS the UE takes no vector from before it.
            if isResynchronisation { state.unsent.remove(user) }
            if var vectors = state.unsent.value(for: user, at: now), !vectors.isEmpty {
                let vector = vectors.removeFirst()
                if vectors.isEmpty { state.unsent.remove(user) } else { state.unsent.update(vectors, for: user) }
                return .use(vector)
            }
            state.underWay[user] = Question(isResynchronisation: isResynchronisation)
            return .ask
        }
    }

    /// Waits for the end of the question that is under way.
    private func ending(of user: UserIdentities) async -> Ending {
        await withCheckedContinuation { continuation in
            let isWaiting = state.withLock { state in
                guard state.underWay[user] != nil else { return false }
                state.underWay[user]?.waiting.append(continuation)
                return true
            }
            if !isWaiting { continuation.resume(returning: .answered(wanted: 1)) }
        }
    }

    // MARK: Questions

    private func ask(
        for user: UserIdentities, _ resynchronisation: AuthenticationInformationRequest.Resynchronisation?, _ wanted: Int, _ context: CallContext
    ) async throws(AuthFailure) -> FreshVector {
        let question = AuthenticationInformationRequest(
            impi: user.impi, impu: user.impu, cscfServerName: serverName,
            numberOfItems: resynchronisation == nil ? max(1, min(wanted, limits.vectorsPerQuestionMax)) : 1, resynchronisation: resynchronisation,
            deregCallbackUri: await callback())
        let asked = now()
        do throws(AuthFailure) {
            let vectors = try VectorSupply.vectors(try await source.authenticationInformation(question, in: context), to: question, asked)
            guard let first = vectors.first else { throw AuthFailure(.peerInvalid, "the answer holds no vector") }
            end(of: user, leaving: Array(vectors.dropFirst()))
            return first
        } catch {
            end(of: user, failure: error)
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

    private func end(of user: UserIdentities, leaving vectors: [FreshVector]) {
        let now = now()
        let question = state.withLock { state in
            if !vectors.isEmpty { state.unsent.insert(vectors, for: user, at: now) }
            return state.underWay.removeValue(forKey: user)
        }
        let waiting = question?.waiting ?? []
        for continuation in waiting { continuation.resume(returning: .answered(wanted: waiting.count - vectors.count)) }
    }

    private func end(of user: UserIdentities, failure: AuthFailure) {
        let question = state.withLock { $0.underWay.removeValue(forKey: user) }
        guard let question else { return }
        let ending: Ending = question.isResynchronisation ? .answered(wanted: question.waiting.count) : .failed(failure)
        for continuation in question.waiting { continuation.resume(returning: ending) }
    }
}
