import Base
import Foundation
import HTTPKit
import PKI
import Testing

/// SIGHUP: what new connections see changes, and what is open goes on.
@Suite(.serialized, .enabled(if: OpenSSLClient.isInstalled, Comment(rawValue: OpenSSLClient.missing))) struct ReloadTests {
    /// A laboratory, its service, and connections of both protocols that stay open.
    struct Ground {
        let laboratory: TLSLaboratory
        let service: ServiceProcess
        let group: EventLoopGroup
        let origin: Origin
        let clients: [HTTPClient]
    }

    private static func withGround(_ use: (Ground) async throws -> Void) async throws {
        let laboratory = try TLSLaboratory()
        let service = try await laboratory.start()
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let files = TLSFiles(
            certificate: laboratory.good.certificate, key: laboratory.good.key, authority: laboratory.authority.certificatePath,
            revocationList: laboratory.authority.revocationListPath)
        let clients = [
            HTTPClient(on: group, speaking: .http1, security: try TLSSource(.client, files, protocols: [ALPN.http1])),
            HTTPClient(on: group, speaking: .http2, security: try TLSSource(.client, files, protocols: ALPN.all)),
        ]
        let ground = Ground(
            laboratory: laboratory, service: service, group: group, origin: try Origin(hostAndPort: service.ready.listen, isSecure: true),
            clients: clients)
        try await ask(ground)
        try await use(ground)
        try await ask(ground)
        #expect(service.logCount("connection refused") == 0 || ground.service.log.contains("revoked") || ground.service.log.contains("issuer"))
        for client in clients { await client.shutDown() }
        #expect(service.stop() == 0)
    }

    /// One request on each of the connections that are open.
    private static func ask(_ ground: Ground) async throws {
        for client in ground.clients {
            let request = ClientRequest(
                .post, "/nhss-ims-ueau/v1/\(Laboratory.home)/security-information/generate-sip-auth-data",
                fields: ["Content-Type": "application/json"],
                body: Array(#"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#.utf8))
            let response = try await client.send(request, to: ground.origin, deadline: .now + .seconds(5))
            #expect(response.status == .ok)
        }
        #expect(try connectionCount(ground.service) == ground.clients.count, "both are still the connections of the beginning")
    }

    private static func connectionCount(_ service: ServiceProcess) throws -> Int? {
        try Curl.send("GET", "\(service.admin)/metrics").body.split(separator: "\n")
            .first { $0.hasPrefix("http_server_open_connections{") && $0.contains("signalling") }.flatMap { $0.split(separator: " ").last }.flatMap {
                Int($0)
            }
    }

    /// Has the files read again and waits for what the log says of it.
    private static func reload(_ ground: Ground, expecting text: String) async {
        let before = ground.service.logCount(text)
        ground.service.send(SIGHUP)
        #expect(await eventually { ground.service.logCount(text) == before + 1 }, "\(ground.service.log)")
    }

    private static let taken = "certificates read again"
    private static let refused = "certificates not read again, the old ones stay"

    /// The serial number of the certificate that a new connection is shown.
    private static func serial(_ ground: Ground) throws -> String {
        let flags = ground.laboratory.good.flags + ground.laboratory.trust
        let output = try OpenSSLClient(ground.service.ready.listen, flags, input: "").output
        let pem = output.range(of: "-----BEGIN CERTIFICATE-----").flatMap { begin in
            output.range(of: "-----END CERTIFICATE-----").map { String(output[begin.lowerBound..<$0.upperBound]) + "\n" }
        }
        let path = ground.laboratory.file("shown.pem")
        try Data((pem ?? "").utf8).write(to: URL(filePath: path))
        return try Command.run("/usr/bin/env", ["openssl", "x509", "-noout", "-serial", "-in", path]).output
    }

    @Test func `new connections get the new certificate, and open ones of both protocols go on`() async throws {
        try await ReloadTests.withGround { ground in
            let before = try ReloadTests.serial(ground)
            ground.laboratory.server = try ground.laboratory.issue("authdb")
            try ground.laboratory.writeFiles()
            #expect(try ReloadTests.serial(ground) == before, "not before it is told to")
            await ReloadTests.reload(ground, expecting: ReloadTests.taken)
            let after = try ReloadTests.serial(ground)
            #expect(after.hasPrefix("serial=") && after != before)
            try await ReloadTests.ask(ground)
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
        try await ReloadTests.withGround { ground in
            let before = try ReloadTests.serial(ground)
            try damage.apply(ground.laboratory)
            await ReloadTests.reload(ground, expecting: ReloadTests.refused)
            #expect(ground.service.log.contains(damage.file), "\(ground.service.log)")
            #expect(
                ground.service.log.contains("\(damage.file) cannot be read: No such file or directory") == (damage == .missing),
                "\(ground.service.log)")
            #expect(try ReloadTests.serial(ground) == before)
            #expect(try ground.laboratory.isServed(ground.service))
            try ground.laboratory.writeFiles()
            await ReloadTests.reload(ground, expecting: ReloadTests.taken)
            #expect(try ground.laboratory.isServed(ground.service))
        }
    }

    @Test func `whoever is revoked is refused from then on, and others are served`() async throws {
        try await ReloadTests.withGround { ground in
            let laboratory = ground.laboratory
            let other = try laboratory.issue("partner-mms")
            let flags = other.flags + laboratory.trust
            #expect(try OpenSSLClient(ground.service.ready.listen, flags).output.contains("HTTP/1.1 200"))
            _ = try laboratory.authority.revoke(certificateAt: other.certificate, reason: .keyCompromise, listDays: 30)
            try laboratory.writeFiles()
            #expect(try OpenSSLClient(ground.service.ready.listen, flags).output.contains("HTTP/1.1 200"), "not before it is told to")
            await ReloadTests.reload(ground, expecting: ReloadTests.taken)
            #expect(try !OpenSSLClient(ground.service.ready.listen, flags).output.contains("HTTP/1.1"))
            #expect(await eventually { ground.service.log.contains("certificate revoked") }, "\(ground.service.log)")
            #expect(try laboratory.isServed(ground.service))
        }
    }

    @Test func `a CA that is taken in vouches from then on, and one that is put out no more`() async throws {
        try await ReloadTests.withGround { ground in
            let laboratory = ground.laboratory
            let second = try TLSLaboratory.authority(TLSLaboratory.system, in: laboratory.file("second"))
            let newcomer = try laboratory.issue("newcomer", by: second)
            let flags = newcomer.flags + laboratory.trust
            #expect(try !OpenSSLClient(ground.service.ready.listen, flags).output.contains("HTTP/1.1"))
            #expect(await eventually { ground.service.logCount("issuer") == 1 }, "\(ground.service.log)")
            laboratory.authorities.append(second.certificatePath)
            laboratory.lists.append(second.revocationListPath)
            try laboratory.writeFiles()
            await ReloadTests.reload(ground, expecting: ReloadTests.taken)
            #expect(try OpenSSLClient(ground.service.ready.listen, flags).output.contains("HTTP/1.1 200"), "\(ground.service.log)")
            #expect(try laboratory.isServed(ground.service), "and the first CA still does")
            laboratory.authorities.removeLast()
            laboratory.lists.removeLast()
            try laboratory.writeFiles()
            await ReloadTests.reload(ground, expecting: ReloadTests.taken)
            #expect(try !OpenSSLClient(ground.service.ready.listen, flags).output.contains("HTTP/1.1"))
        }
    }
}
