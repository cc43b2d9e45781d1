internal import AKA
internal import Base
internal import Vectors

/// The one place where keys are used (TS 33.102 §6.3, "AuC").
///
/// One MILENAGE behind a lock that is held for one vector, well below a microsecond: less than a hop to any thread of its own would cost.
final class AuthenticationCentre: Sendable {
    private struct Engine: ~Copyable {
        var milenage: Milenage
        var challenges: ChallengeStock
    }

    private let engine: Guarded<Engine>

    /// - Throws: `.engineFailed`.
    init(random: any RandomSource) throws(AKAError) {
        engine = Guarded(Engine(milenage: try Milenage(), challenges: ChallengeStock(from: random)))
    }

    /// Makes the vector of a sequence number that is on disk already, with a fresh RAND.
    ///
    /// - Throws: `.noRandomness`, `.engineFailed`.
    func vector(_ sqn: SQN, _ credentials: Credentials) throws(AKAError) -> AuthenticationVector {
        try engine.withLock { engine throws(AKAError) in
            let rand = try engine.challenges.next()
            switch credentials.key {
            case .milenage(let key): return try engine.milenage.vector(key: key, amf: credentials.amf, sqn: sqn, rand: rand)
            }
        }
    }

    /// - Returns: SQN_MS.
    /// - Throws: `.authenticationFailed` where the writer of the AUTS does not hold K, `.engineFailed`.
    func verify(_ auts: AUTS, _ rand: RAND, _ credentials: Credentials) throws(AKAError) -> SQN {
        try engine.withLock { engine throws(AKAError) in
            switch credentials.key {
            case .milenage(let key): try engine.milenage.verify(auts: auts, rand: rand, key: key)
            }
        }
    }

    /// Computes what an operator compares to see that the right key is stored.
    func keyCheckValue(of key: KeyMaterial) throws(AKAError) -> String {
        try engine.withLock { engine throws(AKAError) in
            switch key {
            case .milenage(let key): try engine.milenage.keyCheckValue(of: key.k)
            }
        }
    }

    /// Mixes OP with a subscriber's K, for an operator who provisions OP.
    func opc(k: K, op: OP) throws(AKAError) -> OPc {
        try engine.withLock { engine throws(AKAError) in try engine.milenage.opc(k: k, op: op) }
    }
}
