import AKA
import Base
import Testing

@Suite struct OctetTypesTests {
    @Test(arguments: [0, 15, 17, 32])
    func `sixteen-octet types refuse any other length`(count: Int) {
        let octets = [UInt8](repeating: 0x5b, count: count)
        #expect(throws: AKAError.self) { try K(octets) }
        #expect(throws: AKAError.self) { try OP(octets) }
        #expect(throws: AKAError.self) { try OPc(octets) }
        #expect(throws: AKAError.self) { try RAND(octets) }
        #expect(throws: AKAError.self) { try AUTN(octets) }
    }

    @Test(arguments: ["", "8", "80", "800", "80000", "8g00", "80 0", "é00"])
    func `AMF refuses text that is not four hex digits`(text: String) {
        #expect(malformed { () throws(AKAError) in _ = try AMF(hex: text) })
    }

    @Test func `octets come out as they went in`() throws {
        let octets = Array(UInt8(0x80)...UInt8(0x8f))
        #expect(try RAND(octets).octets == octets)
        #expect(try AUTN(octets).octets == octets)
        #expect(try K(octets).secret.octets == octets)
        #expect(try AUTS(octets.prefix(14)).octets == Array(octets.prefix(14)))
        #expect(try AMF(octets.prefix(2)).octets == [0x80, 0x81])
        #expect(try SQN(octets.prefix(6)).octets == Array(octets.prefix(6)))
        #expect(try AUTN(octets).amf == AMF(hex: "8687"))
    }

    @Test func `hex is read in either case`() throws {
        #expect(try RAND(hex: "ABCDEF00112233445566778899aabbcc") == RAND(hex: "abcdef00112233445566778899AABBCC"))
        #expect(try K(hex: "ABCDEF00112233445566778899aabbcc") == K(hex: "abcdef00112233445566778899AABBCC"))
    }

    @Test func `AUTS takes 14 octets, no more and no less`() throws {
        #expect(malformed { () throws(AKAError) in _ = try AUTS([UInt8](repeating: 1, count: 13)) })
        #expect(malformed { () throws(AKAError) in _ = try AUTS([UInt8](repeating: 1, count: 15)) })
    }

    @Test func `AUTS is 20 characters of base 64`() throws {
        let auts = try AUTS(hex: "451e8beea438679f6095315c24f5")
        #expect(auts.base64 == "RR6L7qQ4Z59glTFcJPU=")
        #expect(try AUTS(base64: auts.base64.utf8) == auts)
        for bad in ["", "RR6L7qQ4Z59glTFcJPU", "RR6L7qQ4Z59glTFcJPUA", "451e8beea438679f6095315c24f5", "RR6L7qQ4Z59glTFc????"] {
            #expect(malformed { () throws(AKAError) in _ = try AUTS(base64: bad.utf8) }, "\(bad)")
        }
    }

    @Test func `keys, vectors and answers never print`() throws {
        let subscriber = try Subscriber()
        var milenage = try Milenage()
        let vector = try milenage.vector(key: subscriber.key, amf: subscriber.amf, sqn: SQN(32), rand: subscriber.rand)
        let answer = try milenage.answer(key: subscriber.key, rand: subscriber.rand)
        var seen = "\(subscriber.key) \(vector) \(answer) \(String(reflecting: answer)) \(String(reflecting: subscriber.key))"
        dump(subscriber.key, to: &seen)
        dump(vector, to: &seen)
        dump(answer, to: &seen)
        dump(DigestAKA.Password.res(vector.xres), to: &seen)
        dump(ISIM.Outcome.success(res: vector.xres, ck: vector.ck, ik: vector.ik), to: &seen)
        for secret in ["465b5ce8", "cd63cb71", "a54211d5", "b40ba9a3", "f769bcd7", "\(answer.res)", "70, 91", "165, 66"] {
            #expect(!seen.contains(secret), "\(secret)")
        }
        #expect(seen.contains("<redacted>"))
    }

    @Test func `an error says what and where, and equals another of its code`() {
        func length() throws(AKAError) { _ = try RAND([1]) }
        func text() throws(AKAError) { _ = try RAND(hex: "x") }
        do { try length() } catch {
            #expect(error.code == .malformed)
            #expect(error.reason == "RAND takes 16 octets and got 1")
            #expect(error.place.hasPrefix("AKA/"))
            do { try text() } catch let other { #expect(error == other) }
        }
    }

    @Test func `system challenges differ`() throws {
        let source: any RandomSource = SystemRandom()
        let challenges = try Set((0..<100).flatMap { _ in try source.rands(10) })
        #expect(challenges.count == 1_000)
    }
}

/// Whether `body` throws `.malformed`.
func malformed(_ body: () throws(AKAError) -> Void) -> Bool {
    do {
        try body()
        return false
    } catch { return error.code == .malformed }
}
