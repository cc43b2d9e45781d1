import AKA
import Base
import Nhss
import Vectors

/// A home database that computes the vectors of one card.
final class CardHome: AuthenticationInformationSource {
    private struct State {
        var sqn: SQN
        var resynchronisations = 0
        var failure: AuthFailure.Code?
        var associated: [AssociatedIdentity] = []
    }

    private let key: MilenageKey
    private let heedsResynchronisation: Bool
    private let state: Guarded<State>

    init(_ key: MilenageKey, heedsResynchronisation: Bool) throws {
        self.key = key
        self.heedsResynchronisation = heedsResynchronisation
        state = Guarded(State(sqn: try SQN(0x20)))
    }

    var resynchronisations: Int { state.withLock { $0.resynchronisations } }
    /// What is registered together, of all users.
    var associated: [AssociatedIdentity] {
        get { state.withLock { $0.associated } }
        set { state.withLock { $0.associated = newValue } }
    }
    var failure: AuthFailure.Code? {
        get { state.withLock { $0.failure } }
        set { state.withLock { $0.failure = newValue } }
    }

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        if let failure { throw AuthFailure(failure, "as the test wants it") }
        do {
            var milenage = try Milenage()
            if let resynchronisation = request.resynchronisation {
                let sqn = try milenage.verify(
                    auts: resynchronisation.auts, rand: resynchronisation.rand, key: key)
                state.withLock {
                    $0.resynchronisations += 1
                    if heedsResynchronisation { $0.sqn = sqn }
                }
            }
            let ind = try IND(1)
            var vectors: [AuthenticationVector] = []
            for _ in 0..<request.numberOfItems {
                let sqn = state.withLock { state -> SQN in
                    state.sqn = state.sqn.next(ind: ind) ?? state.sqn
                    return state.sqn
                }
                vectors.append(try milenage.vector(key: key, amf: AMF(value: 0x8000), sqn: sqn, rand: SystemRandom().rands(1)[0]))
            }
            return AuthenticationInformation(impi: request.impi, impu: request.impu, associatedIdentities: associated, items: .aka(vectors))
        } catch { throw AuthFailure(.authenticationRejected, "\(error)") }
    }
}
