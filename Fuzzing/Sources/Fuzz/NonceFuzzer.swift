import AKA
import Base
import Vectors

/// Text that carries octets: base 16, base 64, the nonce and the `auts` of RFC 3310, and a digest response.
enum NonceFuzzer {
    static func run(_ input: [UInt8]) {
        if let octets = Hex.decode(input) {
            require(octets.count * 2 == input.count, "two digits are an octet")
            require(Hex.encodeBytes(octets) == input.map { 0x41...0x46 ~= $0 ? $0 | 0x20 : $0 }, "base 16 is read back, in lower case")
        }
        if let octets = Base64.decode(input) { require(Array(Base64.encode(octets).utf8) == input, "base 64 has one spelling") }
        require(Base64.decode(Base64.encode(input)) == input, "any octets have a base 64")
        if let nonce = try? AKANonce(parsing: input) {
            let again = mustNotThrow("a nonce that is written can be read") { try AKANonce(parsing: nonce.text.utf8) }
            require(again == nonce && input.starts(with: nonce.text.utf8.dropLast(2)), "a nonce is read back")
        }
        if let auts = try? AUTS(base64: input) { require(Array(auts.base64.utf8) == input, "an AUTS has one spelling") }
        checkDigest(input)
    }

    /// The input is both the fields and the claimed response.
    private static func checkDigest(_ input: [UInt8]) {
        mustNotThrow("MD5 is there") {
            var digest = try DigestAKA()
            let halves = (input.prefix(input.count / 2), input.suffix(input.count / 2))
            let protection: [DigestRequest.Protection] = [
                .none, .authentication(nc: halves.0, cnonce: halves.1), .integrity(nc: halves.1, cnonce: halves.0, body: input[...]),
            ]
            for protection in protection {
                let request = DigestRequest(
                    username: halves.0, realm: halves.1, nonce: halves.0, method: halves.1, uri: input[...], protection: protection)
                let right = try digest.response(to: request, password: .res(SecretOctets(halves.1)))
                require(try digest.verify(response: right, to: request, password: .res(SecretOctets(halves.1))), "the right response is right")
                require(try !digest.verify(response: input, to: request, password: .empty) || input.count == 32, "no text of another length is right")
            }
        }
    }
}
