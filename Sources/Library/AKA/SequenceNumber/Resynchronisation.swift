package import Vectors

extension Milenage {
    /// Reads SQN_MS out of an AUTS, if the holder of K wrote it.
    ///
    /// - Parameter rand: the RAND of the very challenge that the AUTS answers, as the home or the SIP core remembers it.
    /// - Returns: SQN_MS, the highest SQN that the USIM has accepted.
    /// - Throws: `.authenticationFailed` if MAC-S does not match, and then the subscriber's SQN must stay as it is; `.engineFailed`.
    ///
    /// Source: TS 33.102 §6.3.5 (MAC-S is checked first and always, which is stricter and ends the same).
    package mutating func verify(auts: AUTS, rand: RAND, key: MilenageKey) throws(AKAError) -> SQN {
        let sqn = SQN(fortyEightBits: auts.concealedSQN ^ (try resynchronisationAK(key: key, rand: rand)))
        let expected = try codes(key: key, rand: rand, sqn: sqn, amf: .resynchronisation)
        // One comparison of two machine words: its time does not depend on where they differ.
        guard expected.macS == auts.macS else { throw AKAError(.authenticationFailed, "the MAC-S of the AUTS does not match") }
        return sqn
    }

    /// The USIM's side: conceals and signs the highest SQN that it has accepted.
    ///
    /// Source: TS 33.102 §6.3.3.
    package mutating func auts(sqnMS: SQN, rand: RAND, key: MilenageKey) throws(AKAError) -> AUTS {
        let concealed = sqnMS.value ^ (try resynchronisationAK(key: key, rand: rand))
        let codes = try codes(key: key, rand: rand, sqn: sqnMS, amf: .resynchronisation)
        return AUTS(concealedSQN: concealed, macS: codes.macS)
    }
}
