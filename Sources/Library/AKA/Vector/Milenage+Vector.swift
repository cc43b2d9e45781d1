internal import Base
package import Vectors

extension Milenage {
    /// Makes the vector of one SQN, which must be on disk before.
    ///
    /// - Parameter rand: fresh and unpredictable for every vector; see `RandomSource`.
    /// - Throws: `.engineFailed`.
    package mutating func vector(
        key: MilenageKey, amf: AMF, sqn: SQN, rand: RAND
    ) throws(AKAError) -> AuthenticationVector {
        let (codes, answer) = try vectorOutputs(key: key, rand: rand, sqn: sqn, amf: amf)
        return AuthenticationVector(
            rand: rand, xres: answer.xres, autn: AUTN(concealedSQN: sqn.value ^ answer.ak, amf: amf, macA: codes.macA), ck: answer.ck,
            ik: answer.ik)
    }
}

extension Milenage.Answer {
    /// RES, 8 octets.
    package var xres: XRES { XRES(ofRightLength: withUnsafeBytes(of: res.bigEndian) { SecretOctets($0) }) }
    package var ck: CK { CK(ofRightLength: withUnsafeBytes(of: out3) { SecretOctets($0) }) }
    package var ik: IK { IK(ofRightLength: withUnsafeBytes(of: out4) { SecretOctets($0) }) }
}
