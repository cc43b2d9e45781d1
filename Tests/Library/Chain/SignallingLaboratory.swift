import ArgumentParser
import Base
import Contracts
import HTTPKit
import Nhss
import NhssHTTP
import Testing

@testable import Chain
@testable import ServiceKit

/// A service without listeners: what passes its signalling router is answered here.
final class SignallingLaboratory: Sendable {
    static let ownSystem = "primary.example"
    static let impi = "user1@primary.example"
    static let impu = "sip:user1@primary.example"
    static let trace = "0af7651916cd43dd8448eb211c80319c"

    let service: Service
    private let written = Guarded<[String]>([])

    init(callersAre system: String = ownSystem, _ flags: [String] = []) throws {
        let options = try ServiceOptions.parse(["--system-id", Self.ownSystem, "--insecure-peer-as", system] + flags)
        var settings = try Settings(config: nil, environment: [:])
        var configuration = try ServiceConfiguration(options, identity: .test, settings: &settings)
        configuration.loopCount = 1
        let written = written
        let output = LineOutput { line in written.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        service = try Service(configuration, identity: .test, output: output, ownsProcess: false)
    }

    /// Lines of the log.
    var lines: [String] { written.withLock { $0 } }

    func close() async {
        await service.client.shutDown()
        service.group.shutDown()
    }

    static func question(impu: String? = impu) throws -> AuthenticationInformationRequest {
        AuthenticationInformationRequest(impi: try IMPI(impi), impu: try impu.map { try IMPU($0) }, cscfServerName: "sip:scscf.primary.example")
    }

    static func home() throws -> HomeDouble { HomeDouble([try IMPI(impi): try IMPU(impu)]) }

    /// The question as a request to a router that stands for the service.
    static func ask(_ router: Router) async throws -> Response {
        let request = Request(
            method: .post, path: Array("/nhss-ims-ueau/v1/\(impi)/security-information/generate-sip-auth-data".utf8),
            fields: ["Content-Type": "application/json", "traceparent": "00-\(trace)-b7ad6b7169203331-01"], body: try question().json())
        switch router.reply(to: request).reply {
        case .now(let response): return response
        case .later(let answer): return await answer()
        }
    }
}

extension ServiceIdentity {
    static let test = ServiceIdentity(
        name: "authdb", defaultListen: "127.0.0.1:0", defaultAdminListen: "127.0.0.1:0", openAPI: #"{"openapi":"3.1.0"}"#)
}
