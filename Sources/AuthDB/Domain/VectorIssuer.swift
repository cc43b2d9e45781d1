internal import AKA
internal import Callbacks
internal import Chain
internal import Nhss
internal import Store
internal import Vectors

/// Issues up to five AKA vectors, lowest SQN first.
///
/// The sequence numbers are on disk before this returns: a crash may skip numbers, never repeat one. The issuer believes the visited system
/// that a question names, and so must stand behind `OwnSystemOnly`.
///
/// Source: TS 29.562 §6.3.6.2, TS 29.228 §6.3.1, TS 33.102 §6.3.2 and Annex C.
struct VectorIssuer: AuthenticationInformationSource {
    /// An event that metrics count.
    enum Event: Sendable, Equatable {
        case issued(count: Int)
        case resynchronised(SequenceNumberPolicy.Decision)
        case resynchronisationRejected
        /// The subscriber had more than a few sequence numbers left before this question, and has few left after it.
        case nearEnd(IMPI)
        /// No sequence number is left.
        case exhausted(IMPI)
    }

    let store: any SubscriberStore
    let centre: AuthenticationCentre
    let ownSystem: SystemID
    let onEvent: @Sendable (Event) -> Void
    let callbacks: CallbackLedger

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let allocation = try await allocate(request)
        let vectors = try vectors(allocation)
        onEvent(.issued(count: vectors.count))
        if let uri = request.deregCallbackUri, let asker = context.peer {
            // Also of a question about no public identity: whoever asks it may register any of them.
            try await callbacks.keep(
                Callback(impi: request.impi, asker: asker, nextImpi: request.impi, nextSystem: ownSystem, uri: uri),
                granting: GrantedIdentities(allocation.identities), since: nil)
        }
        return AuthenticationInformation(
            impi: request.impi, impu: request.impu, associatedIdentities: request.impu == nil ? [] : allocation.identities, items: .aka(vectors))
    }

    private func allocate(_ request: AuthenticationInformationRequest) async throws(AuthFailure) -> Allocation {
        let asked = Allocation.Request(
            impi: request.impi, impu: request.impu, system: RequestingSystem(visited: request.visitedSystem, ownSystem: ownSystem),
            cscfServerName: request.cscfServerName, count: max(1, min(request.numberOfItems, AuthDBLimits.vectorsPerAnswerMax)))
        let rules = AdmissionRules(request: request, centre: centre)
        let outcome: Allocation.Outcome
        do { outcome = try await store.allocate(asked, admit: rules.admit) } catch { throw AuthFailure(error) }
        switch outcome {
        case .allocated(let allocation):
            if let decision = allocation.admission.resynchronisation { onEvent(.resynchronised(decision)) }
            if let last = allocation.sqns.last, last.isNearEnd, !allocation.admission.credentials.sqn.isNearEnd { onEvent(.nearEnd(request.impi)) }
            return allocation
        case .refused(let failure):
            if failure.code == .authenticationRejected { onEvent(.resynchronisationRejected) }
            throw failure
        case .exhausted:
            onEvent(.exhausted(request.impi))
            throw AuthFailure(.vectorGenerationFailed, "the subscriber's sequence numbers are used up")
        }
    }

    private func vectors(_ allocation: Allocation) throws(AuthFailure) -> [AuthenticationVector] {
        var vectors: [AuthenticationVector] = []
        do {
            for sqn in allocation.sqns { vectors.append(try centre.vector(sqn, allocation.admission.credentials)) }
        } catch { throw AuthFailure(.vectorGenerationFailed, "no vector could be computed: \(error)") }
        return vectors
    }
}
