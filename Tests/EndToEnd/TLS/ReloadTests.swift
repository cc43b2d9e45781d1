import Base
import Foundation
import HTTPKit
import PKI
import Support
import Testing

/// SIGHUP: new connections see the new certificates, and open ones go on.
@Suite(.serialized, .enabled(if: OpenSSLTool.isInstalled, Comment(rawValue: OpenSSLTool.missing))) struct ReloadTests {
    /// A laboratory, its service, and connections of both protocols that stay open.
    struct ReloadLaboratory {
        let tls: TLSLaboratory
        let service: ServiceProcess
        let group: EventLoopGroup
        let origin: Origin
        let clients: [HTTPClient]
    }

    private static func withLaboratory(_ use: (ReloadLaboratory) async throws -> Void) async throws {
        let tls = try TLSLaboratory()
        let service = try await tls.start()
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let files = TLSFiles(
            certificate: tls.good.certificate, key: tls.good.key, authority: tls.authority.certificatePath,
            revocationList: tls.authority.revocationListPath)
        let clients = [
            HTTPClient(on: group, speaking: .http1, security: try TLSSource(.client, files, protocols: [ALPN.http1])),
            HTTPClient(on: group, speaking: .http2, security: try TLSSource(.client, files, protocols: ALPN.all)),
        ]
        let laboratory = ReloadLaboratory(
            tls: tls, service: service, group: group, origin: try Origin(hostAndPort: service.ready.listen, isSecure: true),
            clients: clients)
        try await ask(laboratory)
        try await use(laboratory)
        try await ask(laboratory)
        #expect(
            service.logCount("connection refused") == 0 || laboratory.service.log.contains("revoked") || laboratory.service.log.contains("issuer"))
        for client in clients { await client.shutDown() }
        #expect(service.stop() == 0)
    }

    /// One request on each of the connections that are open.
    private static func ask(_ laboratory: ReloadLaboratory) async throws {
        for client in laboratory.clients {
            let request = ClientRequest(
                .post, "/nhss-ims-ueau/v1/\(ChainLaboratory.home)/security-information/generate-sip-auth-data",
                fields: ["Content-Type": "application/json"],
                body: Array(#"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#.utf8))
            let response = try await client.send(request, to: laboratory.origin, deadline: .now + .seconds(5))
            #expect(response.status == .ok)
        }
        #expect(try connectionCount(laboratory.service) == laboratory.clients.count, "both are still the connections of the beginning")
    }

    private static func connectionCount(_ service: ServiceProcess) throws -> Int? {
        try Curl.send("GET", "\(service.admin)/metrics").body.split(separator: "\n")
            .first { $0.hasPrefix("http_server_open_connections{") && $0.contains("signalling") }.flatMap { $0.split(separator: " ").last }.flatMap {
                Int($0)
            }
    }

    /// Has the files read again, and waits for a text in the log.
    private static func reload(_ laboratory: ReloadLaboratory, expecting text: String) async {
        let before = laboratory.service.logCount(text)
        laboratory.service.send(SIGHUP)
        #expect(await eventually { laboratory.service.logCount(text) == before + 1 }, "\(laboratory.service.log)")
    }

    private static let taken = "certificates read again"
    private static let refused = "certificates not read again, the old ones stay"

    /// The serial number of the certificate that a new connection is shown.
    private static func serial(_ laboratory: ReloadLaboratory) throws -> String {
        let flags = laboratory.tls.good.flags + laboratory.tls.trust
        let output = try OpenSSLClient(laboratory.service.ready.listen, flags, input: "").output
        let pem = output.range(of: "-----BEGIN CERTIFICATE-----").flatMap { begin in
            output.range(of: "-----END CERTIFICATE-----").map { String(output[begin.lowerBound..<$0.upperBound]) + "\n" }
        }
        let path = laboratory.tls.file("shown.pem")
        try Data((pem ?? "").utf8).write(to: URL(filePath: path))
        return try Command.run("/usr/bin/env", ["openssl", "x509", "-noout", "-serial", "-in", path]).output
    }

    @Test func `new connections get the new certificate, and open ones of both protocols go on`() async throws {
        try await ReloadTests.withLaboratory { laboratory in
            let before = try ReloadTests.serial(laboratory)
            laboratory.tls.server = try laboratory.tls.issue("authdb")
            try laboratory.tls.writeFiles()
            #expect(try ReloadTests.serial(laboratory) == before, "not before it is told to")
            await ReloadTests.reload(laboratory, expecting: ReloadTests.taken)
            let after = try ReloadTests.serial(laboratory)
            #expect(after.hasPrefix("serial=") && after != before)
            try await ReloadTests.ask(laboratory)
        }
    }

    enum Damage: String, CaseIterable, Sendable {
        case garbage = "a certificate that is none"
        case otherKey = "the key of another certificate"
        case missing = "a key that is not there"
        case emptyList = "an empty revocation list"
        case emptyAuthority = "an empty CA file"
        case garbageInTheMiddle = "a CA file with a broken second certificate"
        case listInTheMiddle = "a revocation file with a broken second list"

        var file: String {
            switch self {
            case .garbage: "service.crt"
            case .otherKey, .missing: "service.key"
            case .emptyList, .listInTheMiddle: "service.crl"
            case .emptyAuthority, .garbageInTheMiddle: "service.ca"
            }
        }

        func apply(_ laboratory: TLSLaboratory) throws {
            let path = URL(filePath: laboratory.file(file))
            switch self {
            case .garbage: try Data("garbage".utf8).write(to: path)
            case .otherKey: try Data(contentsOf: URL(filePath: laboratory.good.key)).write(to: path)
            case .missing: try FileManager.default.removeItem(at: path)
            case .emptyList, .emptyAuthority: try Data().write(to: path)
            case .garbageInTheMiddle: try damagedSecond(path, "CERTIFICATE")
            case .listInTheMiddle: try damagedSecond(path, "X509 CRL")
            }
        }

        private func damagedSecond(_ path: URL, _ label: String) throws {
            let whole = try String(contentsOf: path, encoding: .utf8)
            try Data((whole + "-----BEGIN \(label)-----\nAAAA\n-----END \(label)-----\n").utf8).write(to: path)
        }
    }

    @Test(arguments: Damage.allCases) func `a file that cannot be used is refused by name, and what was read before stays`(damage: Damage)
        async throws
    {
        try await ReloadTests.withLaboratory { laboratory in
            let before = try ReloadTests.serial(laboratory)
            try damage.apply(laboratory.tls)
            await ReloadTests.reload(laboratory, expecting: ReloadTests.refused)
            #expect(laboratory.service.log.contains(damage.file), "\(laboratory.service.log)")
            #expect(
                laboratory.service.log.contains("\(damage.file) cannot be read: No such file or directory") == (damage == .missing),
                "\(laboratory.service.log)")
            #expect(try ReloadTests.serial(laboratory) == before)
            #expect(try laboratory.tls.isServed(laboratory.service))
            try laboratory.tls.writeFiles()
            await ReloadTests.reload(laboratory, expecting: ReloadTests.taken)
            #expect(try laboratory.tls.isServed(laboratory.service))
        }
    }

    @Test func `whoever is revoked is refused from then on, and others are served`() async throws {
        try await ReloadTests.withLaboratory { laboratory in
            let tls = laboratory.tls
            let other = try tls.issue("partner-mms")
            let flags = other.flags + tls.trust
            #expect(try OpenSSLClient(laboratory.service.ready.listen, flags).output.contains("HTTP/1.1 200"))
            _ = try tls.authority.revoke(certificateAt: other.certificate, reason: .keyCompromise, listDays: 30)
            try tls.writeFiles()
            #expect(try OpenSSLClient(laboratory.service.ready.listen, flags).output.contains("HTTP/1.1 200"), "not before it is told to")
            await ReloadTests.reload(laboratory, expecting: ReloadTests.taken)
            #expect(try !OpenSSLClient(laboratory.service.ready.listen, flags).output.contains("HTTP/1.1"))
            #expect(await eventually { laboratory.service.log.contains("certificate revoked") }, "\(laboratory.service.log)")
            #expect(try tls.isServed(laboratory.service))
        }
    }

    @Test func `a CA that is taken in vouches from then on, and one that is put out no more`() async throws {
        try await ReloadTests.withLaboratory { laboratory in
            let tls = laboratory.tls
            let second = try TLSLaboratory.authority(TLSLaboratory.system, in: tls.file("second"))
            let newcomer = try tls.issue("newcomer", by: second)
            let flags = newcomer.flags + tls.trust
            #expect(try !OpenSSLClient(laboratory.service.ready.listen, flags).output.contains("HTTP/1.1"))
            #expect(await eventually { laboratory.service.logCount("issuer") == 1 }, "\(laboratory.service.log)")
            tls.authorities.append(second.certificatePath)
            tls.lists.append(second.revocationListPath)
            try tls.writeFiles()
            await ReloadTests.reload(laboratory, expecting: ReloadTests.taken)
            #expect(try OpenSSLClient(laboratory.service.ready.listen, flags).output.contains("HTTP/1.1 200"), "\(laboratory.service.log)")
            #expect(try tls.isServed(laboratory.service), "and the first CA still does")
            tls.authorities.removeLast()
            tls.lists.removeLast()
            try tls.writeFiles()
            await ReloadTests.reload(laboratory, expecting: ReloadTests.taken)
            #expect(try !OpenSSLClient(laboratory.service.ready.listen, flags).output.contains("HTTP/1.1"))
        }
    }

    /// Files that a service must not begin with are not taken later either.
    @Test func `an expired certificate and a key that others may read are not taken, and what was read before stays`() async throws {
        try await ReloadTests.withLaboratory { laboratory in
            let tls = laboratory.tls
            let good = tls.server
            let before = try ReloadTests.serial(laboratory)
            tls.server = try tls.issue("authdb") { order in
                order.notBefore = .seconds(-3 * 86_400)
                order.notAfter = .seconds(-86_400)
                order.prefix = tls.file("expired")
            }
            try tls.writeFiles()
            await ReloadTests.reload(laboratory, expecting: ReloadTests.refused)
            #expect(laboratory.service.log.contains("certificate has expired"), "\(laboratory.service.log)")
            tls.server = good
            try tls.writeFiles()
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: tls.file("service.key"))
            await ReloadTests.reload(laboratory, expecting: ReloadTests.refused)
            #expect(laboratory.service.log.contains("service.key may be read or written by others"), "\(laboratory.service.log)")
            #expect(try ReloadTests.serial(laboratory) == before)
            try tls.writeFiles()
            await ReloadTests.reload(laboratory, expecting: ReloadTests.taken)
        }
    }
}
