import Base
import Foundation
import Support
import Testing

@testable import PKI

@Suite(.enabled(if: OpenSSLTool.isInstalled)) struct InspectionTests {
    @Test func `we and openssl say the same of a certificate`() throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        let facts = try #require(try Inspected.file(issued.certificatePath).certificate)
        let output = try OpenSSLTool.run("x509", "-noout", "-serial", "-fingerprint", "-sha256", "-in", issued.certificatePath).output
        #expect(output.contains("serial=\(facts.serial)\n"))
        #expect(output.lowercased().replacing(":", with: "").contains("fingerprint=\(facts.fingerprint)"))
        #expect(facts.subject == "CN=authdb.partner.example")
        #expect(facts.issuer == "CN=MC CA partner.example")
        #expect(facts.names == ["DNS:partner.example", "DNS:authdb.partner.example", "DNS:localhost", "IP:127.0.0.1", "IP:::1"])
        #expect(facts.extendedKeyUsages == ["serverAuth", "clientAuth"])
        #expect(facts.keyType == "EC prime256v1")
        #expect(!facts.isAuthority)
    }

    @Test func `a CA shows what it may vouch for`() throws {
        let laboratory = try AuthorityLaboratory()
        let facts = try #require(try Inspected.file(laboratory.authority.certificatePath).certificate)
        #expect(facts.isAuthority)
        #expect(facts.permitted == ["DNS:partner.example", "DNS:localhost", "IP:127.0.0.1/32", "IP:::1/128"])
        let other = try AuthorityLaboratory { $0.permitsLoopback = false }
        let strict = try #require(try Inspected.file(other.authority.certificatePath).certificate)
        #expect(strict.permitted == ["DNS:partner.example"])
        #expect(strict.excluded == ["IP:0.0.0.0/0", "IP:::/0"])
    }

    @Test func `of a private key nothing is told, in PEM, in DER, in any of its forms`() throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        let der = laboratory.directory.file("key.der")
        let old = laboratory.directory.file("old.key")
        let locked = laboratory.directory.file("locked.key")
        #expect(try OpenSSLTool.run("pkey", "-in", issued.keyPath, "-outform", "DER", "-out", der).succeeded)
        #expect(try OpenSSLTool.run("ec", "-in", issued.keyPath, "-out", old).succeeded)
        #expect(try OpenSSLTool.run("pkey", "-in", issued.keyPath, "-aes256", "-passout", "pass:secret", "-out", locked).succeeded)
        for path in [issued.keyPath, der, old, locked] {
            let items = try Inspected.file(path)
            #expect(items.count == 1)
            for item in items { #expect("\(item)" == "privateKey", "\(path)") }
        }
    }

    @Test func `a key under a passphrase is refused, not asked for`() throws {
        let laboratory = try AuthorityLaboratory()
        let locked = laboratory.directory.file("locked.key")
        let made = try OpenSSLTool.run("pkey", "-in", laboratory.authority.keyPath, "-aes256", "-passout", "pass:secret", "-out", locked)
        #expect(made.succeeded)
        try FileManager.default.removeItem(atPath: laboratory.authority.keyPath)
        try FileManager.default.moveItem(atPath: locked, toPath: laboratory.authority.keyPath)
        #expect(throws: PKIError(.unreadable, "")) { try laboratory.issue() }
    }

    @Test func `a bundle is read block by block, and DER as PEM`() throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        let bundle = try [issued.certificatePath, laboratory.authority.certificatePath, laboratory.authority.revocationListPath, issued.keyPath]
            .map { try String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let kinds = try Inspected.file(try laboratory.directory.write("bundle.pem", bundle)).map { "\($0)".prefix { $0 != "(" } }
        #expect(kinds == ["certificate", "certificate", "revocationList", "privateKey"])
        let der = laboratory.directory.file("list.der")
        #expect(try OpenSSLTool.run("crl", "-in", laboratory.authority.revocationListPath, "-outform", "DER", "-out", der).succeeded)
        #expect(try Inspected.file(der).revocationList?.issuer == "CN=MC CA partner.example")
    }

    @Test func `a name cannot move the terminal's cursor`() throws {
        let directory = try TemporaryDirectory()
        let request = "[req]\ndistinguished_name = dn\nprompt = no\nx509_extensions = ext\n"
        let names = "[dn]\nCN = a\u{1b}[2Jb\n[ext]\nsubjectAltName = DNS:c\u{1b}[2Jd\n"
        let configuration = try directory.write("evil.cnf", request + names)
        let path = directory.file("evil.crt")
        let made = try OpenSSLTool.run(
            "req", "-x509", "-config", configuration, "-newkey", "rsa:2048", "-nodes", "-keyout", directory.file("evil.key"), "-out", path)
        try #require(made.succeeded, "\(made.output)")
        let facts = try #require(try Inspected.file(path).certificate)
        #expect(facts.subject == "CN=a\\1B[2Jb")
        #expect(facts.names == ["DNS:c\\x1b[2Jd"])
        #expect(facts.keyType == "RSA 2048 bits")
    }

    @Test(arguments: ["", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func `what cannot be read is said so, with the file's name`(text: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("file", text)
        let error = #expect(throws: PKIError(.unreadable, "")) { try Inspected.file(path) }
        #expect(error?.reason.hasPrefix(path) == true)
    }

    @Test func `a file beyond the limit, a directory and a missing file are refused`() throws {
        let directory = try TemporaryDirectory()
        let big = directory.file("big")
        try Data(count: Limits.fileBytesMax + 1).write(to: URL(filePath: big))
        #expect(throws: PKIError(.tooLarge, "")) { try Inspected.file(big) }
        #expect(throws: PKIError(.unreadable, "")) { try Inspected.file(directory.path) }
        #expect(throws: PKIError(.unreadable, "")) { try Inspected.file(directory.file("none")) }
    }

    @Test func `validity begins and ends with its seconds`() {
        let start = Timestamp(secondsSince1970: 1_000)
        let end = Timestamp(secondsSince1970: 2_000)
        #expect(ValidityState(from: start, until: end, at: Timestamp(secondsSince1970: 999)) == .notYetValid)
        #expect(ValidityState(from: start, until: end, at: start) == .valid)
        #expect(ValidityState(from: start, until: end, at: end) == .valid)
        #expect(ValidityState(from: start, until: end, at: Timestamp(secondsSince1970: 2_001)) == .expired)
        #expect(ValidityState(from: start, until: nil, at: start) == .expired)
    }

    @Test(
        arguments: [
            (1_795_490_172, "2026-11-24T03:16:12Z", "261124031612Z"), (2_524_608_000, "2050-01-01T00:00:00Z", "20500101000000Z"),
            (0, "1970-01-01T00:00:00Z", "700101000000Z"),
        ] as [(Int64, String, String)])
    func `a moment reads as RFC 3339 and as RFC 5280 write it`(seconds: Int64, text: String, certificateText: String) {
        let moment = Timestamp(secondsSince1970: seconds)
        #expect(moment.description == text)
        #expect(moment.certificateText == certificateText)
        #expect(ASN1.timestamp(certificateText) == moment)
    }
}
