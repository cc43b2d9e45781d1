import AKA
import Base
import Testing
import Vectors

@Suite struct DigestAKATests {
    @Test func `the published examples are all there`() {
        #expect(DigestVector.all.count == 6)
    }

    @Test(arguments: DigestVector.all)
    func `the published response is computed and verified`(vector: DigestVector) throws {
        var digest = try DigestAKA()
        let response = try digest.response(to: vector.request(), password: vector.secret())
        #expect(String(decoding: response, as: UTF8.self) == vector.response)
        let verified = try digest.verify(response: vector.response.utf8, to: vector.request(), password: vector.secret())
        #expect(verified)
        let shouted = try digest.verify(
            response: vector.response.uppercased().utf8, to: vector.request(), password: vector.secret())
        #expect(shouted)
    }

    @Test(arguments: DigestVector.all.filter { $0.autn != nil })
    func `RAND and AUTN of the published examples make their nonce`(vector: DigestVector) throws {
        let nonce = AKANonce(rand: try RAND(hex: vector.rand ?? ""), autn: try AUTN(hex: vector.autn ?? ""))
        #expect(nonce.text == vector.nonce)
        #expect(try AKANonce(parsing: vector.nonce.utf8) == nonce)
    }

    /// A partner's REGISTER over the first set of TS 35.208 with AMF 8000 and SQN 32; recomputed independently.
    @Test(arguments: [
        (qop: "", password: "a54211d5e3ba50bf", response: "d24f6bb12badabbf80e41d65e40b5f91"),
        (qop: "auth", password: "a54211d5e3ba50bf", response: "b40bb0846ef830990940e0f97bd7c5fa"),
        (qop: "auth-int", password: "a54211d5e3ba50bf", response: "fe3d52916d886514a8cb370e87e74582"),
        (qop: "auth", password: "", response: "aba9c5f9fdc5917c0c1464285c21efa5"),
    ])
    func `a migrated user's REGISTER is answered`(qop: String, password: String, response: String) throws {
        var digest = try DigestAKA()
        let secret = try password.isEmpty ? .empty : DigestAKA.Password.res(SecretOctets(#require(Hex.decode(password.utf8))))
        let answer = try digest.response(to: Self.partnerRegister(qop: qop), password: secret)
        #expect(String(decoding: answer, as: UTF8.self) == response)
    }

    @Test func `a response with any other digit, length or alphabet is refused`() throws {
        let request = Self.partnerRegister(qop: "auth")
        let password = DigestAKA.Password.res(SecretOctets(try #require(Hex.decode("a54211d5e3ba50bf".utf8))))
        let right = Array("b40bb0846ef830990940e0f97bd7c5fa".utf8)
        var wrong: [[UInt8]] = [[], right.dropLast(2), right + right, right.dropLast() + [UInt8(ascii: "g")]]
        for index in right.indices {
            var changed = right
            changed[index] = changed[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            wrong.append(changed)
        }
        var digest = try DigestAKA()
        for response in wrong {
            let verified = try digest.verify(response: response, to: request, password: password)
            #expect(!verified, "\(String(decoding: response, as: UTF8.self))")
        }
    }

    @Test func `every field counts`() throws {
        var digest = try DigestAKA()
        let password = DigestAKA.Password.res(SecretOctets([0, 0x3a, 0xff, 0]))
        let request = Self.partnerRegister(qop: "auth")
        var changed = Array(repeating: request, count: 9)
        changed[1].username = request.username.dropLast()
        changed[2].realm = request.realm.dropLast()
        changed[3].nonce = request.nonce.dropLast()
        changed[4].method = request.method.dropLast()
        changed[5].uri = request.uri.dropLast()
        changed[6].protection = .authentication(nc: bytes("00000002"), cnonce: bytes("0a4f113b"))
        changed[7].protection = .authentication(nc: bytes("00000001"), cnonce: bytes("0a4f113c"))
        changed[8].protection = .none
        var responses: Set<[UInt8]> = []
        for request in changed { responses.insert(try digest.response(to: request, password: password)) }
        #expect(responses.count == 9)
    }

    @Test func `a zero octet does not end the password`() throws {
        var digest = try DigestAKA()
        let request = Self.partnerRegister(qop: "auth")
        var responses: Set<[UInt8]> = []
        for password in [[], [0], [0, 1], [0, 2], [0, 0], [0xc3, 0x28]] as [[UInt8]] {
            responses.insert(try digest.response(to: request, password: .res(SecretOctets(password))))
        }
        #expect(responses.count == 6)
    }

    @Test func `integrity covers the body`() throws {
        var digest = try DigestAKA()
        var request = Self.partnerRegister(qop: "auth-int")
        let password = DigestAKA.Password.res(SecretOctets([1, 2, 3, 4]))
        let empty = try digest.response(to: request, password: password)
        request.protection = .integrity(nc: bytes("00000001"), cnonce: bytes("0a4f113b"), body: [0])
        let other = try digest.response(to: request, password: password)
        #expect(empty != other)
    }

    @Test func `a nonce may carry server data after its 32 octets`() throws {
        let octets = Array(UInt8(0)..<UInt8(40))
        let nonce = try AKANonce(parsing: Base64.encode(octets).utf8)
        #expect(nonce.rand.octets == Array(octets.prefix(16)))
        #expect(nonce.autn.octets == Array(octets[16..<32]))
    }

    @Test func `a nonce that is short, not base 64, or endless is refused`() {
        let short = Base64.encode([UInt8](repeating: 7, count: 31))
        let endless = Base64.encode([UInt8](repeating: 7, count: 4_096))
        for text in ["", short, endless, "I1U8vpY3qJ0hiuZNrke/NVXzKLQ1d7m5Sp/6w1Tfr7M", "dcd98b7102dd2f0e8b11d0f600bfb0c093"] {
            #expect(malformed { () throws(MalformedOctets) in _ = try AKANonce(parsing: text.utf8) }, "\(text.prefix(40))")
        }
    }

    private static func partnerRegister(qop: String) -> DigestRequest {
        let (nc, cnonce) = (bytes("00000001"), bytes("0a4f113b"))
        let protection: DigestRequest.Protection =
            switch qop {
            case "auth": .authentication(nc: nc, cnonce: cnonce)
            case "auth-int": .integrity(nc: nc, cnonce: cnonce, body: [])
            default: .none
            }
        return DigestRequest(
            username: bytes("ue1@partner.mc.example"), realm: bytes("partner.mc.example"),
            nonce: bytes("I1U8vpY3qJ0hiuZNrke/NaponGSDUIAAkEy7RRtl3vg="), method: bytes("REGISTER"),
            uri: bytes("sip:partner.mc.example"), protection: protection)
    }
}

func bytes(_ text: String) -> ArraySlice<UInt8> { ArraySlice(text.utf8) }

extension DigestVector {
    func request() -> DigestRequest {
        let (nc, cnonce) = (bytes(nc ?? ""), bytes(cnonce ?? ""))
        let protection: DigestRequest.Protection =
            switch qop {
            case "auth": .authentication(nc: nc, cnonce: cnonce)
            case "auth-int": .integrity(nc: nc, cnonce: cnonce, body: bytes(body ?? ""))
            default: .none
            }
        return DigestRequest(
            username: bytes(username), realm: bytes(realm), nonce: bytes(nonce), method: bytes(method), uri: bytes(uri),
            protection: protection)
    }

    func secret() throws -> DigestAKA.Password {
        .res(SecretOctets(try xres.map { try #require(Hex.decode($0.utf8)) } ?? Array((password ?? "").utf8)))
    }
}
