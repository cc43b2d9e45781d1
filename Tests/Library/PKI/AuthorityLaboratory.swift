import Base
import Foundation
import Support
import Testing

@testable import PKI

/// The CA of one operator, and what `openssl` says of its certificates.
struct AuthorityLaboratory {
    let directory: TemporaryDirectory
    let authority: CertificateAuthority

    init(
        _ system: String = "partner.example", plan: (inout AuthorityPlan) -> Void = { _ in },
        clock: @escaping @Sendable () -> Timestamp = Timestamp.now
    ) throws {
        directory = try TemporaryDirectory()
        authority = CertificateAuthority(directory: directory.file("ca"), clock: clock)
        var wanted = AuthorityPlan(system: system)
        plan(&wanted)
        _ = try authority.create(wanted)
    }

    func issue(_ service: String = "authdb", _ change: (inout CertificateOrder) -> Void = { _ in }) throws -> IssuedCertificate {
        var order = CertificateOrder(service: service)
        change(&order)
        return try authority.issue(order)
    }

    /// Runs `openssl verify` in its strict mode, with the revocation list.
    func verify(_ path: String, purpose: String = "sslserver") throws -> Command {
        try OpenSSLTool.run(
            "verify", "-x509_strict", "-CAfile", authority.certificatePath, "-crl_check", "-CRLfile", authority.revocationListPath, "-purpose",
            purpose, path)
    }

    /// Makes a certificate for any names with `openssl` and the CA's key.
    func forge(names: String) throws -> String {
        let configuration = try directory.write("forged.cnf", "[forged]\nsubjectAltName = \(names)\n")
        let key = directory.file("forged.key")
        let request = directory.file("forged.csr")
        let certificate = directory.file("forged.crt")
        let steps = [
            try OpenSSLTool.run(
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-subj", "/CN=forged", "-out",
                request),
            try OpenSSLTool.run(
                "x509", "-req", "-in", request, "-CA", authority.certificatePath, "-CAkey", authority.keyPath, "-extfile", configuration,
                "-extensions",
                "forged", "-days", "1", "-out", certificate),
        ]
        for step in steps { try #require(step.succeeded, "\(step.output)") }
        return certificate
    }
}

func mode(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}
