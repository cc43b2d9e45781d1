package import Base

/// The Digest challenge of a WWW-Authenticate field.
///
/// Source: RFC 7616 §3.3, RFC 3261 §25.1; `ck` and `ik` of TS 24.229 §7.2A.1, which a P-CSCF removes before the UE sees them.
package struct DigestChallenge: Sendable, Equatable {
    package var realm: [UInt8]
    package var nonce: [UInt8]
    /// `MD5`, `AKAv1-MD5` and so on, to be compared without case. Nil stands for MD5.
    package var algorithm: [UInt8]?
    /// The values offered: `auth`, `auth-int`. Empty where the parameter is missing.
    package var qop: [[UInt8]] = []
    package var opaque: [UInt8]?
    package var domain: [UInt8]?
    package var stale = false
    package var ck: SecretOctets?
    package var ik: SecretOctets?

    package init(realm: [UInt8], nonce: [UInt8], algorithm: [UInt8]?, qop: [[UInt8]] = []) {
        self.realm = realm
        self.nonce = nonce
        self.algorithm = algorithm
        self.qop = qop
    }

    init(_ parameters: AuthParameters) throws(SIPParseError) {
        realm = try parameters.requiredQuoted("realm")
        nonce = try parameters.requiredQuoted("nonce")
        algorithm = try parameters.token("algorithm")
        opaque = try parameters.quoted("opaque")
        domain = try parameters.quoted("domain")
        stale = try parameters.token("stale")?.equalsIgnoringCase("true") ?? false
        ck = try parameters.secretHex("ck")
        ik = try parameters.secretHex("ik")
        if let options = parameters.list.value("qop") {
            qop = options.split(separator: ASCII.comma, omittingEmptySubsequences: false).map { Array($0.trimmingBlanks()) }
            guard qop.allSatisfy(\.isToken) else { throw parameters.failure("qop is not a list of tokens") }
        }
    }

    /// The value of the field. It may hold keys, so it must not get into a log.
    package var bytes: [UInt8] {
        var writer = AuthParameterWriter()
        writer.quoted("realm", realm)
        writer.quoted("nonce", nonce)
        writer.token("algorithm", algorithm)
        writer.quoted("qop", qop.isEmpty ? nil : Array(qop.joined(separator: [ASCII.comma])))
        writer.quoted("opaque", opaque)
        writer.quoted("domain", domain)
        if stale { writer.token("stale", Array("true".utf8)) }
        writer.quoted("ck", ck.map { Hex.encodeBytes($0.octets) })
        writer.quoted("ik", ik.map { Hex.encodeBytes($0.octets) })
        return writer.bytes
    }
}

extension DigestChallenge: CustomStringConvertible {
    package var description: String { "Digest challenge in realm \(String(decoding: realm, as: UTF8.self))" }
}
