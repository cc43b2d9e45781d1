internal import Hops
internal import Nhss
internal import ServiceKit

/// What AuthDB needs to know before it starts.
struct AuthDBConfiguration {
    let service: ServiceConfiguration
    let ownSystem: SystemID
    let database: String

    init(_ options: ServiceOptions, database: String?) throws(ConfigurationError) {
        var settings = try Settings(options)
        service = try ServiceConfiguration(options, identity: .authDB, settings: &settings)
        ownSystem = try service.ownSystem()
        self.database = try settings.string("database", database) ?? "authdb.sqlite"
        try settings.checkAllFileMembersWereKnown()
    }

    /// The one step of figure 10.1.6.2-1 that AuthDB takes.
    var answered: FigureStep {
        FigureStep(6, from: service.place("authdb"), to: service.place("sip-core-stub"), FigureStep.response, .answered)
    }
}

extension ServiceIdentity {
    static let authDB = ServiceIdentity(
        name: "authdb", defaultListen: "127.0.0.1:8081", defaultAdminListen: "127.0.0.1:9081", openAPI: OpenAPIDocument.json)
}
