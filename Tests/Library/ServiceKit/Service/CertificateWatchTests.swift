import Base
import Logging
import Testing

@testable import HTTPKit
@testable import ServiceKit

/// What a service says of its certificate and of the revocation lists.
@Suite struct CertificateWatchTests {
    private static let now = Timestamp(secondsSince1970: 1_800_000_000)
    private static let files = TLSFiles(certificate: "own.crt", key: "own.key", authority: "ca.crt", revocationList: "ca.crl")

    private static func later(days: Int) -> Timestamp { now + .seconds(Int64(days) * 86_400) }

    private static func list(_ issuer: String, days: Int, isForeign: Bool = false) -> TLSStanding.RevocationList {
        TLSStanding.RevocationList(issuer: issuer, end: later(days: days), isForeign: isForeign)
    }

    private static func standing(
        _ failure: String? = nil, days: Int = 80, names: [String] = ["own.example"], lists failureOfLists: TLSStanding.RevocationFailure? = nil,
        _ lists: [TLSStanding.RevocationList] = [], without authorities: [String] = []
    ) -> TLSStanding {
        TLSStanding(
            certificateFailure: failure, certificateEnd: later(days: days), names: names, revocationFailure: failureOfLists, revocationLists: lists,
            authoritiesWithoutList: authorities)
    }

    private final class Laboratory: Sendable {
        let lines = Lines()
        let standing: Guarded<TLSStanding>
        let watch: CertificateWatch

        init(_ first: TLSStanding) {
            let standing = Guarded(first)
            self.standing = standing
            let lines = lines
            let logger = Logger(label: "test") { LineLogHandler(LineFormat(service: $0, .json), level: .info, output: lines.output) }
            watch = CertificateWatch(
                CertificateWatchTests.files, of: "OWN.example", { standing.withLock { $0 } }, logger: logger, now: { CertificateWatchTests.now })
        }

        func look(_ next: TLSStanding) {
            standing.withLock { $0 = next }
            watch.look()
        }
    }

    @Test func `what is in order is said with its days, and no line is written`() {
        let laboratory = Laboratory(CertificateWatchTests.standing(nil, [CertificateWatchTests.list("/CN=a", days: 20)]))
        #expect(laboratory.watch.latest.certificateDaysLeft == 80 && laboratory.watch.latest.listDaysLeft == 20)
        #expect(laboratory.watch.latest.certificate == .init() && laboratory.watch.latest.lists == .init())
        #expect(laboratory.lines.all.isEmpty)
    }

    @Test(arguments: [(15, nil), (14, nil), (13, "in 13 days"), (2, "in 2 days"), (1, "in 1 day"), (0, "in less than a day")])
    func `few days are a warning that does not end readiness, of the certificate and of a list`(days: Int, when: String?) {
        let end = CertificateWatchTests.later(days: days) + .seconds(3_600)
        let list = TLSStanding.RevocationList(issuer: "/CN=own", end: end, isForeign: false)
        let latest = Laboratory(CertificateWatchTests.standing(days: days, [list])).watch.latest
        #expect(latest.certificate.failure == nil && latest.lists.failure == nil)
        #expect(latest.certificate.warning == when.map { "the certificate in own.crt expires \($0)" })
        #expect(
            latest.lists.warning == when.map { "ca.crl: the list of /CN=own is out of date \($0), and its certificates are refused from then on" })
    }

    @Test(arguments: [
        ([], "no domain name"), (["partner.example"], "partner.example"), (["own.example.org", "a.own.example"], "own.example.org, a.own.example"),
    ])
    func `a certificate that does not name this system is a warning`(names: [String], held: String) {
        let laboratory = Laboratory(CertificateWatchTests.standing(days: 80, names: names))
        let reason =
            "the certificate in own.crt does not name this system, OWN.example, so that its other services refuse this one: it holds \(held)"
        #expect(laboratory.watch.latest.certificate == .init(failure: nil, warning: reason))
        #expect(laboratory.lines.all.count == 1 && laboratory.lines.all[0].contains("needs attention") && laboratory.lines.all[0].contains(reason))
        laboratory.look(CertificateWatchTests.standing(days: 3, names: names))
        #expect(laboratory.watch.latest.certificate.warning == "the certificate in own.crt expires in 3 days; \(reason)")
        laboratory.look(CertificateWatchTests.standing(names: ["balancer.example", "own.example"]))
        #expect(laboratory.watch.latest.certificate == .init())
    }

    @Test func `of a revoked certificate it is said whose it is`() {
        let reasons: [(TLSStanding.RevocationFailure, String)] = [
            (.ownIsRevoked, "ca.crl revokes the own certificate, own.crt: peers that have this list refuse it"),
            (.intermediateIsRevoked("/CN=between"), "ca.crl revokes /CN=between, which has issued the own certificate, own.crt: peers refuse it"),
            (.listUnusable("CRL has expired"), "with ca.crl, peers of the own authority are refused: CRL has expired"),
        ]
        for (failure, reason) in reasons {
            #expect(Laboratory(CertificateWatchTests.standing(lists: failure)).watch.latest.lists.failure == reason)
        }
    }

    @Test func `what has expired is a failure with its date`() {
        let latest = Laboratory(CertificateWatchTests.standing("certificate has expired", days: -40)).watch.latest
        #expect(
            latest.certificate.failure
                == "peers that believe ca.crt would refuse own.crt: certificate has expired (end of its validity: 2026-12-06T08:00:00Z)")
        #expect(latest.certificateDaysLeft == -40)
    }

    @Test func `the own authority's list is needed, and another's that is stale, foreign or missing is a warning`() {
        let stale = CertificateWatchTests.standing(lists: .listUnusable("CRL has expired"), [CertificateWatchTests.list("/CN=own", days: -40)])
        #expect(Laboratory(stale).watch.latest.lists.failure == "with ca.crl, peers of the own authority are refused: CRL has expired")
        let others = CertificateWatchTests.standing(
            nil,
            [
                CertificateWatchTests.list("/CN=own", days: 19), CertificateWatchTests.list("/CN=a", days: -2),
                CertificateWatchTests.list("/CN=b", days: -5, isForeign: true),
            ], without: ["/CN=c"])
        let latest = Laboratory(others).watch.latest
        #expect(latest.lists.failure == nil && latest.listDaysLeft == -2)
        #expect(
            latest.lists.warning
                == "ca.crl: the list of /CN=a is out of date since 2027-01-13T08:00:00Z; "
                + "the list of /CN=b was not signed by any authority that is believed here; "
                + "there is no list of /CN=c, so its certificates are refused")
    }

    @Test func `each change is one line in the log`() {
        let laboratory = Laboratory(CertificateWatchTests.standing(days: 3))
        laboratory.look(CertificateWatchTests.standing(days: 3))
        laboratory.look(CertificateWatchTests.standing("certificate has expired", days: 0))
        laboratory.look(CertificateWatchTests.standing("certificate has expired", days: 0))
        laboratory.look(CertificateWatchTests.standing())
        #expect(
            laboratory.lines.all.map { line in ["warning", "error", "notice"].first { line.contains(#""level":"\#($0)""#) } } == [
                "warning", "error", "notice",
            ])
    }
}
