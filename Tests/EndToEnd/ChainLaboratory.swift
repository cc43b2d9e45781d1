import Foundation
import Support

/// Both operators on this machine: five services, one user.
final class ChainLaboratory: Sendable {
    static let partner = "partner.example"
    static let primary = "primary.example"
    static let home = "user1@primary.example"
    static let away = "visitor1@partner.example"
    static let k = "8baf473f2f8fd09487cccbd7097c6862"
    static let op = "11111111111111111111111111111111"
    static let opc = "8e27b6af0e692e750f32667a3b14605d"

    /// The roots of servers that stand in for hops; nil leaves the real service.
    struct Substitutes {
        var partnerMMS: String?
        var primaryMMS: String?
        var primaryCore: String?
        var authDB: String?
        /// The protocol that the services speak to one another.
        var hopProtocol = "http2"
        /// What PrimaryMMS is told of `--user-rate`.
        var userRate = "4/32"
    }

    let directory: TemporaryDirectory
    let authDB: ServiceProcess
    let primaryCore: ServiceProcess
    let primaryMMS: ServiceProcess
    let partnerMMS: ServiceProcess
    let partnerCore: ServiceProcess

    init(_ substitutes: Substitutes = Substitutes()) async throws {
        directory = try TemporaryDirectory()
        let hop = ["--hop-protocol", substitutes.hopProtocol]
        authDB = try await ServiceProcess("authdb", ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "authdb.sqlite"], in: directory)
        primaryCore = try await ServiceProcess(
            "sip-core-stub",
            hop + ChainLaboratory.core(ChainLaboratory.primary) + [
                "--sip-listen", "udp:127.0.0.1:0", "--database", "none", "--authentication-source", substitutes.authDB ?? authDB.api,
            ], in: directory)
        primaryMMS = try await ServiceProcess(
            "primary-mms",
            hop + ["--system-id", ChainLaboratory.primary, "--insecure-peer-as", ChainLaboratory.partner, "--database", "primary.sqlite"]
                + ["--user-rate", substitutes.userRate]
                + ["--sip-database", substitutes.primaryCore ?? primaryCore.api], in: directory)
        partnerMMS = try await ServiceProcess(
            "partner-mms", hop + ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "partner.sqlite"], in: directory)
        partnerCore = try await ServiceProcess(
            "sip-core-stub",
            hop + ChainLaboratory.core(ChainLaboratory.partner) + [
                "--sip-listen", "udp:127.0.0.1:0", "--sip-listen", "tcp:127.0.0.1:0", "--database", "registrations.sqlite",
            ]
                + ["--authentication-source", substitutes.partnerMMS ?? partnerMMS.api], in: directory)
        try provision(primaryRoot: substitutes.primaryMMS ?? primaryMMS.api)
    }

    var services: [ServiceProcess] { [authDB, primaryCore, primaryMMS, partnerMMS, partnerCore] }

    func sip(_ transport: String) -> String { partnerCore.ready.sip?.first { $0.hasPrefix(transport) } ?? "" }

    static func system(_ name: String) -> [String] { ["--system-id", name, "--insecure-peer-as", name] }

    static func core(_ name: String) -> [String] { system(name) + ["--realm", name, "--server-name", "sip:scscf.\(name)"] }

    static var subscriber: String {
        #"{"impus":["sip:\#(home)"],"algorithm":"MILENAGE","k":"\#(k)","opc":"\#(opc)","amf":"8000","enabled":true}"#
    }

    static func binding(enabled: Bool = true, more: String = "") -> String {
        """
        {"primaryImpi":"\(home)","primarySystemId":"\(primary)","publicIdentities":[{"partner":"sip:\(away)","primary":"sip:\(home)"}],
         "services":["mcptt"],\(more)"enabled":\(enabled)}
        """
    }

    func provision(primaryRoot: String) throws {
        try Curl.put("\(authDB.admin)/admin/v1/subscribers/\(ChainLaboratory.home)", ChainLaboratory.subscriber)
        try Curl.put(
            "\(primaryMMS.admin)/admin/v1/partner-systems/\(ChainLaboratory.partner)", #"{"enabled":true,"certificateNames":["partner.example"]}"#)
        try Curl.put(
            "\(primaryMMS.admin)/admin/v1/migration-authorisations/\(ChainLaboratory.home)/\(ChainLaboratory.partner)",
            #"{"services":["mcptt"],"enabled":true}"#)
        try Curl.put("\(partnerMMS.admin)/admin/v1/primary-systems/\(ChainLaboratory.primary)", #"{"apiRoots":["\#(primaryRoot)"],"enabled":true}"#)
        try Curl.put("\(partnerMMS.admin)/admin/v1/bindings/\(ChainLaboratory.away)", ChainLaboratory.binding())
    }

    /// Asks a hop for vectors, as the hop before it does.
    static func vectors(_ api: String, _ impi: String = away, impu: String? = "sip:\(away)", count: Int = 1) throws -> Curl {
        let impu = impu.map { #""impu":"\#($0)","# } ?? ""
        return try Curl.send(
            "POST", "\(api)/nhss-ims-ueau/v1/\(impi)/security-information/generate-sip-auth-data",
            #"{\#(impu)"cscfServerName":"sip:scscf.partner.example","sipAuthenticationScheme":"DIGEST-AKAV1-MD5","sipNumberAuthItems":\#(count)}"#)
    }

    /// Registers with mc-ue.
    func register(_ transport: String = "udp", sqn: String = "000000000000", more: [String] = []) throws -> Command {
        let isim = try directory.write(
            "isim-\(sqn).json", #"{"k":"\#(ChainLaboratory.k)","opc":"\#(ChainLaboratory.opc)","amf":"8000","sqn":"\#(sqn)"}"#)
        return try Command.run(
            ServiceProcess.binaries.appending(path: "mc-ue").path(),
            ["register", "--server", sip(transport), "--impi", ChainLaboratory.away, "--impu", "sip:\(ChainLaboratory.away)", "--isim", isim] + more)
    }

    /// Stops all services.
    ///
    /// - Returns: their exit statuses, which are 0 where they drained.
    func stop() -> [Int32] { services.reversed().map { $0.stop() } }
}
