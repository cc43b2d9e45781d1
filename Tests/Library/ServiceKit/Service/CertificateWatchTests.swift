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
        _ failure: String? = nil, days: Int = 80, lists failureOfLists: String? = nil, _ lists: [TLSStanding.RevocationList] = [],
        without authorities: [String] = []
    ) -> TLSStanding {
        TLSStanding(
            certificateFailure: failure, certificateEnd: later(days: days), revocationFailure: failureOfLists, revocationLists: lists,
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
            watch = CertificateWatch(CertificateWatchTests.files, { standing.withLock { $0 } }, logger: logger, now: { CertificateWatchTests.now })
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

    @Test(arguments: [(15, false), (14, false), (13, true), (1, true), (0, true)])
    func `few days are a warning that does not end readiness`(days: Int, isWarned: Bool) {
        let latest = Laboratory(CertificateWatchTests.standing(days: days)).watch.latest
        #expect(latest.certificate.failure == nil)
        #expect(latest.certificate.warning == (isWarned ? "the certificate in own.crt expires in \(days) days" : nil))
    }

    @Test func `what has expired is a failure with its date`() {
        let latest = Laboratory(CertificateWatchTests.standing("certificate has expired", days: -40)).watch.latest
        #expect(
            latest.certificate.failure
                == "peers that believe ca.crt would refuse own.crt: certificate has expired (end of its validity: 2026-12-06T08:00:00Z)")
        #expect(latest.certificateDaysLeft == -40)
    }

    @Test func `the own authority's list is needed, and another's that is stale, foreign or missing is a warning`() {
        let stale = CertificateWatchTests.standing(lists: "CRL has expired", [CertificateWatchTests.list("/CN=own", days: -40)])
        #expect(Laboratory(stale).watch.latest.lists.failure == "with ca.crl, peers of the own authority are refused: CRL has expired")
        let others = CertificateWatchTests.standing(
            nil,
            [
                CertificateWatchTests.list("/CN=own", days: 9), CertificateWatchTests.list("/CN=a", days: -2),
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
