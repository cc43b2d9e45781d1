import Base
import Foundation
import PKI
import Support
import Testing

/// Readiness and metrics of a service with TLS, as its certificate and its lists age.
@Suite(.serialized) struct ReadinessTests {
    private func ready(_ service: ServiceProcess) throws -> Curl { try Curl.send("GET", "\(service.admin)/readyz?verbose") }

    private func metric(_ name: String, _ service: ServiceProcess) throws -> Double? {
        try Curl.send("GET", "\(service.admin)/metrics").body.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }

    @Test func `fresh files are in order, and their days are metrics`() async throws {
        let tls = try TLSLaboratory()
        let service = try await tls.start()
        let ready = try ready(service)
        #expect(ready.status == 200 && ready.body.contains("[+]tls-certificate ok\n[+]tls-crl ok\n"), "\(ready.body)")
        #expect([89, 90].contains(try metric("mc_tls_certificate_days_left", service)))
        #expect([29, 30].contains(try metric("mc_tls_crl_days_left", service)))
        #expect(service.stop() == 0)
    }

    @Test func `a certificate with few days left is a warning`() async throws {
        let tls = try TLSLaboratory()
        tls.server = try tls.issue("authdb") { $0.notAfter = .seconds(5 * 86_400 + 3_600) }
        let service = try await tls.start()
        let ready = try ready(service)
        #expect(ready.status == 200)
        #expect(ready.body.contains("[!]tls-certificate warning: the certificate in service.crt expires in 5 days"), "\(ready.body)")
        #expect(service.log.contains("needs attention"), "\(service.log)")
        #expect(service.stop() == 0)
    }

    @Test func `a certificate that expires while the service runs ends readiness`() async throws {
        let tls = try TLSLaboratory()
        tls.server = try tls.issue("authdb") { $0.notAfter = .seconds(8) }
        let service = try await tls.start()
        #expect(await eventually(within: .seconds(40)) { (try? ready(service))?.status == 503 })
        #expect(try ready(service).body.contains("[-]tls-certificate failed: peers that believe service.ca would refuse service.crt"))
        tls.server = try tls.issue("authdb")
        try tls.writeFiles()
        service.send(SIGHUP)
        #expect(await eventually { (try? ready(service))?.status == 200 }, "\(service.log)")
        #expect(service.stop() == 0)
    }

    @Test func `a list that has been out of date for ten days starts, is not ready, and a new list ends that`() async throws {
        let tls = try TLSLaboratory()
        let past = CertificateAuthority(directory: tls.file("ca")) { Timestamp.now() + .seconds(-40 * 86_400 - 3_600) }
        _ = try past.renewList(days: 30)
        let service = try await tls.start()
        let stale = try ready(service)
        #expect(stale.status == 503 && stale.body.contains("[-]tls-crl failed: "), "\(stale.body)")
        #expect(stale.body.contains("CRL has expired"), "\(stale.body)")
        #expect(try metric("mc_tls_crl_days_left", service) == -11, "ten days and an hour")
        #expect(try !tls.isServed(service), "that is why")
        _ = try tls.authority.renewList(days: 30)
        try tls.writeFiles()
        service.send(SIGHUP)
        #expect(await eventually { (try? ready(service))?.status == 200 }, "\(service.log)")
        #expect(try tls.isServed(service))
        #expect(service.stop() == 0)
    }

    @Test func `a list of another CA is a warning`() async throws {
        let tls = try TLSLaboratory()
        let other = try TLSLaboratory.authority("other.example", in: tls.file("other"))
        tls.lists.append(other.revocationListPath)
        let service = try await tls.start()
        let ready = try ready(service)
        #expect(ready.status == 200 && ready.body.contains("[!]tls-crl warning: service.crl: the list of "), "\(ready.body)")
        #expect(ready.body.contains("other.example was not signed by any authority that is believed here"), "\(ready.body)")
        #expect(service.stop() == 0)
    }
}
