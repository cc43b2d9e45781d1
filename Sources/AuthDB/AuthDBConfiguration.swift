internal import Chain
internal import Nhss
internal import SQLiteStore
internal import ServiceKit

/// What AuthDB needs to know before it starts.
struct AuthDBConfiguration {
    let service: ServiceConfiguration
    let ownSystem: SystemID
    let database: String
    /// How many requests may share a commit is the operator's to say; 1 gives each its own.
    let databaseLimits: DatabaseLimits

    init(_ options: ServiceOptions, database: String?, commitBatchMax: String?) throws(ConfigurationError) {
        var settings = try Settings(options)
        service = try ServiceConfiguration(options, identity: .authDB, settings: &settings)
        ownSystem = try service.ownSystem()
        self.database = try settings.string("database", database) ?? "authdb.sqlite"
        var limits = DatabaseLimits.standard
        limits.batchCallsMax = try Self.batch(try settings.string("commit-batch-max", commitBatchMax))
        databaseLimits = limits
        try settings.checkAllFileMembersWereKnown()
    }

    private static func batch(_ text: String?) throws(ConfigurationError) -> Int {
        let most = DatabaseLimits.standard.batchCallsMax
        guard let text else { return most }
        guard let number = Int(text), 1...most ~= number else { throw ConfigurationError("commit-batch-max", "is not a number from 1 to \(most)") }
        return number
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
