internal import Chain
internal import HTTPKit
internal import SBI
internal import ServiceKit

/// What PrimaryMMS needs to know before it starts.
struct PrimaryMMSConfiguration {
    let service: ServiceConfiguration
    let database: String
    let sipDatabase: APIRoot

    init(_ options: ServiceOptions, database: String?, sipDatabase: String?) throws(ConfigurationError) {
        var settings = try Settings(options)
        service = try ServiceConfiguration(options, identity: .primaryMMS, settings: &settings)
        self.database = try settings.string("database", database) ?? "primary-mms.sqlite"
        self.sipDatabase = try ServiceConfiguration.apiRoot(
            "sip-database", try settings.string("sip-database", sipDatabase) ?? "http://127.0.0.1:8081")
        try settings.checkAllFileMembersWereKnown()
    }
}

extension ServiceIdentity {
    static let primaryMMS = ServiceIdentity(
        name: "primary-mms", defaultListen: "127.0.0.1:8082", defaultAdminListen: "127.0.0.1:9082", openAPI: OpenAPIDocument.json)
}
