import Base
import HTTPKit
import PKI
import Support
import Testing

@testable import mmsctl

@Suite struct PKIReportTests {
    private let directory: TemporaryDirectory
    private let authority: CertificateAuthority
    private let now = Timestamp.now()

    init() throws {
        directory = try TemporaryDirectory()
        authority = CertificateAuthority(directory: directory.file("ca"), clock: Timestamp.now)
        _ = try authority.create(AuthorityPlan(system: "partner.example"))
    }

    private func items(_ files: [String]) throws -> (items: [(String, Inspected)], lists: PKIReport.RevocationLists) {
        let contents = try files.map { (file: $0, items: try Inspected.file($0)) }
        return (contents.flatMap { content in content.items.map { (content.file, $0) } }, PKIReport.RevocationLists(contents))
    }

    private func json(_ item: Inspected, _ lists: PKIReport.RevocationLists) -> String {
        var writer = JSONWriter()
        PKIReport.write(item, file: "f", lists, now: now, to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: [false, true]) func `a revoked certificate with its list is revoked, in either order`(listFirst: Bool) throws {
        let issued = try authority.issue(CertificateOrder(service: "authdb"))
        let good = try authority.issue(CertificateOrder(service: "primary-mms"))
        _ = try authority.revoke(issued.facts.serial, reason: .keyCompromise, listDays: 7)
        let files = [issued.certificatePath, good.certificatePath]
        let (items, lists) = try items(listFirst ? [authority.revocationListPath] + files : files + [authority.revocationListPath])
        for (file, item) in items {
            let isRevoked = file == issued.certificatePath
            #expect(PKIReport.isSound(item, lists, now: now) == !isRevoked, "\(file)")
            #expect(PKIReport.text(item, lists, now: now).contains("REVOKED at ") == isRevoked)
            #expect(json(item, lists).contains(#""state":"revoked""#) == isRevoked)
        }
        let revoked = try #require(items.first { $0.0 == issued.certificatePath }?.1)
        #expect(PKIReport.text(revoked, lists, now: now).contains("keyCompromise (\(authority.revocationListPath))"))
        #expect(json(revoked, lists).contains(#""reason":"keyCompromise""#))
    }

    @Test func `without its list, or with the list of another authority, it is as valid as its dates`() throws {
        let issued = try authority.issue(CertificateOrder(service: "authdb"))
        _ = try authority.revoke(issued.facts.serial, reason: .superseded, listDays: 7)
        let other = CertificateAuthority(directory: directory.file("other"), clock: Timestamp.now)
        _ = try other.create(AuthorityPlan(system: "primary.example"))
        for files in [[issued.certificatePath], [issued.certificatePath, other.revocationListPath]] {
            let (items, lists) = try items(files)
            for (_, item) in items { #expect(PKIReport.isSound(item, lists, now: now)) }
        }
    }
}
