import Base
import SIP
import Support

@testable import MCUE

/// A UE's directory with its ISIM file, what the program says, and identifiers that are the same in each run.
final class UELaboratory: Sendable {
    /// Test set 1 of TS 35.208 §4.3.1.
    static let k = "465b5ce8b199b49faa5f0a2ee238a6bc"
    static let op = "cdc202d5123e20f62b6d676ac72cb318"
    static let opc = "cd63cb71954a9f4e48a5994e37a02baf"
    static let sqn = "ff9bb4d0b607"
    /// The SQN before that of the test set: its challenge is fresh to this card.
    static let sqnBefore = "ff9bb4d0b5e7"
    /// Base 64 of RAND and AUTN of the test set.
    static let nonce = "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M="
    /// The same with the last bit of the MAC turned.
    static let forgedNonce = "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7I="

    static let impi = "visitor1@partner.example"
    static let impu = "sip:visitor1@partner.example"
    static let realm = "partner.example"
    static let trace = "0af7651916cd43dd8448eb211c80319c"

    let directory: TemporaryDirectory
    private let told = Guarded<[String]>([])
    private let complained = Guarded<[String]>([])

    init() throws { directory = try TemporaryDirectory() }

    var console: Console {
        Console(tell: { line in self.told.withLock { $0.append(line) } }, complain: { line in self.complained.withLock { $0.append(line) } })
    }
    /// What went to standard output, line by line.
    var lines: [String] { told.withLock { $0 } }
    /// What went to standard error.
    var complaints: [String] { complained.withLock { $0 } }

    /// Numbers from 1 on, instead of random ones.
    static func identifiers() -> RandomIdentifiers {
        let last = Guarded<UInt64>(0)
        return RandomIdentifiers {
            last.withLock { last in
                last += 1
                return last
            }
        }
    }

    static func isim(sqn: String = sqnBefore) -> String { #"{"k":"\#(k)","opc":"\#(opc)","amf":"b9b9","sqn":"\#(sqn)"}"# }

    static func card(sqn: String = sqnBefore) throws -> Card { try Card.made(from: try ISIMFile(SecretOctets(Array(isim(sqn: sqn).utf8)))) }

    static func challenge(nonce: String = nonce, qop: [String] = ["auth"]) -> DigestChallenge {
        DigestChallenge(
            realm: Array(realm.utf8), nonce: Array(nonce.utf8), algorithm: Array("AKAv1-MD5".utf8), qop: qop.map { Array($0.utf8) })
    }
}
