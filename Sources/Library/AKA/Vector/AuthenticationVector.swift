package import Base

/// What one authentication takes: the challenge, the answer to expect, and the keys that come out of it.
///
/// Good for one authentication only (TS 33.203 §6.1.1). RAND and AUTN travel to the UE; the rest must not.
///
/// Source: TS 33.102 §6.3.2.
package struct AuthenticationVector: Sendable, Equatable {
    package let rand: RAND
    package let autn: AUTN
    /// 8 octets from MILENAGE; 4...16 in general.
    package let xres: SecretOctets
    /// 16 octets.
    package let ck: SecretOctets
    /// 16 octets.
    package let ik: SecretOctets
}

extension Milenage {
    /// Makes the vector of one SQN, which must be on disk before.
    ///
    /// - Parameter rand: fresh and unpredictable for every vector; see `RandomSource`.
    /// - Throws: `.engineFailed`.
    package mutating func vector(
        key: KeyMaterial, amf: AMF, sqn: SQN, rand: RAND
    ) throws(AKAError) -> AuthenticationVector {
        let (codes, answer) = try vectorOutputs(key: key, rand: rand, sqn: sqn, amf: amf)
        return AuthenticationVector(
            rand: rand,
            autn: AUTN(concealedSQN: sqn.value ^ answer.ak, amf: amf, macA: codes.macA),
            xres: answer.secretRES,
            ck: answer.secretCK,
            ik: answer.secretIK
        )
    }
}

extension Milenage.Answer {
    /// RES as 8 octets.
    package var secretRES: SecretOctets { withUnsafeBytes(of: res.bigEndian) { SecretOctets($0) } }
    /// CK as 16 octets.
    package var secretCK: SecretOctets { withUnsafeBytes(of: ck) { SecretOctets($0) } }
    /// IK as 16 octets.
    package var secretIK: SecretOctets { withUnsafeBytes(of: ik) { SecretOctets($0) } }
}
