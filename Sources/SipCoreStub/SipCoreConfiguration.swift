internal import Hops
internal import HTTPKit
internal import Nhss
internal import ServiceKit

struct SipCoreConfiguration {
    let service: ServiceConfiguration
    let ownSystem: SystemID
    let sipListen: [SIPListenAddress]
    let home: HomeDomain
    let authenticationSource: APIRoot

    init(_ command: SipCoreStubCommand) throws(ConfigurationError) {
        var settings = try Settings(command.options)
        service = try ServiceConfiguration(command.options, identity: .sipCoreStub, settings: &settings)
        ownSystem = try service.ownSystem()
        var texts = try settings.list("sip-listen", command.sipListen)
        if texts.isEmpty { texts = ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"] }
        var addresses: [SIPListenAddress] = []
        for text in texts { addresses.append(try SIPListenAddress(parsing: text)) }
        sipListen = addresses
        let realm = try settings.string("realm", command.realm) ?? service.systemID
        let serverName = try settings.string("server-name", command.serverName) ?? "sip:scscf.\(realm)"
        guard let home = HomeDomain(realm: realm, serverName: serverName) else { throw ConfigurationError("realm", "\(realm)") }
        self.home = home
        authenticationSource = try ServiceConfiguration.apiRoot(
            "authentication-source", try settings.string("authentication-source", command.authenticationSource) ?? "http://127.0.0.1:8083")
        try settings.checkAllFileMembersWereKnown()
    }
}

extension ServiceIdentity {
    static let sipCoreStub = ServiceIdentity(
        name: "sip-core-stub", defaultListen: "127.0.0.1:8084", defaultAdminListen: "127.0.0.1:9084", openAPI: OpenAPIDocument.json)
}
