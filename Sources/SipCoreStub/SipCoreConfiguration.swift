internal import Chain
internal import HTTPKit
internal import Nhss
internal import SBI
internal import SIP
internal import ServiceKit

/// The settings of SipCoreStub, checked.
struct SipCoreConfiguration {
    let service: ServiceConfiguration
    let ownSystem: SystemID
    let sipListen: [SIPListenAddress]
    let home: HomeDomain
    let authenticationSource: APIRoot
    /// The file of the registrations; nil where they are not to be kept.
    let database: String?
    /// The bounds, with those that the operator has set.
    let limits: SipCoreLimits

    private static let noDatabase = "none"
    private static let sipListenDefault = ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]

    init(_ command: SipCoreStubCommand) throws(ConfigurationError) {
        var settings = try Settings(command.options)
        service = try ServiceConfiguration(command.options, identity: .sipCoreStub, settings: &settings)
        ownSystem = try service.ownSystem()
        sipListen = try Self.listeners(try settings.list(SIPListenAddress.flag, command.sipListen), service)
        let realm = try settings.string("realm", command.realm) ?? service.systemID
        let serverName = try settings.string("server-name", command.serverName)
        guard HomeDomain(realm: realm, serverName: "sip:scscf.\(realm)") != nil else {
            throw ConfigurationError("realm", "\(realm) is not a domain name")
        }
        let hosts = sipListen.compactMap { SIPEndpoint($0.address)?.host }
        guard let home = HomeDomain(realm: realm, serverName: serverName ?? "sip:scscf.\(realm)", addresses: hosts) else {
            throw ConfigurationError("server-name", "\(serverName ?? "") is not a SIP URI")
        }
        self.home = home
        authenticationSource = try ServiceConfiguration.apiRoot(
            "authentication-source", try settings.string("authentication-source", command.authenticationSource) ?? "http://127.0.0.1:8083")
        guard let place = try settings.string("database", command.database) else {
            throw ConfigurationError("database", "is needed: the file of the registrations, or the word none, which keeps nothing over a restart")
        }
        database = place == Self.noDatabase ? nil : place
        var limits = SipCoreLimits()
        if let text = try settings.string("expires-max", command.expiresMax) { limits.expiresMax = try Self.expiresMax(text, limits) }
        limits.userRate = try settings.userRate(command.userRate)
        self.limits = limits
        try settings.checkAllFileMembersWereKnown()
    }

    private static func expiresMax(_ text: String, _ limits: SipCoreLimits) throws(ConfigurationError) -> UInt32 {
        guard let seconds = UInt32(text), seconds >= limits.expiresMin else {
            throw ConfigurationError("expires-max", "takes \(limits.expiresMin) to \(UInt32.max) seconds")
        }
        return seconds
    }

    private static func listeners(_ texts: [String], _ service: ServiceConfiguration) throws(ConfigurationError) -> [SIPListenAddress] {
        var addresses: [SIPListenAddress] = []
        for text in texts.isEmpty ? sipListenDefault : texts {
            let address = try SIPListenAddress(parsing: text)
            try service.checkMayListen(at: address.address, flag: SIPListenAddress.flag)
            addresses.append(address)
        }
        let most = SipCoreLimits().sipListenersMax
        guard addresses.count <= most else { throw ConfigurationError(SIPListenAddress.flag, "is given more than \(most) times") }
        return addresses
    }
}

extension ServiceIdentity {
    static let sipCoreStub = ServiceIdentity(
        name: "sip-core-stub", defaultListen: "127.0.0.1:8084", defaultAdminListen: "127.0.0.1:9084", openAPI: OpenAPIDocument.json)
}
