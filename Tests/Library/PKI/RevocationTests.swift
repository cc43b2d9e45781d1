import Base
import Foundation
import Support
import Testing

@testable import PKI

@Suite struct RevocationTests {
    @Test func `the number of the list grows with every list`() throws {
        let laboratory = try AuthorityLaboratory()
        let serial = try laboratory.issue().facts.serial
        #expect(try number(laboratory) == "01")
        _ = try laboratory.authority.renewList(days: 1)
        #expect(try number(laboratory) == "02")
        _ = try laboratory.authority.revoke(serial, reason: .unspecified, listDays: 1)
        #expect(try number(laboratory) == "03")
    }

    private func number(_ laboratory: AuthorityLaboratory) throws -> String? {
        try Inspected.file(laboratory.authority.revocationListPath).revocationList?.number.map { "\($0)" }
    }

    @Test(
        .enabled(if: OpenSSLTool.isInstalled),
        arguments: [
            (RevocationReason.keyCompromise, "Key Compromise"), (.superseded, "Superseded"), (.cessationOfOperation, "Cessation Of Operation"),
            (.affiliationChanged, "Affiliation Changed"),
        ])
    func `openssl reads serial and reason`(reason: RevocationReason, text: String) throws {
        let laboratory = try AuthorityLaboratory()
        let serial = try laboratory.issue().facts.serial
        _ = try laboratory.authority.revoke(serial, reason: reason, listDays: 7)
        let output = try OpenSSLTool.run("crl", "-noout", "-text", "-in", laboratory.authority.revocationListPath).output
        #expect(output.contains("Serial Number: \(serial)"))
        #expect(output.contains("X509v3 CRL Reason Code: \n                \(text)"), "\(output)")
        #expect(output.contains("X509v3 Authority Key Identifier"))
        let authority = laboratory.authority
        let verified = try OpenSSLTool.run("crl", "-noout", "-in", authority.revocationListPath, "-CAfile", authority.certificatePath)
        #expect(verified.output.contains("verify OK"))
    }

    @Test func `a certificate is revoked once`() throws {
        let laboratory = try AuthorityLaboratory()
        let serial = try laboratory.issue().facts.serial
        _ = try laboratory.authority.revoke(serial, reason: .superseded, listDays: 7)
        #expect(throws: PKIError(.alreadyRevoked, "")) { try laboratory.authority.revoke(serial, reason: .keyCompromise, listDays: 7) }
        let list = try Inspected.file(laboratory.authority.revocationListPath).revocationList
        #expect(list?.revoked.map(\.reason) == [.superseded])
    }

    @Test func `what this CA has not issued it does not revoke`() throws {
        let laboratory = try AuthorityLaboratory()
        let other = try AuthorityLaboratory()
        let stranger = try other.issue()
        #expect(throws: PKIError(.unknownCertificate, "")) {
            try laboratory.authority.revoke(stranger.facts.serial, reason: .superseded, listDays: 7)
        }
        #expect(throws: PKIError(.unknownCertificate, "")) {
            try laboratory.authority.revoke(certificateAt: stranger.certificatePath, reason: .superseded, listDays: 7)
        }
    }

    @Test func `what was revoked stays so on later lists`() throws {
        let laboratory = try AuthorityLaboratory()
        let serials = try ["a", "b", "c"].map { try laboratory.issue($0).facts.serial }
        for serial in serials { _ = try laboratory.authority.revoke(serial, reason: .superseded, listDays: 7) }
        let facts = try laboratory.authority.renewList(days: 7)
        #expect(Set(facts.revoked.map(\.serial)) == Set(serials))
    }

    @Test(.enabled(if: OpenSSLTool.isInstalled)) func `a list that has run out is refused, and renewing it helps`() throws {
        let laboratory = try AuthorityLaboratory(clock: { Timestamp.now() + .seconds(-40 * 86_400) })
        let issued = try laboratory.issue()
        #expect(try laboratory.verify(issued.certificatePath).output.contains("CRL has expired"))
        _ = try CertificateAuthority(directory: laboratory.authority.directory, clock: Timestamp.now).renewList(days: 30)
        #expect(try laboratory.verify(issued.certificatePath).succeeded)
    }

    @Test(arguments: [
        "V\n", "V\t261124000000Z\t\tzz\ta.crt\t/CN=a\n", "X\t261124000000Z\t\t01\ta.crt\t/CN=a\n", "R\t261124000000Z\t\t01\ta.crt\t/CN=a\n",
        "V\tnow\t\t01\ta.crt\t/CN=a\n",
    ])
    func `a damaged index is refused and left as it is`(text: String) throws {
        let laboratory = try AuthorityLaboratory()
        try Data(text.utf8).write(to: URL(filePath: laboratory.authority.indexPath))
        let error = #expect(throws: PKIError(.unreadable, "")) { try laboratory.issue() }
        #expect(error?.reason == "\(laboratory.authority.indexPath): line 1 is damaged")
        #expect(try String(contentsOfFile: laboratory.authority.indexPath, encoding: .utf8) == text)
    }

    @Test(arguments: ["", "zz\n", "-1\n", "00\n", "8000000000000000\n"]) func `a damaged list number is refused`(text: String) throws {
        let laboratory = try AuthorityLaboratory()
        try Data(text.utf8).write(to: URL(filePath: laboratory.authority.numberPath))
        #expect(throws: PKIError(.unreadable, "")) { try laboratory.authority.renewList(days: 7) }
    }
}
