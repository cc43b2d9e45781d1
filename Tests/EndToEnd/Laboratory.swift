import Foundation

/// Both operators on this machine: five services, one user.
struct Laboratory {
    static let partner = "partner.example"
    static let primary = "primary.example"
    static let home = "user1@primary.example"
    static let away = "visitor1@partner.example"
    static let k = "8baf473f2f8fd09487cccbd7097c6862"
    static let op = "11111111111111111111111111111111"
    static let opc = "8e27b6af0e692e750f32667a3b14605d"

    /// Somebody else in the place of a hop.
    struct Substitutes {
        var partnerMMS: String?
        var primaryMMS: String?
        var primaryCore: String?
        var authDB: String?
        /// What the services speak to one another.
        var hopProtocol = "http2"
    }

    let folder: URL
    let authDB: ServiceProcess
    let primaryCore: ServiceProcess
    let primaryMMS: ServiceProcess
    let partnerMMS: ServiceProcess
    let partnerCore: ServiceProcess

    init(_ substitutes: Substitutes = Substitutes()) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let hop = ["--hop-protocol", substitutes.hopProtocol]
        authDB = try await ServiceProcess("authdb", Laboratory.system(Laboratory.primary) + ["--database", "authdb.sqlite"], in: folder)
        primaryCore = try await ServiceProcess(
            "sip-core-stub",
            hop + Laboratory.core(Laboratory.primary) + [
                "--sip-listen", "udp:127.0.0.1:0", "--authentication-source", substitutes.authDB ?? authDB.api,
            ], in: folder)
        primaryMMS = try await ServiceProcess(
            "primary-mms",
            hop + ["--system-id", Laboratory.primary, "--insecure-peer-as", Laboratory.partner, "--database", "primary.sqlite"]
                + ["--sip-database", substitutes.primaryCore ?? primaryCore.api], in: folder)
        partnerMMS = try await ServiceProcess(
            "partner-mms", hop + Laboratory.system(Laboratory.partner) + ["--database", "partner.sqlite"], in: folder)
        partnerCore = try await ServiceProcess(
            "sip-core-stub",
            hop + Laboratory.core(Laboratory.partner) + ["--sip-listen", "udp:127.0.0.1:0", "--sip-listen", "tcp:127.0.0.1:0"]
                + ["--authentication-source", substitutes.partnerMMS ?? partnerMMS.api], in: folder)
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
        try Curl.put("\(authDB.admin)/admin/v1/subscribers/\(Laboratory.home)", Laboratory.subscriber)
        try Curl.put(
            "\(primaryMMS.admin)/admin/v1/partner-systems/\(Laboratory.partner)", #"{"enabled":true,"certificateNames":["partner.example"]}"#)
        try Curl.put(
            "\(primaryMMS.admin)/admin/v1/migration-authorisations/\(Laboratory.home)/\(Laboratory.partner)",
            #"{"services":["mcptt"],"enabled":true}"#)
        try Curl.put("\(partnerMMS.admin)/admin/v1/primary-systems/\(Laboratory.primary)", #"{"apiRoots":["\#(primaryRoot)"],"enabled":true}"#)
        try Curl.put("\(partnerMMS.admin)/admin/v1/bindings/\(Laboratory.away)", Laboratory.binding())
    }

    /// Asks a hop for vectors, as its neighbour would.
    static func vectors(_ api: String, _ impi: String = away, impu: String? = "sip:\(away)", count: Int = 1) throws -> Curl {
        let impu = impu.map { #""impu":"\#($0)","# } ?? ""
        return try Curl.send(
            "POST", "\(api)/nhss-ims-ueau/v1/\(impi)/security-information/generate-sip-auth-data",
            #"{\#(impu)"cscfServerName":"sip:scscf.partner.example","sipAuthenticationScheme":"DIGEST-AKAV1-MD5","sipNumberAuthItems":\#(count)}"#)
    }

    /// Registers with mc-ue.
    func register(_ transport: String = "udp", sqn: String = "000000000000", more: [String] = []) throws -> Command {
        let isim = folder.appending(path: "isim-\(sqn).json")
        try Data(#"{"k":"\#(Laboratory.k)","opc":"\#(Laboratory.opc)","amf":"8000","sqn":"\#(sqn)"}"#.utf8).write(to: isim)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: isim.path())
        return try Command.run(
            ServiceProcess.binaries.appending(path: "mc-ue").path(),
            ["register", "--server", sip(transport), "--impi", Laboratory.away, "--impu", "sip:\(Laboratory.away)", "--isim", isim.path()] + more)
    }

    /// Ends all services; each must drain and say that all went well.
    func stop() -> [Int32] {
        let statuses = services.reversed().map { $0.stop() }
        try? FileManager.default.removeItem(at: folder)
        return statuses
    }
}
