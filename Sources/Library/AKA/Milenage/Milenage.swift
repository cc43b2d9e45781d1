internal import Base
package import Vectors

/// The authentication and key generation functions f1...f5* over AES-128.
///
/// It has one owner and no lock: keep one for each event loop or actor. Every method sets the key of its subscriber, so that nothing of one
/// subscriber is left for the next. All methods throw `.engineFailed` when OpenSSL fails.
///
/// Source: TS 35.206 §4.1; TS 33.102 §6.3 says where the results go.
package struct Milenage: ~Copyable, Sendable {
    var kernel: AESKernel

    /// - Throws: `.engineFailed` without memory or without AES in OpenSSL.
    package init() throws(AKAError) { kernel = try AESKernel() }

    /// Computes f1...f5 together: everything that a vector holds.
    package mutating func vectorOutputs(
        key: MilenageKey, rand: RAND, sqn: SQN, amf: AMF
    ) throws(AKAError) -> (codes: Codes, answer: Answer) {
        let opc = key.opc.block
        let temp = try begin(key, rand, opc)
        var blocks: InlineArray<4, Block> = [
            Self.input1(temp, opc, sqn, amf), Self.input2(temp, opc), Self.input3(temp, opc), Self.input4(temp, opc),
        ]
        try kernel.encrypt(&blocks)
        return (Codes(out1: blocks[0] ^ opc), Answer(out2: blocks[1] ^ opc, out3: blocks[2] ^ opc, out4: blocks[3] ^ opc))
    }

    /// Computes f2...f5, which need no SQN: a USIM needs AK before it can read the SQN.
    package mutating func answer(key: MilenageKey, rand: RAND) throws(AKAError) -> Answer {
        let opc = key.opc.block
        let temp = try begin(key, rand, opc)
        var blocks: InlineArray<3, Block> = [Self.input2(temp, opc), Self.input3(temp, opc), Self.input4(temp, opc)]
        try kernel.encrypt(&blocks)
        return Answer(out2: blocks[0] ^ opc, out3: blocks[1] ^ opc, out4: blocks[2] ^ opc)
    }

    /// Computes f1 and f1*.
    package mutating func codes(key: MilenageKey, rand: RAND, sqn: SQN, amf: AMF) throws(AKAError) -> Codes {
        let opc = key.opc.block
        let temp = try begin(key, rand, opc)
        return Codes(out1: try kernel.encrypt(Self.input1(temp, opc, sqn, amf)) ^ opc)
    }

    /// Computes f5*, the anonymity key of a resynchronisation, 48 bits.
    package mutating func resynchronisationAK(key: MilenageKey, rand: RAND) throws(AKAError) -> UInt64 {
        let opc = key.opc.block
        let temp = try begin(key, rand, opc)
        return (try kernel.encrypt(Self.input5(temp, opc)) ^ opc).high >> 16
    }

    /// OPc = OP ⊕ E_K(OP).
    package mutating func opc(k: K, op: OP) throws(AKAError) -> OPc {
        try kernel.setKey(k)
        let block = op.block ^ (try kernel.encrypt(op.block))
        return OPc(ofRightLength: withUnsafeBytes(of: block) { SecretOctets($0) })
    }

    /// TEMP = E_K(RAND ⊕ OPc); the key stays set.
    private mutating func begin(_ key: MilenageKey, _ rand: RAND, _ opc: Block) throws(AKAError) -> Block {
        try kernel.setKey(key.k)
        return try kernel.encrypt(rand.block ^ opc)
    }
}

extension Milenage {
    /// Results of f1 and f1*: the codes of the network and of a resynchronising UE, 64 bits each.
    package struct Codes: Hashable, Sendable {
        package let macA: UInt64
        package let macS: UInt64

        init(out1: Block) {
            macA = out1.high
            macS = out1.low
        }
    }

    /// Results of f2...f5. They are secret: keep them only as long as it takes to fill a vector.
    package struct Answer: Sendable, CustomStringConvertible, CustomReflectable {
        /// RES, 64 bits.
        package let res: UInt64
        /// CK.
        let out3: Block
        /// IK.
        let out4: Block
        /// AK, 48 bits.
        package let ak: UInt64

        init(out2: Block, out3: Block, out4: Block) {
            res = out2.low
            ak = out2.high >> 16
            self.out3 = out3
            self.out4 = out4
        }

        package var description: String { "<redacted>" }
        package var customMirror: Mirror { Mirror(self, children: []) }
    }
}

// The inputs of the second encryption, with the rotations r1...r5 and the constants c1...c5 (TS 35.206 §4.1).
extension Milenage {
    private static func input1(_ temp: Block, _ opc: Block, _ sqn: SQN, _ amf: AMF) -> Block {
        let half = sqn.value << 16 | UInt64(amf.value)
        return temp ^ (Block(high: half, low: half) ^ opc).rotatedLeft(bits: 64)
    }

    private static func input2(_ temp: Block, _ opc: Block) -> Block { (temp ^ opc) ^ Block(high: 0, low: 1) }

    private static func input3(_ temp: Block, _ opc: Block) -> Block {
        (temp ^ opc).rotatedLeft(bits: 32) ^ Block(high: 0, low: 2)
    }

    private static func input4(_ temp: Block, _ opc: Block) -> Block {
        (temp ^ opc).rotatedLeft(bits: 64) ^ Block(high: 0, low: 4)
    }

    private static func input5(_ temp: Block, _ opc: Block) -> Block {
        (temp ^ opc).rotatedLeft(bits: 96) ^ Block(high: 0, low: 8)
    }
}
