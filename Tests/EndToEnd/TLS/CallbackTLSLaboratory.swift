import Foundation
import PKI
import Support
import Testing

/// A partner system and two primary systems on mutual TLS, each with the CA of its own operator. Both primary systems have a user of the same private
/// identity.
final class CallbackTLSLaboratory: Sendable {
    /// One user of the partner system for each primary system.
    static let visitors = ["visitor1@partner.example", "visitor2@partner.example"]
    static let primaries = ["primary.example", "second.example"]

    let directory: TemporaryDirectory
    let authorities: [String: CertificateAuthority]
    let databases: [ServiceProcess]
    let servers: [ServiceProcess]
    let partnerMMS: ServiceProcess
    let core: ServiceProcess

    init() async throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        var authorities: [String: CertificateAuthority] = [:]
        for system in CallbackTLSLaboratory.primaries + ["partner.example", "other.example"] {
            authorities[system] = try TLSLaboratory.authority(system, in: directory.file(system))
        }
        self.authorities = authorities
        var databases: [ServiceProcess] = []
        var servers: [ServiceProcess] = []
        for system in CallbackTLSLaboratory.primaries {
            func flags(_ service: String, _ believed: [String]) throws -> [String] {
                try CallbackTLSLaboratory.flags(service, of: system, believing: believed, authorities, directory)
            }
            databases.append(
                try await ServiceProcess("authdb", flags("authdb", [system]) + ["--database", "authdb.\(system).sqlite"], in: directory))
            servers.append(
                try await ServiceProcess(
                    "primary-mms",
                    flags("primary-mms", [system, "partner.example", "other.example"]) + [
                        "--database", "primary.\(system).sqlite", "--sip-database", "https://\(databases[databases.count - 1].ready.listen)",
                    ], in: directory))
        }
        self.databases = databases
        self.servers = servers
        let partner = "partner.example"
        partnerMMS = try await ServiceProcess(
            "partner-mms",
            CallbackTLSLaboratory.flags("partner-mms", of: partner, believing: [partner] + CallbackTLSLaboratory.primaries, authorities, directory)
                + ["--database", "partner.sqlite"], in: directory)
        core = try await ServiceProcess(
            "sip-core-stub",
            CallbackTLSLaboratory.flags("sip-core", of: partner, believing: [partner], authorities, directory) + [
                "--sip-listen", "udp:127.0.0.1:0", "--database", "none", "--authentication-source", "https://\(partnerMMS.ready.listen)",
            ], in: directory)
        try provision()
    }

    private static func flags(
        _ service: String, of system: String, believing believed: [String], _ authorities: [String: CertificateAuthority],
        _ directory: TemporaryDirectory
    ) throws -> [String] {
        let authority = try #require(authorities[system])
        let identity = TLSIdentity(try authority.issue(CertificateOrder(service: service)))
        let all = try believed.map { try String(contentsOfFile: #require(authorities[$0]).certificatePath, encoding: .utf8) }
        let bundle = try directory.write("\(service).\(system).ca", all.joined())
        return ["--system-id", system, "--tls-certificate", identity.certificate, "--tls-key", identity.key, "--tls-ca", bundle]
    }

    private func provision() throws {
        for (index, system) in CallbackTLSLaboratory.primaries.enumerated() {
            try Curl.put("\(databases[index].admin)/admin/v1/subscribers/\(ChainLaboratory.home)", ChainLaboratory.subscriber)
            for partner in ["partner.example", "other.example"] {
                try Curl.put("\(servers[index].admin)/admin/v1/partner-systems/\(partner)", #"{"enabled":true,"certificateNames":[]}"#)
                try authorise(index, true, partner)
            }
            try Curl.put(
                "\(partnerMMS.admin)/admin/v1/primary-systems/\(system)", #"{"apiRoots":["https://\#(servers[index].ready.listen)"],"enabled":true}"#)
            let visitor = CallbackTLSLaboratory.visitors[index]
            try Curl.put(
                "\(partnerMMS.admin)/admin/v1/bindings/\(visitor)",
                """
                {"primaryImpi":"\(ChainLaboratory.home)","primarySystemId":"\(system)","services":["mcptt"],"enabled":true,
                 "publicIdentities":[{"partner":"sip:\(visitor)","primary":"sip:\(ChainLaboratory.home)"}]}
                """)
        }
    }

    func authorise(_ index: Int, _ isEnabled: Bool, _ partner: String = "partner.example") throws {
        try Curl.put(
            "\(servers[index].admin)/admin/v1/migration-authorisations/\(ChainLaboratory.home)/\(partner)",
            #"{"services":["mcptt"],"enabled":\#(isEnabled)}"#)
    }

    /// Registers one of the visitors.
    /// - Parameter sqn: another one at each call, so that no card sees an old one.
    func register(_ index: Int, sqn: String) throws -> Command {
        let isim = try directory.write(
            "isim-\(index)-\(sqn).json", #"{"k":"\#(ChainLaboratory.k)","opc":"\#(ChainLaboratory.opc)","amf":"8000","sqn":"\#(sqn)"}"#)
        let visitor = CallbackTLSLaboratory.visitors[index]
        return try Command.run(
            ServiceProcess.binaries.appending(path: "mc-ue").path(),
            ["register", "--server", core.ready.sip?.first ?? "", "--impi", visitor, "--impu", "sip:\(visitor)", "--isim", isim])
    }

    /// Whether each of the visitors is registered.
    func registered() throws -> [Bool] {
        let body = try Curl.send("GET", "\(core.admin)/admin/v1/registrations").body
        return CallbackTLSLaboratory.visitors.map { body.contains($0) }
    }

    /// A certificate of an operator.
    func identity(_ system: String, _ service: String = "rogue") throws -> TLSIdentity {
        TLSIdentity(try #require(authorities[system]).issue(CertificateOrder(service: service)))
    }

    /// Says that a user is shut out.
    ///
    /// - Parameter identity: of the one who says so; nil where it shows none.
    /// - Returns: the status of the answer; 0 where the connection was refused.
    func notify(_ service: ServiceProcess, of system: String, about impi: String, as identity: TLSIdentity?) throws -> Int {
        let authority = try #require(authorities[system])
        let command = try Command.run(
            "/usr/bin/curl",
            ["-sS", "--max-time", "10", "-o", "/dev/null", "-w", "\n%{http_code}", "--cacert", authority.certificatePath]
                + (identity?.curlFlags ?? [])
                + [
                    "-H", "Content-Type: application/json", "-d",
                    #"{"deregReason":{"reasonCode":"PERMANENT_TERMINATION","reasonText":"x"},"impi":"\#(impi)"}"#,
                    "https://\(service.ready.listen)/nhss-ims-uecm-callback/v1/deregistrations",
                ])
        return command.output.split(separator: "\n").last.flatMap { Int($0) } ?? 0
    }

    func stop() -> [Int32] { ([core, partnerMMS] + servers + databases).map { $0.stop() } }
}
