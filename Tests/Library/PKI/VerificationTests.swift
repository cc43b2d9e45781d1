import Foundation
import Support
import Testing

@testable import PKI

@Suite(.enabled(if: OpenSSLTool.isInstalled, "the openssl command is not installed (Debian package openssl)"))
struct VerificationTests {
    @Test(arguments: ["sslserver", "sslclient"]) func `a certificate serves and calls`(purpose: String) throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        let verdict = try laboratory.verify(issued.certificatePath, purpose: purpose)
        #expect(verdict.succeeded, "\(verdict.output)")
    }

    @Test func `a certificate for calling does not serve, and the other way round`() throws {
        let laboratory = try AuthorityLaboratory()
        let client = try laboratory.issue { $0.usage = .clientOnly }.certificatePath
        #expect(try laboratory.verify(client, purpose: "sslclient").succeeded)
        #expect(try !laboratory.verify(client, purpose: "sslserver").succeeded)
        let server = try laboratory.issue("primary-mms") { $0.usage = .serverOnly }.certificatePath
        #expect(try laboratory.verify(server, purpose: "sslserver").succeeded)
        #expect(try !laboratory.verify(server, purpose: "sslclient").succeeded)
    }

    @Test func `a revoked certificate is refused, and its neighbour is not`() throws {
        let laboratory = try AuthorityLaboratory()
        let good = try laboratory.issue("authdb").certificatePath
        let bad = try laboratory.issue("partner-mms").certificatePath
        _ = try laboratory.authority.revoke(certificateAt: bad, reason: .keyCompromise, listDays: 30)
        let verdict = try laboratory.verify(bad)
        #expect(!verdict.succeeded)
        #expect(verdict.output.contains("certificate revoked"))
        #expect(try laboratory.verify(good).succeeded)
    }

    @Test(arguments: [
        "DNS:primary.example", "DNS:notpartner.example", "DNS:example", "DNS:partner.example.org", "IP:192.0.2.1", "IP:::2",
        "DNS:authdb.partner.example,DNS:x.example",
    ])
    func `even with its key, a CA cannot vouch for another's names`(names: String) throws {
        let laboratory = try AuthorityLaboratory()
        let verdict = try laboratory.verify(try laboratory.forge(names: names))
        #expect(!verdict.succeeded)
        #expect(verdict.output.contains("permitted subtree violation"))
    }

    @Test(arguments: ["DNS:partner.example", "DNS:a.b.partner.example", "DNS:localhost", "IP:127.0.0.1", "IP:::1"])
    func `names within the constraints are accepted`(names: String) throws {
        let laboratory = try AuthorityLaboratory()
        let verdict = try laboratory.verify(try laboratory.forge(names: names))
        #expect(verdict.succeeded, "\(verdict.output)")
    }

    @Test func `without loopback neither localhost nor any address is vouched for`() throws {
        let laboratory = try AuthorityLaboratory { $0.permitsLoopback = false }
        let issued = try laboratory.issue()
        #expect(issued.facts.names == ["DNS:partner.example", "DNS:authdb.partner.example"])
        #expect(try laboratory.verify(issued.certificatePath).succeeded)
        for names in ["DNS:localhost", "IP:127.0.0.1", "IP:::1", "IP:192.0.2.1"] {
            #expect(try !laboratory.verify(try laboratory.forge(names: names)).succeeded)
        }
    }

    @Test func `further names and networks are vouched for when the CA was made for them`() throws {
        let laboratory = try AuthorityLaboratory {
            $0.names = ["lab.test"]
            $0.networks = ["192.0.2.0/25", "2001:db8::/33"]
        }
        let issued = try laboratory.issue {
            $0.names = ["host.lab.test"]
            $0.addresses = ["192.0.2.127", "2001:db8:7fff::1"]
        }
        #expect(try laboratory.verify(issued.certificatePath).succeeded)
        for outside in ["IP:192.0.2.128", "IP:2001:db8:8000::1"] {
            #expect(try !laboratory.verify(try laboratory.forge(names: outside)).succeeded)
        }
    }

    @Test func `a system need not have a dot in its name`() throws {
        let laboratory = try AuthorityLaboratory("local")
        #expect(try laboratory.verify(try laboratory.issue().certificatePath).succeeded)
        #expect(try !laboratory.verify(try laboratory.forge(names: "DNS:partner.example")).succeeded)
    }

    @Test func `another operator's CA does not vouch for it`() throws {
        let one = try AuthorityLaboratory("partner.example")
        let other = try AuthorityLaboratory("primary.example")
        #expect(try !other.verify(try one.issue().certificatePath).succeeded)
    }

    @Test func `an expired certificate and one from the future are refused`() throws {
        let laboratory = try AuthorityLaboratory()
        let old = try laboratory.issue {
            $0.notBefore = .seconds(-7_200)
            $0.notAfter = .seconds(-3_600)
        }
        #expect(try laboratory.verify(old.certificatePath).output.contains("certificate has expired"))
        let early = try laboratory.issue { $0.notBefore = .seconds(3_600) }
        #expect(try laboratory.verify(early.certificatePath).output.contains("certificate is not yet valid"))
    }

    @Test func `openssl reads what the certificate should say`() throws {
        let laboratory = try AuthorityLaboratory()
        let text = try OpenSSLTool.run("x509", "-noout", "-text", "-in", try laboratory.issue().certificatePath).output
        for expected in [
            "Issuer: CN = MC CA partner.example", "Subject: CN = authdb.partner.example", "NIST CURVE: P-256", "ecdsa-with-SHA256",
            "X509v3 Basic Constraints: critical\n                CA:FALSE", "X509v3 Key Usage: critical\n                Digital Signature\n",
            "TLS Web Server Authentication, TLS Web Client Authentication", "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier",
            "DNS:partner.example, DNS:authdb.partner.example, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
        ] { #expect(text.contains(expected), "\(expected) in \(text)") }
    }

    @Test func `openssl reads what the CA should say`() throws {
        let laboratory = try AuthorityLaboratory()
        let text = try OpenSSLTool.run("x509", "-noout", "-text", "-in", laboratory.authority.certificatePath).output
        for expected in [
            "Subject: CN = MC CA partner.example", "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0",
            "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign", "X509v3 Name Constraints: critical",
            "DNS:partner.example\n", "DNS:localhost\n", "IP:127.0.0.1/255.255.255.255",
        ] { #expect(text.contains(expected), "\(expected) in \(text)") }
    }

    @Test func `openssl ca understands the index`() throws {
        let laboratory = try AuthorityLaboratory()
        let good = try laboratory.issue("authdb").facts.serial
        let bad = try laboratory.issue("partner-mms").facts.serial
        _ = try laboratory.authority.revoke(bad, reason: .superseded, listDays: 30)
        let text = "[ca]\ndefault_ca = lab\n[lab]\ndatabase = \(laboratory.authority.indexPath)\n"
        let configuration = try laboratory.directory.write("ca.cnf", text)
        #expect(try OpenSSLTool.run("ca", "-config", configuration, "-status", "\(good)").output.contains("\(good)=Valid (V)"))
        #expect(try OpenSSLTool.run("ca", "-config", configuration, "-status", "\(bad)").output.contains("\(bad)=Revoked (R)"))
    }
}
