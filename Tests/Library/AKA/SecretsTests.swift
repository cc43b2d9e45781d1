import AKA
import Base
import Testing
import Vectors

@Suite struct SecretsTests {
    @Test(arguments: [0, 15, 17, 32])
    func `keys of any other length than sixteen octets are refused`(count: Int) {
        let octets = [UInt8](repeating: 0x5b, count: count)
        #expect(throws: MalformedOctets(.length, "")) { try K(octets) }
        #expect(throws: MalformedOctets(.length, "")) { try OP(octets) }
        #expect(throws: MalformedOctets(.length, "")) { try OPc(octets) }
    }

    @Test(arguments: ["", "8", "80", "800", "80000", "8g00", "80 0", "é00"])
    func `AMF refuses text that is not four hexadecimal digits`(text: String) {
        #expect(malformed { () throws(MalformedOctets) in _ = try AMF(hex: text) })
    }

    @Test func `octets come out as they went in`() throws {
        let octets = Array(UInt8(0x80)...UInt8(0x8f))
        #expect(try K(octets).octets == octets)
        #expect(try AMF(octets.prefix(2)).octets == [0x80, 0x81])
        #expect(try SQN(octets.prefix(6)).octets == Array(octets.prefix(6)))
        #expect(try AUTN(octets).amf == AMF(hex: "8687"))
    }

    @Test func `AUTS is 20 characters of base 64`() throws {
        let auts = try AUTS(hex: "451e8beea438679f6095315c24f5")
        #expect(auts.base64 == "RR6L7qQ4Z59glTFcJPU=")
        #expect(try AUTS(base64: auts.base64.utf8) == auts)
        for bad in ["", "RR6L7qQ4Z59glTFcJPU", "RR6L7qQ4Z59glTFcJPUA", "451e8beea438679f6095315c24f5", "RR6L7qQ4Z59glTFc????"] {
            #expect(malformed { () throws(MalformedOctets) in _ = try AUTS(base64: bad.utf8) }, "\(bad)")
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
        dump(DigestAKA.Password.res(vector.xres.secret), to: &seen)
        dump(ISIM.Outcome.success(res: vector.xres, ck: vector.ck, ik: vector.ik), to: &seen)
        for secret in ["465b5ce8", "cd63cb71", "a54211d5", "b40ba9a3", "f769bcd7", "\(answer.res)", "70, 91", "165, 66"] {
            #expect(!seen.contains(secret), "\(secret)")
        }
        #expect(seen.contains("<redacted>"))
    }

    @Test func `an error says what and where, and equals another of its code`() {
        func number() throws(AKAError) { _ = try SQN(.max) }
        func slot() throws(AKAError) { _ = try IND(32) }
        do { try number() } catch {
            #expect(error.code == .outOfRange)
            #expect(error.reason == "SQN takes 48 bits")
            #expect(error.place.hasPrefix("AKA/"))
            do { try slot() } catch let other { #expect(error == other) }
        }
    }

    @Test func `system challenges differ`() throws {
        let source: any RandomSource = SystemRandom()
        let challenges = try Set((0..<100).flatMap { _ in try source.rands(10) })
        #expect(challenges.count == 1_000)
    }
}

/// Whether `body` throws.
func malformed(_ body: () throws(MalformedOctets) -> Void) -> Bool {
    do {
        try body()
        return false
    } catch { return true }
}
