internal import Base
package import Vectors

extension Milenage {
    /// Makes the vector of one SQN, which must be on disk before.
    ///
    ///     var milenage = try Milenage()
    ///     let key = MilenageKey(k: try K(hex: "465b5ce8b199b49faa5f0a2ee238a6bc"), opc: try OPc(hex: "cd63cb71954a9f4e48a5994e37a02baf"))
    ///     let sqn = try SQN(seq: 1, ind: .zero)
    ///     let vector = try milenage.vector(key: key, amf: AMF(value: 0x8000), sqn: sqn, rand: try SystemRandom().rands(1)[0])
    ///
    /// - Parameter rand: fresh and unpredictable for every vector; see `RandomSource`.
    /// - Returns: RAND, AUTN, CK and IK of 16 octets, XRES of 8.
    /// - Throws: `.engineFailed`.
    ///
    /// Source: TS 33.102 §6.3.2.
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
