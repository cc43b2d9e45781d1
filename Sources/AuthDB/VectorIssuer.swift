internal import AKA
internal import Nhss
internal import Records
internal import Storage

/// Issues up to five AKA vectors, lowest SQN first.
///
/// The sequence numbers are on disk before this returns: a crash may skip numbers, never repeat one.
///
/// Source: TS 29.562 §6.3.6.2, TS 29.228 §6.3.1, TS 33.102 §6.3.2 and Annex C.
struct VectorIssuer: AuthenticationInformationSource {
    /// How a question ended, for metrics.
    enum Event: Sendable, Equatable {
        case issued(count: Int, resynchronisation: SequenceNumberPolicy.Decision?)
        case refused(AuthFailure.Code, wasResynchronisation: Bool)
    }

    let store: any SubscriberStore
    let centre: AuthenticationCentre
    /// The one system that may ask: others come by way of its migration management server.
    let ownSystem: SystemID
    let onEvent: @Sendable (Event) -> Void

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        do {
            try checkRequester(context)
            let allocation = try await allocate(request)
            let vectors = try vectors(allocation)
            onEvent(.issued(count: vectors.count, resynchronisation: allocation.admission.resynchronisation))
            return AuthenticationInformation(impi: request.impi, impu: request.impu, vectors: vectors)
        } catch {
            onEvent(.refused(error.code, wasResynchronisation: request.resynchronisation != nil))
            throw error
        }
    }

    private func checkRequester(_ context: CallContext) throws(AuthFailure) {
        guard context.peer == ownSystem else { throw AuthFailure(.requesterNotAuthorised, "the requester is not of this system") }
    }

    private func allocate(_ request: AuthenticationInformationRequest) async throws(AuthFailure) -> Allocation {
        let wish = Allocation.Wish(
            impi: request.impi, impu: request.impu, system: RequestingSystem(visited: request.visitedSystem, ownSystem: ownSystem),
            cscfServerName: request.cscfServerName, count: max(1, min(request.numberOfItems, AuthDBLimits.vectorsPerAnswerMax)))
        let rules = AdmissionRules(request: request, centre: centre)
        let outcome: Allocation.Outcome
        do { outcome = try await store.allocate(wish, admit: rules.admit) } catch { throw AuthFailure(error) }
        switch outcome {
        case .allocated(let allocation): return allocation
        case .refused(let failure): throw failure
        case .exhausted: throw AuthFailure(.vectorGenerationFailed, "the subscriber's sequence numbers are used up")
        }
    }

    private func vectors(_ allocation: Allocation) throws(AuthFailure) -> [Nhss.AuthenticationVector] {
        var vectors: [Nhss.AuthenticationVector] = []
        do {
            for sqn in allocation.sqns {
                vectors.append(try Nhss.AuthenticationVector(try centre.vector(sqn, allocation.admission.credentials)))
            }
        } catch { throw AuthFailure(.vectorGenerationFailed, "no vector could be computed: \(error)") }
        return vectors
    }
}
