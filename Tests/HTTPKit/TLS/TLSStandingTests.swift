import Base
import Foundation
import PKI
import Testing

@testable import HTTPKit

/// How certificates and revocation lists stand at a moment.
@Suite struct TLSStandingTests {
    let laboratory: TLSLaboratory
    let now = Timestamp.now()

    init() throws { laboratory = try TLSLaboratory.shared.get() }

    private func standing(_ files: TLSFiles, daysLater days: Int = 0) throws -> TLSStanding {
        try TLSContext(.server, files, protocols: ALPN.all).standing(at: now + .seconds(Int64(days) * 86_400))
    }

    @Test func `what was just issued is in order, and its ends are known`() throws {
        let standing = try standing(laboratory.server)
        #expect(standing.certificateFailure == nil && standing.revocationFailure == nil)
        #expect(standing.authoritiesWithoutList.isEmpty)
        #expect(standing.certificateEnd.map { now.days(until: $0) } == 89 || standing.certificateEnd.map { now.days(until: $0) } == 90)
        let list = try #require(standing.revocationLists.first)
        #expect(standing.revocationLists.count == 1 && !list.isForeign && list.issuer.contains("CN=MC CA primary.example"), "\(list.issuer)")
        #expect(list.end.map { now.days(until: $0) } == 29 || list.end.map { now.days(until: $0) } == 30)
    }

    @Test(arguments: [
        (-1, "certificate is not yet valid"), (0, nil), (29, nil), (31, nil), (89, nil), (91, "certificate has expired"),
        (1_000, "certificate has expired"),
    ])
    func `a certificate is good from its first to its last day`(day: Int, failure: String?) throws {
        #expect(try standing(laboratory.server, daysLater: day).certificateFailure == failure)
    }

    @Test(arguments: [(0, nil), (29, nil), (31, "CRL has expired"), (89, "CRL has expired")])
    func `a list is good until the next is due, and the certificate is not to blame`(day: Int, failure: String?) throws {
        let standing = try standing(laboratory.server, daysLater: day)
        #expect(standing.certificateFailure == nil && standing.revocationFailure == failure.map { .listUnusable($0) })
    }

    @Test(arguments: [(CertificateOrder.Usage.clientOnly, "server"), (CertificateOrder.Usage.serverOnly, "client")])
    func `a certificate that is good for one side of a connection only is refused on the other`(usage: CertificateOrder.Usage, side: String) throws {
        let other = try OtherAuthority()
        #expect(
            try standing(other.issuing { $0.usage = usage }).certificateFailure == "unsuitable certificate purpose, as the certificate of a \(side)")
        #expect(try standing(other.issuing { $0.usage = .serverAndClient }).certificateFailure == nil)
    }

    @Test func `the certificate of an authority is refused as that of a service`() throws {
        let other = try OtherAuthority()
        var files = other.files
        (files.certificate, files.key) = (other.authority.certificatePath, other.keyOfAuthority)
        #expect(try standing(files).certificateFailure != nil)
    }

    @Test func `the names of the certificate are known`() throws {
        #expect(try standing(laboratory.server).names == ["primary.example", "authdb.primary.example", "localhost"])
        let other = try OtherAuthority()
        #expect(try standing(other.files).names == ["other.example", "authdb.other.example", "localhost"])
    }

    @Test func `a certificate of a CA that is not believed does not fit, also where that CA has the same name`() throws {
        #expect(try standing(laboratory.server.believing(laboratory.stranger)).certificateFailure != nil)
        #expect(try standing(laboratory.stranger.believing(laboratory.server)).certificateFailure != nil)
        let other = try OtherAuthority()
        #expect(try standing(laboratory.server.believing(other.files)).certificateFailure == "unable to get local issuer certificate")
    }

    @Test func `a list of another CA is foreign, and the believed one has none`() throws {
        let other = try OtherAuthority()
        for list in [laboratory.stranger.revocationList, other.files.revocationList] {
            var files = laboratory.server
            files.revocationList = list
            let standing = try standing(files)
            #expect(standing.certificateFailure == nil && standing.revocationFailure != nil)
            #expect(standing.revocationLists.map(\.isForeign) == [true])
            #expect(standing.authoritiesWithoutList.count == 1 && standing.authoritiesWithoutList[0].contains("primary.example"))
        }
    }

    @Test func `without lists nothing is said of them`() throws {
        var files = laboratory.server
        files.revocationList = nil
        let standing = try standing(files, daysLater: 31)
        #expect(standing.revocationFailure == nil && standing.revocationLists.isEmpty && standing.authoritiesWithoutList.isEmpty)
    }

    @Test func `of an own certificate that is revoked it is said so`() throws {
        let other = try OtherAuthority()
        #expect(try standing(other.files).revocationFailure == nil)
        _ = try other.authority.revoke(certificateAt: other.files.certificate, reason: .keyCompromise, listDays: 30)
        let standing = try standing(other.files)
        #expect(standing.certificateFailure == nil && standing.revocationFailure == .ownIsRevoked)
        // Only the one certificate is to blame: another one of the same authority is accepted.
        let another = try other.issuing()
        #expect(try self.standing(another).revocationFailure == nil)
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644]) func `a key that others may read is refused by name`(mode: Int) throws {
        let other = try OtherAuthority()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: other.files.key)
        for side in [TLSContext.Side.server, .client] {
            let error = #expect(throws: TLSError(.badKey, "")) { try TLSContext(side, other.files, protocols: ALPN.all) }
            #expect(error?.reason == "\(other.files.key) may be read or written by others than its owner")
        }
    }

    /// The CA of another operator with a certificate, in a folder of its own.
    private final class OtherAuthority {
        let authority: CertificateAuthority
        let files: TLSFiles
        private let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "mc-tls-\(UUID().uuidString)")
            authority = CertificateAuthority(directory: folder.path(), clock: Timestamp.now)
            _ = try authority.create(AuthorityPlan(system: "other.example"))
            let issued = try authority.issue(CertificateOrder(service: "authdb"))
            files = TLSFiles(
                certificate: issued.certificatePath, key: issued.keyPath, authority: authority.certificatePath,
                revocationList: authority.revocationListPath)
        }

        var keyOfAuthority: String { folder.appending(path: "ca.key").path() }

        /// Another certificate of the same authority.
        func issuing(_ change: (inout CertificateOrder) -> Void = { _ in }) throws -> TLSFiles {
            var order = CertificateOrder(service: "another")
            order.prefix = folder.appending(path: UUID().uuidString).path()
            change(&order)
            let issued = try authority.issue(order)
            return TLSFiles(
                certificate: issued.certificatePath, key: issued.keyPath, authority: authority.certificatePath,
                revocationList: authority.revocationListPath)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }
}
