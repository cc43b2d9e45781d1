internal import Base
import COpenSSL

/// The serial number of a certificate, a positive integer (RFC 5280 §4.1.2.2).
package struct SerialNumber: Sendable, Hashable {
    /// The octets of the number, the most significant first, without leading zeros.
    private let octets: [UInt8]

    private init(magnitude: some Collection<UInt8>) { octets = Array(magnitude.drop { $0 == 0 }) }

    /// Reads hexadecimal digits of either case, with or without colons between octets.
    ///
    /// - Throws: `.malformed` for any other text, for empty text, and for more than 20 octets.
    package init(hex text: String) throws(PKIError) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ":") }
        let even = digits.count.isMultiple(of: 2) ? digits : [UInt8(ascii: "0")] + digits
        guard !even.isEmpty, even.count <= 2 * Limits.serialBytesMax, let octets = Hex.decode(even) else {
            throw PKIError(.malformed, "\(Printable.text(text.utf8.prefix(100))) is not a serial number in hexadecimal digits")
        }
        self.init(magnitude: octets)
    }

    /// - Parameter integer: lent for the call.
    init(_ integer: UnsafePointer<ASN1_INTEGER>?) { self.init(magnitude: ASN1.octets(integer)) }

    /// A random number of 128 bits. The first two are 01, so that it is never negative and never shorter.
    ///
    /// - Throws: `.engineFailed` without randomness.
    static func random() throws(PKIError) -> SerialNumber {
        var octets = [UInt8](repeating: 0, count: 16)
        // Safety: writes as many octets as the array has.
        guard RAND_bytes(&octets, Int32(octets.count)) == 1 else { throw OpenSSLQueue.error("cannot draw a serial number") }
        octets[0] = octets[0] & 0x3f | 0x40
        return SerialNumber(magnitude: octets)
    }

    /// Writes the number into `integer`, which the caller owns.
    ///
    /// - Returns: whether OpenSSL had the memory for it.
    func write(to integer: UnsafeMutablePointer<ASN1_INTEGER>?) -> Bool {
        // Safety: copies the octets; the type of the structure stays INTEGER, whose octets are a magnitude.
        ASN1_STRING_set(integer, octets, Int32(octets.count)) == 1
    }
}

extension SerialNumber: CustomStringConvertible {
    /// Upper-case hexadecimal digits, two for each octet, as `openssl x509 -serial` writes them.
    package var description: String { octets.isEmpty ? "00" : Hex.encode(octets).uppercased() }
}
