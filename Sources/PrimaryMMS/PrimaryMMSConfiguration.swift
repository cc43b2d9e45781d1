internal import Base
internal import Chain
internal import HTTPKit
internal import Nhss
internal import SBI
internal import ServiceKit

/// What PrimaryMMS needs to know before it starts.
struct PrimaryMMSConfiguration {
    let service: ServiceConfiguration
    let ownSystem: SystemID
    let database: String
    let sipDatabase: APIRoot
    /// Vectors of one user for one partner system; nil for no bound.
    let userRate: TokenRate?

    init(_ command: PrimaryMMSCommand) throws(ConfigurationError) {
        var settings = try Settings(command.options)
        service = try ServiceConfiguration(command.options, identity: .primaryMMS, settings: &settings)
        ownSystem = try service.ownSystem()
        self.database = try settings.string("database", command.database) ?? "primary-mms.sqlite"
        self.sipDatabase = try ServiceConfiguration.apiRoot(
            "sip-database", try settings.string("sip-database", command.sipDatabase) ?? "http://127.0.0.1:8081")
        userRate = try settings.userRate(command.userRate)
        try settings.checkAllFileMembersWereKnown()
    }
}

extension ServiceIdentity {
    static let primaryMMS = ServiceIdentity(
        name: "primary-mms", defaultListen: "127.0.0.1:8082", defaultAdminListen: "127.0.0.1:9082", openAPI: OpenAPIDocument.json)
}
