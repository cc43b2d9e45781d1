import Testing

@testable import Octets

@Suite struct OctetsTests {
    @Test func `hex goes out in lower case and comes in either case`() {
        #expect(Hex.encode([0x00, 0xab, 0xff]) == "00abff")
        #expect(Hex.decode("00aBFf") == [0x00, 0xab, 0xff])
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "0g", " 00", "00 ", "0x00", "é0"])
    func `hex refuses anything else`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")])
    func `base64 agrees with RFC 4648 section 10`(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n", "Zm-_", " Zm9"])
    func `base64 refuses wrong padding, stray bits and foreign characters`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `a secret shows itself nowhere`() {
        let secret = SecretOctets([0x46, 0x5b])
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])", "\(Optional(secret) as Any)"] {
            #expect(!text.contains("46") && !text.contains("70") && text.contains("redacted"))
        }
    }

    @Test func `secrets are equal when their octets are`() {
        #expect(SecretOctets([1, 2]) == SecretOctets([1, 2]))
        #expect(SecretOctets([1, 2]) != SecretOctets([1, 3]))
        #expect(SecretOctets([1, 2]) != SecretOctets([1, 2, 3]))
    }
}
