import ArgumentParser
import Base
import HTTPKit
import Store
import Testing

@testable import ServiceKit

/// A service that runs for one test.
final class ServiceLaboratory: Sendable {
    let service: Service
    let lines = Lines()
    private let task = Guarded<Task<ServiceError?, Never>?>(nil)
    private let addresses = Guarded<Service.Addresses?>(nil)
    private let client: HTTPClient
    private let group: EventLoopGroup

    init(
        _ arguments: String..., signalling: Router = Router(), asking identification: (any CallerIdentification<Author>)? = nil,
        readyMembers: [(String, JSONValue)] = [], prepare: (Service) -> Void = { _ in }, onAdmin: (inout AdminRouter) -> Void = { _ in },
        onStop: @escaping @Sendable () -> Void = {}
    ) async throws {
        group = try EventLoopGroup(loopCount: 1)
        client = HTTPClient(on: group)
        let options = try ServiceOptions.parse(["--insecure-peer-as", "partner.example"] + arguments)
        var settings = try Settings(config: nil, environment: [:])
        var configuration = try ServiceConfiguration(options, identity: .test, settings: &settings)
        configuration.loopCount = 2
        service = try Service(configuration, identity: .test, output: lines.output, ownsProcess: false)
        prepare(service)
        var admin = AdminRouter(asking: identification ?? service.administrators)
        onAdmin(&admin)
        await start(signalling, admin, readyMembers, onStop)
    }

    private func start(
        _ signalling: Router, _ admin: AdminRouter, _ readyMembers: [(String, JSONValue)], _ onStop: @escaping @Sendable () -> Void
    ) async {
        let (ready, continuation) = AsyncStream.makeStream(of: Void.self)
        let running = Task { () -> ServiceError? in
            defer { continuation.finish() }
            do throws(ServiceError) {
                try await service.run(
                    signalling: signalling, admin: admin, readyMembers: readyMembers,
                    onReady: { found in
                        addresses.withLock { $0 = found }
                        continuation.finish()
                    }, onStop: { onStop() })
                return nil
            } catch { return error }
        }
        task.withLock { $0 = running }
        for await _ in ready {}
    }

    func get(_ path: String, method: HTTPKit.Method = .get, fields: Fields = [:]) async throws -> Response {
        let address = try #require(addresses.withLock { $0?.admin })
        return try await client.send(ClientRequest(method, path, fields: fields), to: Origin(address), deadline: .now + .seconds(5))
    }

    func signal(_ path: String) async throws -> Response {
        let address = try #require(addresses.withLock { $0?.listen })
        return try await client.send(ClientRequest(.get, path), to: Origin(address), deadline: .now + .seconds(5))
    }

    var boundAddresses: Service.Addresses? { addresses.withLock { $0 } }

    func end() async -> ServiceError? {
        service.stop()
        return await ended()
    }

    func ended() async -> ServiceError? {
        let error = await task.withLock { $0 }?.value
        await client.shutDown()
        group.shutDown()
        return error
    }
}
