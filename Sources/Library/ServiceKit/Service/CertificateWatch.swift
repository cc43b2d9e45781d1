internal import Base
internal import HTTPKit
internal import Logging

/// How the own certificate and the revocation lists stood when they were last looked at, with a line in the log whenever that changes.
final class CertificateWatch: Sendable {
    /// What there is to say of one of the two.
    struct Report: Sendable, Equatable {
        /// Why the service cannot serve.
        var failure: String?
        /// What will be, or is for some peers, a reason not to serve.
        var warning: String?
    }

    struct Latest: Sendable, Equatable {
        var certificate = Report()
        var lists = Report()
        var certificateDaysLeft: Int64?
        /// Of the list that is due first, among those of authorities that are believed here.
        var listDaysLeft: Int64?
    }

    let files: TLSFiles
    private let systemID: String
    private let standing: @Sendable () -> TLSStanding
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let kept = Guarded(Latest())

    convenience init(_ tls: ServiceTLS, of systemID: String, logger: Logger) {
        self.init(tls.files, of: systemID, { tls.standing() }, logger: logger)
    }

    /// Looks for the first time.
    ///
    /// - Parameter systemID: the system whose name the certificate should hold.
    init(
        _ files: TLSFiles, of systemID: String, _ standing: @escaping @Sendable () -> TLSStanding, logger: Logger,
        now: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) {
        self.files = files
        self.systemID = systemID
        self.standing = standing
        self.now = now
        self.logger = logger
        look()
    }

    var latest: Latest { kept.withLock { $0 } }

    /// Whoever sees a new outcome afterwards finds its line in the log.
    func look() {
        let found = latest(standing(), at: now())
        kept.withLock { kept in
            report("tls-certificate", kept.certificate, found.certificate)
            report("tls-crl", kept.lists, found.lists)
            kept = found
        }
    }

    private func report(_ check: String, _ before: Report, _ now: Report) {
        guard before != now else { return }
        if let failure = now.failure {
            logger.error("not ready", metadata: ["check": .string(check), "reason": .string(failure)])
        } else if let warning = now.warning {
            logger.warning("needs attention", metadata: ["check": .string(check), "reason": .string(warning)])
        } else {
            logger.notice("in order again", metadata: ["check": .string(check)])
        }
    }

    private func latest(_ standing: TLSStanding, at now: Timestamp) -> Latest {
        var latest = Latest()
        latest.certificateDaysLeft = standing.certificateEnd.map { now.days(until: $0) }
        latest.certificate.failure = standing.certificateFailure.map { CertificateWatch.failure($0, standing, files) }
        latest.certificate.warning = certificateWarning(standing, daysLeft: latest.certificateDaysLeft)
        latest.listDaysLeft = standing.revocationLists.filter { !$0.isForeign }.compactMap(\.end).min().map { now.days(until: $0) }
        guard let path = files.revocationList else { return latest }
        latest.lists.failure = standing.revocationFailure.map { listFailure($0, path) }
        latest.lists.warning = CertificateWatch.listWarning(standing, path, at: now)
        return latest
    }

    /// The name is no reason to refuse the certificate: the other operator may know this system by another one (`certificateNames`).
    private func certificateWarning(_ standing: TLSStanding, daysLeft: Int64?) -> String? {
        var warnings: [String] = []
        if let daysLeft, let soon = CertificateWatch.soon(daysLeft) { warnings.append("the certificate in \(files.certificate) expires \(soon)") }
        if !standing.names.contains(systemID.lowercased()) {
            let names = standing.names.isEmpty ? "no domain name" : standing.names.joined(separator: ", ")
            warnings.append(
                "the certificate in \(files.certificate) does not name this system, \(systemID), so that its other services refuse this one:"
                    + " it holds \(names)")
        }
        return warnings.isEmpty ? nil : warnings.joined(separator: "; ")
    }

    private func listFailure(_ failure: TLSStanding.RevocationFailure, _ path: String) -> String {
        switch failure {
        case .ownIsRevoked: "\(path) revokes the own certificate, \(files.certificate): peers that have this list refuse it"
        case .intermediateIsRevoked(let name): "\(path) revokes \(name), which has issued the own certificate, \(files.certificate): peers refuse it"
        case .listUnusable(let reason): "with \(path), peers of the own authority are refused: \(reason)"
        }
    }

    /// When something ends that has so few days left that an operator should look at it; nil where it has more.
    private static func soon(_ daysLeft: Int64) -> String? {
        guard daysLeft < ServiceLimits.certificateDaysWarned else { return nil }
        return daysLeft <= 0 ? "in less than a day" : daysLeft == 1 ? "in 1 day" : "in \(daysLeft) days"
    }

    /// What is wrong with lists of some authorities, whose peers are refused while the others are served, and what soon will be.
    private static func listWarning(_ standing: TLSStanding, _ path: String, at now: Timestamp) -> String? {
        var wrong: [String] = []
        for list in standing.revocationLists {
            if list.isForeign {
                wrong.append("the list of \(list.issuer) was not signed by any authority that is believed here")
            } else if let end = list.end, end <= now {
                wrong.append("the list of \(list.issuer) is out of date since \(end)")
            } else if let end = list.end, let soon = soon(now.days(until: end)) {
                wrong.append("the list of \(list.issuer) is out of date \(soon), and its certificates are refused from then on")
            }
        }
        wrong += standing.authoritiesWithoutList.map { "there is no list of \($0), so its certificates are refused" }
        return wrong.isEmpty ? nil : "\(path): \(wrong.joined(separator: "; "))"
    }

    static func failure(_ reason: String, _ standing: TLSStanding, _ files: TLSFiles) -> String {
        let end = standing.certificateEnd.map { " (end of its validity: \($0))" } ?? ""
        return "peers that believe \(files.authority) would refuse \(files.certificate): \(reason)\(end)"
    }
}

extension Service {
    /// Has the certificate and the lists looked at regularly, and tells of them in `/readyz` and in metrics.
    func addChecks(of certificates: CertificateWatch) {
        watch.add(every: ServiceLimits.certificateLookTime) { certificates.look() }
        addReadinessCheck(
            "tls-certificate", { certificates.latest.certificate.failure }, warning: { certificates.latest.certificate.warning })
        metrics.gauge("mc_tls_certificate_days_left", help: "Whole days until the own certificate expires, rounded downwards.") {
            certificates.latest.certificateDaysLeft.map { Double($0) } ?? .nan
        }
        guard certificates.files.revocationList != nil else { return }
        addReadinessCheck("tls-crl", { certificates.latest.lists.failure }, warning: { certificates.latest.lists.warning })
        metrics.gauge("mc_tls_crl_days_left", help: "Whole days until the first of the revocation lists is out of date, rounded downwards.") {
            certificates.latest.listDaysLeft.map { Double($0) } ?? .nan
        }
    }
}
