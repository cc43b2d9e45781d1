/// The wishes for a new certificate.
package struct CertificateOrder: Sendable {
    /// What the holder may do in TLS (RFC 5280 §4.2.1.12).
    package enum Usage: Sendable {
        case serverAndClient, serverOnly, clientOnly

        var text: String {
            switch self {
            case .serverAndClient: "serverAuth,clientAuth"
            case .serverOnly: "serverAuth"
            case .clientOnly: "clientAuth"
            }
        }
    }

    /// The service, one label of a domain name: `authdb`.
    package var service: String
    /// Further names and addresses, within what the CA may vouch for.
    package var names: [String] = []
    package var addresses: [String] = []
    package var usage = Usage.serverAndClient
    /// The beginning and the end of the validity, counted from now.
    package var notBefore = CertificateOrder.backdating
    package var notAfter: Duration = .seconds(90 * CertificateOrder.secondsPerDay)
    /// The path of the files to write, without `.crt` and `.key`; nil stands for the name of the service in the directory of the CA.
    package var prefix: String?

    package init(service: String) { self.service = service }

    /// Certificates and revocation lists begin a minute ago: the clock of a peer may be behind.
    static let backdating: Duration = .seconds(-60)
    private static let secondsPerDay: Int64 = 86_400

    /// - Throws: `.malformed` unless there are 1 to 36525 days.
    package static func period(days: Int) throws(PKIError) -> Duration {
        guard 1...Limits.daysMax ~= days else { throw PKIError(.malformed, "a validity of \(days) days is not within 1 to \(Limits.daysMax)") }
        return .seconds(Int64(days) * secondsPerDay)
    }

    /// - Throws: `.malformed` for a service that is no label of a domain name, and for `ca`.
    func checkedService() throws(PKIError) -> String {
        let label = try DomainText.label(service)
        guard label != "ca" else { throw PKIError(.malformed, "a service cannot be called ca: its files would be those of the CA") }
        return label
    }

    /// The subject alternative names, in order and without repeats. The name of the system comes first: it tells who calls.
    ///
    /// - Throws: `.malformed`, `.tooLarge`.
    func subjectNames(system: String, withLoopback: Bool) throws(PKIError) -> String {
        guard names.count + addresses.count <= Limits.namesMax else { throw PKIError(.tooLarge, "more than \(Limits.namesMax) names") }
        var all = [system, "\(try checkedService()).\(system)"].map { "DNS:\($0)" }
        if withLoopback { all += ["DNS:" + AuthorityPlan.loopbackName] + AuthorityPlan.loopbackAddresses.map { "IP:\($0)" } }
        for name in names { all.append("DNS:" + (try DomainText.canonical(name))) }
        for address in addresses { all.append("IP:" + (try IPText.canonical(address))) }
        var seen: Set<String> = []
        return all.filter { seen.insert($0).inserted }.joined(separator: ",")
    }
}

/// A certificate that was written, with its key beside it.
package struct IssuedCertificate: Sendable {
    package let certificatePath: String
    package let keyPath: String
    package let facts: CertificateFacts
}
