import Base

/// The Digest credentials of an Authorization field.
///
/// All values are the bytes between the quotes with quoted-pairs resolved. The digest is over these bytes.
/// `nonce` and `response` may be empty: this is how a UE begins an IMS registration (TS 24.229 §5.1.1.2.2).
///
/// Source: RFC 7616 §3.4, RFC 3261 §25.1, RFC 3310 §3.
package struct DigestCredentials: Sendable, Equatable {
    package var username: [UInt8]
    package var realm: [UInt8]
    package var nonce: [UInt8]
    /// The `digest-uri-value` as written, because the digest is over it.
    package var uri: [UInt8]
    package var response: [UInt8]
    /// `MD5`, `AKAv1-MD5` and so on, to be compared without case. Nil stands for MD5.
    package var algorithm: [UInt8]?
    package var qop: [UInt8]?
    /// Eight hexadecimal digits as written, because the digest is over them.
    package var nonceCount: [UInt8]?
    package var cnonce: [UInt8]?
    package var opaque: [UInt8]?
    /// AUTS in base 64 (RFC 3310 §3.4), not decoded.
    package var auts: [UInt8]?
    /// Set by a P-CSCF (TS 24.229 §7.2A.2). Sent by a UE it means nothing.
    package var integrityProtected: [UInt8]?

    package init(username: [UInt8], realm: [UInt8], nonce: [UInt8] = [], uri: [UInt8], response: [UInt8] = []) {
        self.username = username
        self.realm = realm
        self.nonce = nonce
        self.uri = uri
        self.response = response
    }

    /// The digits of `nc` (RFC 7616 §3.4).
    private static let nonceCountDigits = 8

    init(_ parameters: AuthParameters) throws(SIPParseError) {
        nonce = try parameters.quoted("nonce") ?? []
        response = try parameters.quoted("response") ?? []
        // Without nonce and response the field answers nothing. It tells the private identity at most, and nothing else of it is needed.
        if nonce.isEmpty, response.isEmpty {
            username = try parameters.quoted("username") ?? []
            realm = try parameters.quoted("realm") ?? []
            uri = try parameters.quoted("uri") ?? []
        } else {
            username = try parameters.requiredQuoted("username")
            realm = try parameters.requiredQuoted("realm")
            nonce = try parameters.requiredQuoted("nonce")
            uri = try parameters.requiredQuoted("uri")
            response = try parameters.requiredQuoted("response")
        }
        algorithm = try parameters.token("algorithm")
        qop = try parameters.token("qop")
        nonceCount = try parameters.token("nc")
        cnonce = try parameters.quoted("cnonce")
        opaque = try parameters.quoted("opaque")
        auts = try parameters.quoted("auts")
        integrityProtected = parameters.text("integrity-protected")
        guard response.allSatisfy(Hex.isDigit) else { throw parameters.failure("response must be hexadecimal") }
        if let nonceCount, nonceCount.count != Self.nonceCountDigits || Hex.decode(nonceCount) == nil {
            throw parameters.failure("nc must be eight hexadecimal digits")
        }
    }

    package var bytes: [UInt8] {
        var writer = AuthParameterWriter()
        writer.quoted("username", username)
        writer.quoted("realm", realm)
        writer.quoted("nonce", nonce)
        writer.quoted("uri", uri)
        writer.quoted("response", response)
        writer.token("algorithm", algorithm)
        writer.token("qop", qop)
        writer.token("nc", nonceCount)
        writer.quoted("cnonce", cnonce)
        writer.quoted("opaque", opaque)
        writer.quoted("auts", auts)
        writer.quoted("integrity-protected", integrityProtected)
        return writer.bytes
    }
}

/// The description tells whose credentials they are. It never has the response.
extension DigestCredentials: CustomStringConvertible {
    package var description: String { "Digest credentials in realm \(String(decoding: realm, as: UTF8.self))" }
}
