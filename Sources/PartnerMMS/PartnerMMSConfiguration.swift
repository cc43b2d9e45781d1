internal import Chain
internal import Nhss
internal import ServiceKit

/// What PartnerMMS needs to know before it starts.
struct PartnerMMSConfiguration {
    let service: ServiceConfiguration
    let ownSystem: SystemID
    let database: String

    init(_ options: ServiceOptions, database: String?) throws(ConfigurationError) {
        var settings = try Settings(options)
        service = try ServiceConfiguration(options, identity: .partnerMMS, settings: &settings)
        ownSystem = try service.ownSystem()
        self.database = try settings.string("database", database) ?? "partner-mms.sqlite"
        try settings.checkAllFileMembersWereKnown()
    }
}

extension ServiceIdentity {
    static let partnerMMS = ServiceIdentity(
        name: "partner-mms", defaultListen: "127.0.0.1:8083", defaultAdminListen: "127.0.0.1:9083", openAPI: OpenAPIDocument.json)
}
