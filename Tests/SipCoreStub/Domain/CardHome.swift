import AKA
import Base
import Nhss

/// A home database that computes real vectors.
final class CardHome: AuthenticationInformationSource {
    private struct State {
        var sqn: SQN
        var resynchronisations = 0
        var failure: AuthFailure.Code?
    }

    private let key: KeyMaterial
    private let heedsResynchronisation: Bool
    private let state: Guarded<State>

    init(_ key: KeyMaterial, heedsResynchronisation: Bool) throws {
        self.key = key
        self.heedsResynchronisation = heedsResynchronisation
        state = Guarded(State(sqn: try SQN(0x20)))
    }

    var resynchronisations: Int { state.withLock { $0.resynchronisations } }
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
                    auts: AKA.AUTS(resynchronisation.auts.octets), rand: AKA.RAND(resynchronisation.rand.octets), key: key)
                state.withLock {
                    $0.resynchronisations += 1
                    if heedsResynchronisation { $0.sqn = sqn }
                }
            }
            let ind = try IND(1)
            let sqn = state.withLock { state -> SQN in
                state.sqn = state.sqn.next(ind: ind) ?? state.sqn
                return state.sqn
            }
            let vector = try milenage.vector(key: key, amf: AMF(value: 0x8000), sqn: sqn, rand: SystemRandom().rands(1)[0])
            let wire = Nhss.AuthenticationVector(
                rand: try Nhss.RAND(octets: vector.rand.octets), xres: try XRES(octets: vector.xres.octets),
                autn: try Nhss.AUTN(octets: vector.autn.octets),
                ck: try CK(octets: vector.ck.octets), ik: try IK(octets: vector.ik.octets))
            return AuthenticationInformation(impi: request.impi, impu: request.impu, vectors: [wire])
        } catch { throw AuthFailure(.authenticationRejected, "\(error)") }
    }
}
