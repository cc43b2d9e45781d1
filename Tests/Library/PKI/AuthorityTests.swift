import Base
import Foundation
import Support
import Testing

@testable import PKI

@Suite struct AuthorityTests {
    @Test func `keys are for their owner only, and certificates for everybody`() throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        #expect(try mode(of: laboratory.authority.keyPath) == 0o600)
        #expect(try mode(of: issued.keyPath) == 0o600)
        #expect(try mode(of: issued.certificatePath) == 0o644)
        #expect(try mode(of: laboratory.authority.certificatePath) == 0o644)
    }

    @Test func `a certificate's file has one certificate and nothing else`() throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        let text = try String(contentsOfFile: issued.certificatePath, encoding: .utf8)
        #expect(text.components(separatedBy: "-----BEGIN ").count == 2)
        #expect(text.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
    }

    @Test func `a second CA in the directory is refused and changes nothing`() throws {
        let laboratory = try AuthorityLaboratory()
        let before = try Data(contentsOf: URL(filePath: laboratory.authority.keyPath))
        let error = #expect(throws: PKIError(.alreadyExists, "")) { try laboratory.authority.create(AuthorityPlan(system: "other.example")) }
        #expect(error?.reason.hasPrefix("\(laboratory.authority.certificatePath) is there") == true)
        #expect(try Data(contentsOf: URL(filePath: laboratory.authority.keyPath)) == before)
    }

    @Test(arguments: ["ca.crt", "ca.key", "ca.crl", "index.txt", "crlnumber"]) func `what is left of a CA is not overwritten`(name: String) throws {
        let laboratory = try AuthorityLaboratory()
        for other in ["ca.crt", "ca.key", "ca.crl", "index.txt", "crlnumber"] where other != name {
            try FileManager.default.removeItem(atPath: laboratory.authority.file(other))
        }
        #expect(throws: PKIError(.alreadyExists, "")) { try laboratory.authority.create(AuthorityPlan(system: "other.example")) }
    }

    @Test func `a name outside the constraints is not issued, and nothing is written`() throws {
        let laboratory = try AuthorityLaboratory()
        let error = #expect(throws: PKIError(.outsideConstraints, "")) { try laboratory.issue { $0.names = ["authdb.primary.example"] } }
        #expect(error?.reason.contains("permitted subtree violation") == true)
        #expect(throws: PKIError(.outsideConstraints, "")) { try laboratory.issue { $0.addresses = ["192.0.2.1"] } }
        #expect(!FileManager.default.fileExists(atPath: laboratory.authority.file("authdb.crt")))
        #expect(!FileManager.default.fileExists(atPath: laboratory.authority.file("authdb.key")))
        #expect(try String(contentsOfFile: laboratory.authority.indexPath, encoding: .utf8).isEmpty)
    }

    @Test func `no temporary file is left`() throws {
        let laboratory = try AuthorityLaboratory()
        _ = try laboratory.issue()
        let names = try FileManager.default.contentsOfDirectory(atPath: laboratory.authority.directory).sorted()
        #expect(names == ["authdb.crt", "authdb.key", "ca.crl", "ca.crt", "ca.key", "crlnumber", "index.txt"])
    }

    @Test func `a certificate ends with its CA at the latest`() throws {
        let laboratory = try AuthorityLaboratory { $0.days = 10 }
        let issued = try laboratory.issue()
        #expect(try Inspected.file(laboratory.authority.certificatePath).certificate?.notAfter == issued.facts.notAfter)
    }

    @Test func `an expired CA issues nothing`() throws {
        let laboratory = try AuthorityLaboratory { $0.days = 10 }
        let later = CertificateAuthority(directory: laboratory.authority.directory) { Timestamp.now() + .seconds(11 * 86_400) }
        #expect(throws: PKIError(.outsideValidity, "")) { try later.issue(CertificateOrder(service: "authdb")) }
    }

    @Test func `renewing replaces key and certificate, and the new ones belong together`() throws {
        let laboratory = try AuthorityLaboratory()
        let first = try laboratory.issue()
        let oldKey = try Data(contentsOf: URL(filePath: first.keyPath))
        let second = try laboratory.issue()
        #expect(second.facts.serial != first.facts.serial)
        #expect(try Data(contentsOf: URL(filePath: second.keyPath)) != oldKey)
        let certificate = try OpenSSLTool.run("x509", "-noout", "-pubkey", "-in", second.certificatePath)
        #expect(try OpenSSLTool.run("pkey", "-pubout", "-in", second.keyPath).output == certificate.output)
    }

    @Test func `serial numbers are positive and of 16 octets`() throws {
        for _ in 0..<100 {
            let digits = "\(try SerialNumber.random())"
            #expect(digits.utf8.count == 32)
            #expect("4567".contains(digits.prefix(1)))
        }
    }

    @Test(arguments: ["", "a,DNS:b", "a;b", "-a", "a-", "a..b", ".a", "a.", "*", "a b", "ä", "a\0b", "a\n", "a.123", "127.0.0.1"])
    func `what is no domain name gets nowhere near a certificate`(name: String) throws {
        let laboratory = try AuthorityLaboratory()
        #expect(throws: PKIError(.malformed, "")) { try laboratory.issue { $0.names = [name] } }
        #expect(throws: PKIError(.malformed, "")) { try laboratory.issue(name) }
        let other = CertificateAuthority(directory: laboratory.directory.file("other"), clock: Timestamp.now)
        #expect(throws: PKIError(.malformed, "")) { try other.create(AuthorityPlan(system: name)) }
        #expect(!FileManager.default.fileExists(atPath: other.directory))
    }

    @Test(arguments: ["123", "1", "0x.00"]) func `what is digits alone is no name of a system`(name: String) throws {
        let laboratory = try AuthorityLaboratory()
        let other = CertificateAuthority(directory: laboratory.directory.file("other"), clock: Timestamp.now)
        #expect(throws: PKIError(.malformed, "")) { try other.create(AuthorityPlan(system: name)) }
        #expect(throws: PKIError(.malformed, "")) { try other.create(AuthorityPlan(system: "a.example", names: [name])) }
        #expect(throws: PKIError(.malformed, "")) { try laboratory.issue { $0.names = [name] } }
    }

    @Test(arguments: ["123", "1af019b2ba08", "5"]) func `a service may have digits for a name: the system follows`(name: String) throws {
        #expect(try AuthorityLaboratory().issue(name).facts.names.contains { "\($0)".contains("\(name).") })
    }

    @Test(arguments: ["", "127.1", "1.2.3.4,DNS:b", "::1/128", "1.2.3.256", "g::", "127.0.0.1\0"])
    func `what is no address is refused`(address: String) throws {
        let laboratory = try AuthorityLaboratory()
        #expect(throws: PKIError(.malformed, "")) { try laboratory.issue { $0.addresses = [address] } }
    }

    @Test(arguments: ["192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "::/129", "192.0.2.0/24/1"]) func `what is no network is refused`(network: String)
    {
        #expect(throws: PKIError(.malformed, "")) { try IPText.addressAndMask(network) }
    }

    @Test(arguments: ["ca", "CA", "a.b"]) func `a service is one label, and not the CA`(service: String) throws {
        let laboratory = try AuthorityLaboratory()
        #expect(throws: PKIError(.malformed, "")) { try laboratory.issue(service) }
        #expect(throws: PKIError(.malformed, "")) { try laboratory.issue { $0.prefix = laboratory.authority.file("ca") } }
    }

    @Test(arguments: [0, -1, 36_526, .max, .min]) func `a validity is 1 to 36525 days`(days: Int) throws {
        #expect(throws: PKIError(.malformed, "")) { try AuthorityLaboratory { $0.days = days } }
        #expect(throws: PKIError(.malformed, "")) { try CertificateOrder.period(days: days) }
    }

    @Test func `the files of one CA with the key of another are refused`() throws {
        let one = try AuthorityLaboratory()
        let other = try AuthorityLaboratory()
        try FileManager.default.removeItem(atPath: one.authority.keyPath)
        try FileManager.default.copyItem(atPath: other.authority.keyPath, toPath: one.authority.keyPath)
        let error = #expect(throws: PKIError(.unreadable, "")) { try one.issue() }
        #expect(error?.reason == "\(one.authority.keyPath) is not the key of \(one.authority.certificatePath)")
    }

    @Test func `two do not work in one directory`() throws {
        let laboratory = try AuthorityLaboratory()
        let lock = try DirectoryLock(laboratory.authority.directory)
        #expect(throws: PKIError(.busy, "")) { try laboratory.issue() }
        _ = consume lock
        _ = try laboratory.issue()
    }

    @Test func `a missing CA is named`() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: PKIError(.unreadable, "")) {
            try CertificateAuthority(directory: directory.path, clock: Timestamp.now).issue(CertificateOrder(service: "authdb"))
        }
        #expect(error?.reason == "\(directory.path)/ca.crt: No such file or directory")
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644]) func `a CA whose key others may read issues and revokes nothing`(mode: Int) throws {
        let laboratory = try AuthorityLaboratory()
        let issued = try laboratory.issue()
        let key = laboratory.authority.keyPath
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
        let issuing = #expect(throws: PKIError.self) { try laboratory.issue("other") }
        #expect(issuing?.code == .unreadable)
        #expect(issuing?.reason == "\(key) may be read or written by others than its owner")
        let revoking = #expect(throws: PKIError.self) {
            try laboratory.authority.revoke(certificateAt: issued.certificatePath, reason: .keyCompromise, listDays: 30)
        }
        #expect(revoking?.code == .unreadable)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        _ = try laboratory.issue("other")
    }
}

extension [Inspected] {
    var certificate: CertificateFacts? {
        guard count == 1, case .certificate(let facts) = self[0] else { return nil }
        return facts
    }

    var revocationList: RevocationListFacts? {
        guard count == 1, case .revocationList(let facts) = self[0] else { return nil }
        return facts
    }
}
