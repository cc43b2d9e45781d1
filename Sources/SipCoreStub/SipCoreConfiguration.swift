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
        try settings.checkAllFileMembersWereKnown()
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
