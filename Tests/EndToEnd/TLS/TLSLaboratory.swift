import Base
import Foundation
import PKI
import Support
import Testing

/// The CA of one operator with its certificates, and authdb on mutual TLS.
final class TLSLaboratory: @unchecked Sendable {
    // Safety (@unchecked): one test uses it, one step after the other.
    static let system = "primary.example"

    let directory: TemporaryDirectory
    let authority: CertificateAuthority
    /// The certificate that the service shows.
    var server: TLSIdentity
    /// A certificate that the service accepts.
    let good: TLSIdentity
    var authorities: [String]
    var lists: [String]

    init() throws {
        directory = try TemporaryDirectory()
        authority = try TLSLaboratory.authority(TLSLaboratory.system, in: directory.file("ca"))
        server = try TLSIdentity(authority.issue(CertificateOrder(service: "authdb")))
        good = try TLSIdentity(authority.issue(CertificateOrder(service: "sip-core-stub")))
        authorities = [authority.certificatePath]
        lists = [authority.revocationListPath]
    }

    static func authority(_ system: String, in directory: String, clock: @escaping @Sendable () -> Timestamp = Timestamp.now) throws
        -> CertificateAuthority
    {
        let authority = CertificateAuthority(directory: directory, clock: clock)
        _ = try authority.create(AuthorityPlan(system: system))
        return authority
    }

    func file(_ name: String) -> String { directory.file(name) }

    func issue(_ service: String, by other: CertificateAuthority? = nil, _ change: (inout CertificateOrder) -> Void = { _ in }) throws -> TLSIdentity
    {
        var order = CertificateOrder(service: service)
        change(&order)
        return try TLSIdentity((other ?? authority).issue(order))
    }

    // MARK: The service

    /// Writes the files that the flags of the service name.
    func writeFiles() throws {
        try copy([server.certificate], to: "service.crt")
        try copy([server.key], to: "service.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file("service.key"))
        try copy(authorities, to: "service.ca")
        try copy(lists, to: "service.crl")
    }

    private func copy(_ paths: [String], to name: String) throws {
        let contents = try paths.map { try Data(contentsOf: URL(filePath: $0)) }.reduce(Data(), +)
        try contents.write(to: URL(filePath: file(name)))
    }

    static let flags = [
        "--system-id", system, "--database", "authdb.sqlite", "--tls-certificate", "service.crt", "--tls-key", "service.key", "--tls-ca",
        "service.ca",
        "--tls-crl", "service.crl",
    ]

    /// authdb on mutual TLS, with a subscriber.
    func start() async throws -> ServiceProcess {
        try writeFiles()
        let service = try await ServiceProcess("authdb", TLSLaboratory.flags, in: directory)
        try Curl.put("\(service.admin)/admin/v1/subscribers/\(ChainLaboratory.home)", ChainLaboratory.subscriber)
        return service
    }

    /// Whether a caller with a good certificate gets a vector.
    func isServed(_ service: ServiceProcess) throws -> Bool {
        let exchange = try OpenSSLClient(service.ready.listen, good.flags + trust)
        return exchange.output.contains("HTTP/1.1 200") && exchange.output.contains("3gAkaAvs")
    }

    // MARK: Forged certificates

    /// Makes any certificate, good or bad, with `openssl` and the key of a CA.
    ///
    /// - Parameters:
    ///   - extensions: lines of a section in openssl's configuration.
    ///   - key: for `-newkey`, with its options.
    ///   - issuer: the CA; nil makes a self-signed certificate.
    func forge(
        _ name: String, _ extensions: [String], subject: String = "/CN=forged", key: [String] = TLSLaboratory.curveKey, options: [String] = [],
        by issuer: TLSIdentity?
    ) throws -> TLSIdentity {
        let identity = TLSIdentity(certificate: file("\(name).crt"), key: file("\(name).key"))
        let section = (["[req]", "distinguished_name = dn", "[dn]", "[forged]"] + extensions).joined(separator: "\n") + "\n"
        try directory.write("\(name).cnf", section)
        let configuration = ["-config", file("\(name).cnf")]
        var request = ["req", "-new", "-subj", subject, "-nodes", "-keyout", identity.key, "-newkey"] + key + configuration
        guard let issuer else {
            request += ["-x509", "-days", "2", "-extensions", "forged", "-out", identity.certificate] + options
            try OpenSSLTool.succeed(request)
            return identity
        }
        try OpenSSLTool.succeed(request + ["-out", file("\(name).csr")])
        try OpenSSLTool.succeed(
            ["x509", "-req", "-in", file("\(name).csr"), "-CA", issuer.certificate, "-CAkey", issuer.key, "-days", "2", "-out", identity.certificate]
                + ["-extfile", file("\(name).cnf"), "-extensions", "forged"] + options)
        return identity
    }

    static let curveKey = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

    /// The flags that tell `s_client` whom to believe.
    var trust: [String] { ["-CAfile", authority.certificatePath] }

    /// The CA with its key.
    var root: TLSIdentity { TLSIdentity(certificate: authority.certificatePath, key: file("ca/ca.key")) }
}

/// The files of a certificate and its key.
struct TLSIdentity: Sendable {
    let certificate: String
    let key: String

    init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    init(_ issued: IssuedCertificate) { self.init(certificate: issued.certificatePath, key: issued.keyPath) }

    var flags: [String] { ["-cert", certificate, "-key", key] }
    var curlFlags: [String] { ["--cert", certificate, "--key", key] }
}
