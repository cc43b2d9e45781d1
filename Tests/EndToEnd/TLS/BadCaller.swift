import Base
import Foundation
import PKI
import Support
import Testing

/// A caller that must be refused, with the reason that the service logs.
struct BadCaller: Sendable, CustomTestStringConvertible {
    let what: String
    /// A part of the reason in the log.
    let reason: String
    /// Prepares the caller and, where needed, the files of the service. Returns the flags for `s_client`.
    let flags: @Sendable (TLSLaboratory) throws -> [String]

    init(_ what: String, _ reason: String, _ flags: @escaping @Sendable (TLSLaboratory) throws -> [String]) {
        self.what = what
        self.reason = reason
        self.flags = flags
    }

    var testDescription: String { what }

    static let all = issued + authorities + names + purposes + algorithms + protocols
    /// Lets the caller use any cipher and any key size.
    private static let anything = ["-cipher", "ALL:@SECLEVEL=0"]
    private static let name = "subjectAltName=DNS:\(TLSLaboratory.system)"
    private static let leaf = [name, "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"]
    private static let between = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]

    private static func forged(_ what: String, _ reason: String, _ extensions: [String], options: [String] = []) -> BadCaller {
        BadCaller(what, reason) { try $0.forge("bad", extensions, options: options, by: $0.root).flags + anything }
    }

    /// Certificates of the right CA that are expired, not yet valid or revoked.
    private static let issued = [
        BadCaller("no certificate", "the peer has no certificate") { _ in [] },
        BadCaller("an expired certificate", "certificate has expired") { laboratory in
            try laboratory.issue("old") { order in
                order.notBefore = .seconds(-7_200)
                order.notAfter = .seconds(-3_600)
            }.flags
        },
        BadCaller("a certificate from the future", "certificate is not yet valid") { try $0.issue("early") { $0.notBefore = .seconds(3_600) }.flags },
        BadCaller("a revoked certificate", "certificate revoked") { laboratory in
            let identity = try laboratory.issue("revoked")
            _ = try laboratory.authority.revoke(certificateAt: identity.certificate, reason: .keyCompromise, listDays: 30)
            return identity.flags
        },
        BadCaller("a revocation list that is out of date", "CRL has expired") { laboratory in
            let other = try TLSLaboratory.authority("late.example", in: laboratory.file("late"))
            let longAgo = CertificateAuthority(directory: laboratory.file("late")) { Timestamp.now() + .seconds(-3 * 86_400) }
            _ = try longAgo.renewList(days: 1)
            laboratory.authorities.append(other.certificatePath)
            laboratory.lists.append(other.revocationListPath)
            return try laboratory.issue("caller", by: other).flags
        },
        BadCaller("no revocation list of its CA", "unable to get certificate CRL") { laboratory in
            let other = try TLSLaboratory.authority("silent.example", in: laboratory.file("silent"))
            laboratory.authorities.append(other.certificatePath)
            return try laboratory.issue("caller", by: other).flags
        },
    ]

    private static let authorities = [
        BadCaller("another CA of the same name", "unable to get local issuer certificate") { laboratory in
            try laboratory.issue("caller", by: try TLSLaboratory.authority(TLSLaboratory.system, in: laboratory.file("other"))).flags
        },
        BadCaller("a self-signed certificate", "self-signed certificate") { try $0.forge("bad", leaf, by: nil).flags },
        BadCaller("too deep a chain", "certificate chain too long") { laboratory in
            let first = try laboratory.forge("first", between, subject: "/CN=first", by: laboratory.root)
            let second = try laboratory.forge("second", between, subject: "/CN=second", by: first)
            return try chain(laboratory, try laboratory.forge("bad", leaf, by: second), [second, first])
        },
        BadCaller("a CA below one that may have none", "path length constraint exceeded") { laboratory in
            let first = try laboratory.forge("first", between, subject: "/CN=first", by: laboratory.root)
            return try chain(laboratory, try laboratory.forge("bad", leaf, by: first), [first])
        },
        BadCaller("a certificate signed by a peer's", "is refused: invalid CA certificate") { laboratory in
            try chain(laboratory, try laboratory.forge("bad", leaf, by: laboratory.good), [laboratory.good])
        },
        BadCaller("the CA itself", "unsuitable certificate purpose") { $0.root.flags },
        forged(
            "a certificate that may itself vouch for others", "it is an authority's",
            [name, "basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature,keyCertSign"]),
    ]

    private static func chain(_ laboratory: TLSLaboratory, _ identity: TLSIdentity, _ others: [TLSIdentity]) throws -> [String] {
        let contents = try others.map { try Data(contentsOf: URL(filePath: $0.certificate)) }.reduce(Data(), +)
        try contents.write(to: URL(filePath: laboratory.file("chain.pem")))
        return identity.flags + ["-cert_chain", laboratory.file("chain.pem")]
    }

    private static let names = [
        forged(
            "another name", "no name in the certificate is that of a system welcome here: other.primary.example",
            ["subjectAltName=DNS:other.primary.example"]),
        forged(
            "any name below", "no name in the certificate is that of a system welcome here: *.primary.example",
            ["subjectAltName=DNS:*.primary.example"]),
        forged("an address instead of a name", "the certificate holds no domain name", ["subjectAltName=IP:127.0.0.1"]),
        BadCaller("the name as common name only", "the certificate holds no domain name") {
            try $0.forge("bad", ["basicConstraints=CA:FALSE"], subject: "/CN=\(TLSLaboratory.system)", by: $0.root).flags
        },
        // A GeneralNames of one dNSName, of 18 octets.
        forged("a name that goes on behind a NUL", "the certificate", ["subjectAltName=DER:30:14:82:12:" + octets("primary.example") + ":00:2e:78"]),
        forged("a name that is another CA's to give", "permitted subtree violation", [name + ",DNS:partner.example"]),
        forged("an address that is nobody's to give", "permitted subtree violation", [name + ",IP:192.0.2.1"]),
    ]

    private static func octets(_ text: String) -> String { text.utf8.map { String($0, radix: 16) }.joined(separator: ":") }

    private static let purposes = [
        BadCaller("a certificate for serving only", "unsuitable certificate purpose") { try $0.issue("server") { $0.usage = .serverOnly }.flags },
        forged("a key for encryption only", "unsuitable certificate purpose", [name, "keyUsage=critical,keyEncipherment"]),
        forged("a key for agreement only", "its key is not for digital signatures", [name, "keyUsage=critical,keyAgreement"]),
        forged("a certificate for signing programs", "unsuitable certificate purpose", [name, "extendedKeyUsage=codeSigning"]),
        forged("a condition that we do not know", "unhandled critical extension", [name, "1.2.3.4=critical,ASN1:NULL"]),
    ]

    private static let algorithms = [
        BadCaller("an RSA key of 1024 bits", "certificate key too weak") {
            try $0.forge("bad", leaf, key: ["rsa:1024"], by: $0.root).flags + anything
        },
        forged("a signature with SHA-1", "signature digest algorithm too weak", leaf, options: ["-sha1"]),
    ]

    private static let protocols = [
        good("TLS 1.0", "unsupported protocol", anything + ["-tls1"]), good("TLS 1.1", "unsupported protocol", anything + ["-tls1_1"]),
        suite("AES128-SHA"), suite("AES128-GCM-SHA256"), suite("ECDHE-ECDSA-AES128-SHA256"), suite("ECDHE-ECDSA-CHACHA20-POLY1305"),
        good("TLS_CHACHA20_POLY1305_SHA256", "no shared cipher", ["-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"]),
        good("no group in common", "no suitable key share", ["-tls1_3", "-groups", "X448"]),
        good("a protocol we do not speak", "no application protocol", ["-alpn", "spdy/3"]),
    ]

    private static func good(_ what: String, _ reason: String, _ flags: [String]) -> BadCaller { BadCaller(what, reason) { $0.good.flags + flags } }

    private static func suite(_ name: String) -> BadCaller { good(name, "no shared cipher", ["-tls1_2", "-cipher", "\(name):@SECLEVEL=0"]) }
}
