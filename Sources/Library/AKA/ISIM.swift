package import Vectors

/// An ISIM in software: the card of a test UE.
///
/// Source: TS 33.102 §6.3.3 (what the USIM does with RAND and AUTN) and Annex C.2.
package struct ISIM: ~Copyable, Sendable {
    private var milenage: Milenage
    private let key: KeyMaterial
    package private(set) var window: SequenceNumberWindow

    /// - Throws: `.engineFailed`.
    package init(key: KeyMaterial, window: SequenceNumberWindow) throws(AKAError) {
        self.key = key
        self.window = window
        milenage = try Milenage()
    }

    package enum Outcome: Sendable, Equatable {
        /// The network is genuine and the challenge fresh. RES has 8 octets.
        case success(res: XRES, ck: CK, ik: IK)
        /// The network is genuine, the challenge is not fresh.
        case synchronisationFailure(AUTS)
        /// Whoever made the challenge does not hold K.
        case macFailure
    }

    /// Answers a challenge. The SQN counts as used only on success.
    ///
    /// - Throws: `.engineFailed`.
    package mutating func authenticate(rand: RAND, autn: AUTN) throws(AKAError) -> Outcome {
        switch key {
        case .milenage(let key): try authenticate(key, rand, autn)
        }
    }

    private mutating func authenticate(_ key: MilenageKey, _ rand: RAND, _ autn: AUTN) throws(AKAError) -> Outcome {
        let answer = try milenage.answer(key: key, rand: rand)
        let sqn = SQN(fortyEightBits: autn.concealedSQN ^ answer.ak)
        let expected = try milenage.codes(key: key, rand: rand, sqn: sqn, amf: autn.amf)
        // MAC-A before SQN: an attacker must not learn SQN_MS by asking. One comparison of two machine words.
        guard expected.macA == autn.macA else { return .macFailure }
        guard window.accept(sqn) else {
            return .synchronisationFailure(try milenage.auts(sqnMS: window.highest, rand: rand, key: key))
        }
        return .success(res: answer.xres, ck: answer.ck, ik: answer.ik)
    }
}
