import AKA
import Foundation
import Testing
import Vectors

/// One published set of MILENAGE inputs and outputs, in base 16.
struct MilenageVector: Decodable, Sendable, CustomTestStringConvertible {
    let id, k, opc, rand, sqn, amf: String
    let f1, f1star, f2, f3, f4, f5, f5star: String
    /// Not carried for every set.
    let op: String?
    /// Computed from the set: the AUTN of its SQN, and the AUTS for SQN_MS = SQN.
    let autn: String?
    let auts: String?

    var testDescription: String { id }

    func key() throws -> MilenageKey { MilenageKey(k: try K(hex: k), opc: try OPc(hex: opc)) }

    static let all: [MilenageVector] = PublishedVectors.load("milenage")
}

/// One digest with its fields as text. The password is `xres` in base 16, or `password`.
struct DigestVector: Decodable, Sendable, CustomTestStringConvertible {
    let id, source, username, realm, method, uri, nonce, response: String
    let k, opc, rand, autn, xres, password, qop, nc, cnonce, body: String?

    var testDescription: String { id }

    static let all: [DigestVector] = PublishedVectors.load("digest")
}

enum PublishedVectors {
    /// An empty list, which the tests refuse, where the file is missing or not readable.
    static func load<Element: Decodable>(_ name: String) -> [Element] {
        guard let file = Bundle.module.url(forResource: "Vectors/\(name)", withExtension: "json"),
            let data = try? Data(contentsOf: file), let vectors = try? JSONDecoder().decode([Element].self, from: data)
        else { return [] }
        return vectors
    }
}

/// The first set of TS 35.208 with a subscriber's AMF: the user of most tests.
struct Subscriber {
    let key: MilenageKey
    let rand: RAND
    let amf: AMF

    init() throws {
        key = MilenageKey(
            k: try K(hex: "465b5ce8b199b49faa5f0a2ee238a6bc"), opc: try OPc(hex: "cd63cb71954a9f4e48a5994e37a02baf"))
        rand = try RAND(hex: "23553cbe9637a89d218ae64dae47bf35")
        amf = try AMF(hex: "8000")
    }
}
