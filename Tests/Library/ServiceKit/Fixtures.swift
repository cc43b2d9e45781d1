import ArgumentParser
import Base
import HTTPKit

@testable import ServiceKit

extension ServiceIdentity {
    static let test = ServiceIdentity(
        name: "authdb", defaultListen: "127.0.0.1:0", defaultAdminListen: "127.0.0.1:0", openAPI: #"{"openapi":"3.1.0"}"#)
}

extension LineFormat {
    /// Lines that were all logged at the same moment.
    static func test(_ service: String = "authdb", _ format: LogFormat = .json) -> LineFormat {
        LineFormat(service: service, format) { Timestamp(microsecondsSince1970: 1_795_473_777_000_042) }
    }
}

extension ServiceConfiguration {
    static func test(_ arguments: String..., environment: [String: String] = [:]) throws -> ServiceConfiguration {
        try test(arguments, environment: environment)
    }

    static func test(_ arguments: [String], environment: [String: String] = [:]) throws -> ServiceConfiguration {
        let options = try ServiceOptions.parse(arguments)
        var settings = try Settings(config: options.config, environment: environment)
        return try ServiceConfiguration(options, identity: .test, settings: &settings)
    }
}

extension Request {
    static func put(_ body: String, type: String = "application/json", fields: Fields = [:]) -> Request {
        var fields = fields
        fields.append("Content-Type", type)
        return Request(method: .put, path: Array("/x".utf8), fields: fields, body: Array(body.utf8))
    }

    static func get(_ query: String? = nil, fields: Fields = [:]) -> Request {
        Request(method: .get, path: Array("/x".utf8), query: query.map { Array($0.utf8) }, fields: fields)
    }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// The reason a configuration is refused for, and the flag it names.
func refusal(_ body: () throws -> Void) -> ConfigurationError? {
    do {
        try body()
        return nil
    } catch { return error as? ConfigurationError }
}
