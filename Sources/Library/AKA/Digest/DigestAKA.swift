package import Base

/// Computes and checks responses of Digest AKAv1-MD5, whose password is RES.
///
/// It has one owner and no lock: keep one for each event loop or actor. All methods throw `.engineFailed` when OpenSSL fails.
///
/// Source: RFC 3310 §3, RFC 2617 §3.2.2, RFC 7616 §3.4.
package struct DigestAKA: ~Copyable, Sendable {
    private var md5: MD5Kernel

    /// - Throws: `.engineFailed` without memory, or where OpenSSL has MD5 switched off (FIPS).
    package init() throws(AKAError) { md5 = try MD5Kernel() }

    package enum Password: Sendable, Equatable {
        /// RES as raw octets: any of them may be zero, a colon, or no text at all (RFC 3310 §3.3).
        case res(SecretOctets)
        /// The response carries `auts`: there is no RES (RFC 3310 §3.4).
        case empty
    }

    /// - Returns: 32 lower-case hexadecimal digits as ASCII bytes.
    package mutating func response(to request: DigestRequest, password: Password) throws(AKAError) -> [UInt8] {
        Hex.encodeBytes(try digest(request, password).octets)
    }

    /// Whether `response`, 32 hexadecimal digits in either case, is the right one. The time that this takes depends on the lengths alone.
    package mutating func verify(
        response: some Collection<UInt8>, to request: DigestRequest, password: Password
    ) throws(AKAError) -> Bool {
        let expected = try digest(request, password).octets
        guard let claimed = Hex.decode(response) else { return false }
        return ConstantTime.equal(claimed, expected)
    }

    /// H(H(A1) ":" nonce [":" nc ":" cnonce ":" qop] ":" H(A2)).
    private mutating func digest(_ request: DigestRequest, _ password: Password) throws(AKAError) -> Block {
        let a1 = try digestOfA1(request, password)
        let a2 = try digestOfA2(request)
        md5.begin()
        md5.add(a1)
        addField(request.nonce)
        switch request.protection {
        case .none: break
        case .authentication(let nc, let cnonce): addProtection(nc, cnonce, "auth")
        case .integrity(let nc, let cnonce, _): addProtection(nc, cnonce, "auth-int")
        }
        addField(a2)
        return try md5.finish()
    }

    /// The digest of A1 = username ":" realm ":" password, as hexadecimal text.
    private mutating func digestOfA1(_ request: DigestRequest, _ password: Password) throws(AKAError) -> [UInt8] {
        md5.begin()
        md5.add(request.username)
        addField(request.realm)
        md5.add(Self.colon)
        if case .res(let res) = password { md5.add(res) }
        return Hex.encodeBytes(try md5.finish().octets)
    }

    /// The digest of A2 = method ":" uri [":" H(body)], as hexadecimal text.
    private mutating func digestOfA2(_ request: DigestRequest) throws(AKAError) -> [UInt8] {
        var bodyDigest: [UInt8]?
        if case .integrity(_, _, let body) = request.protection {
            md5.begin()
            md5.add(body)
            bodyDigest = Hex.encodeBytes(try md5.finish().octets)
        }
        md5.begin()
        md5.add(request.method)
        addField(request.uri)
        if let bodyDigest { addField(bodyDigest) }
        return Hex.encodeBytes(try md5.finish().octets)
    }

    private mutating func addProtection(_ nc: ArraySlice<UInt8>, _ cnonce: ArraySlice<UInt8>, _ qop: StaticString) {
        addField(nc)
        addField(cnonce)
        addField(UnsafeBufferPointer(start: qop.utf8Start, count: qop.utf8CodeUnitCount))
    }

    private mutating func addField(_ field: some Collection<UInt8>) {
        md5.add(Self.colon)
        md5.add(field)
    }

    private static var colon: CollectionOfOne<UInt8> { CollectionOfOne(UInt8(ascii: ":")) }
}
