import ArgumentParser
import Base
import Contracts
import Glibc
import HTTPKit
import Store
import Testing

@testable import ServiceKit

/// A service that runs for one test.
private final class Running: Sendable {
    let service: Service
    let lines = Lines()
    private let task = Guarded<Task<ServiceError?, Never>?>(nil)
    private let addresses = Guarded<Service.Addresses?>(nil)
    private let client: HTTPClient
    private let group: EventLoopGroup

    init(
        _ arguments: String..., signalling: Router = Router(), asking identification: (any CallerIdentification<Author>)? = nil,
        readyMembers: [(String, JSONValue)] = [], prepare: (Service) -> Void = { _ in }
    ) async throws {
        group = try EventLoopGroup(loopCount: 1)
        client = HTTPClient(on: group)
        let options = try ServiceOptions.parse(["--insecure-peer-as", "partner.example"] + arguments)
        var settings = try Settings(config: nil, environment: [:])
        var configuration = try ServiceConfiguration(options, identity: .test, settings: &settings)
        configuration.loopCount = 2
        service = try Service(configuration, identity: .test, output: lines.output, ownsProcess: false)
        prepare(service)
        await start(signalling, AdminRouter(asking: identification ?? service.administrators), readyMembers)
    }

    private func start(_ signalling: Router, _ admin: AdminRouter, _ readyMembers: [(String, JSONValue)]) async {
        let (ready, continuation) = AsyncStream.makeStream(of: Void.self)
        let running = Task { () -> ServiceError? in
            defer { continuation.finish() }
            do throws(ServiceError) {
                try await service.run(
                    signalling: signalling, admin: admin, readyMembers: readyMembers,
                    onReady: { found in
                        addresses.withLock { $0 = found }
                        continuation.finish()
                    })
                return nil
            } catch { return error }
        }
        task.withLock { $0 = running }
        for await _ in ready {}
    }

    func get(_ path: String, method: HTTPKit.Method = .get) async throws -> Response {
        let address = try #require(addresses.withLock { $0?.admin })
        return try await client.send(ClientRequest(method, path), to: Origin(address), deadline: .now + .seconds(5))
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

@Suite struct ServiceTests {
    @Test func `a service says once where it listens, and that line is JSON`() async throws {
        let running = try await Running("--log-format", "text", readyMembers: [("sip", .array([.string("udp:127.0.0.1:5060")]))])
        let ready = try JSONValue(Array((running.lines.all.first ?? "").utf8)).object
        #expect(ready?.members.map(\.name) == ["event", "service", "listen", "admin", "version", "pid", "sip"])
        #expect(ready?["event"]?.string == "ready")
        #expect(ready?["service"]?.string == "authdb")
        #expect(ready?["listen"]?.string == running.boundAddresses?.listen.description)
        #expect(ready?["listen"]?.string != "127.0.0.1:0")
        #expect(ready?["pid"]?.int == Int(getpid()))
        #expect(await running.end() == nil)
    }

    @Test func `a healthy service answers as Kubernetes expects`() async throws {
        let running = try await Running { $0.addReadinessCheck("database") { nil } }
        #expect(try await running.get("/livez").text == "ok")
        #expect(try await running.get("/readyz").text == "ok")
        #expect(try await running.get("/readyz?verbose").text == "[+]listening ok\n[+]draining ok\n[+]database ok\nreadyz check passed\n")
        #expect(try await running.get("/healthz").status == .ok)
        let head = try await running.get("/readyz", method: .head)
        #expect(head.status == .ok && head.body.isEmpty)
        #expect(await running.end() == nil)
    }

    @Test func `a check that fails makes the service not ready but alive, and says why on its line`() async throws {
        let running = try await Running { service in
            service.addReadinessCheck("database") { "no\nspace" }
            service.addReadinessCheck("keys") { nil }
        }
        let ready = try await running.get("/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(ready.text == "[+]listening ok\n[+]draining ok\n[-]database failed: no\\u{a}space\n[+]keys ok\nreadyz check failed\n")
        #expect(try await running.get("/readyz?exclude=database").status == .ok)
        #expect(try await running.get("/readyz?exclude=keys,database&verbose").text == "[+]listening ok\n[+]draining ok\nreadyz check passed\n")
        #expect(try await running.get("/livez").status == .ok)
        #expect(await running.end() == nil)
    }

    @Test func `version, description and metrics are there`() async throws {
        let running = try await Running("--system-id", "primary.example")
        let version = try JSONValue(try await running.get("/version").body)
        #expect(version["service"]?.string == "authdb" && version["version"]?.string == "0.1.0" && version["system"]?.string == "primary.example")
        #expect(try await running.get("/openapi.json").text == ServiceIdentity.test.openAPI)
        let metrics = try await running.get("/metrics")
        #expect(metrics.fields["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(metrics.text.contains(#"http_route="/version",http_response_status_code="200"} 1"#))
        #expect(metrics.text.contains("mc_ready 1\n"))
        #expect(metrics.text.contains(#"http_server_limit{listener="signalling",limit="body_bytes"} 65536"#))
        #expect(await running.end() == nil)
    }

    @Test func `who asks is decided for flow events, and not for what is open to all`() async throws {
        let caller = CallerDouble(refusing: .unauthorized)
        let running = try await Running(asking: caller)
        for path in ["/livez", "/readyz", "/healthz", "/metrics", "/version", "/openapi.json"] {
            #expect(try await running.get(path).status == .ok, "\(path)")
        }
        #expect(caller.asked == 0)
        #expect(try await running.get("/admin/v1/flow-events").status == .unauthorized)
        #expect(caller.asked == 1)
        #expect(await running.end() == nil)
    }

    @Test func `administration is not on the signalling listener`() async throws {
        let running = try await Running()
        #expect(try await running.signal("/metrics").status == .notFound)
        #expect(await running.end() == nil)
    }

    @Test func `a request in flight is finished while the service drains`() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let (entered, didEnter) = AsyncStream.makeStream(of: Void.self)
        var router = Router()
        router.on(.get, "/slow") { _ throws(Problem) in
            .later {
                didEnter.finish()
                for await _ in gate.stream {}
                return .text(.ok, "done")
            }
        }
        let running = try await Running(signalling: router)
        async let answer = running.signal("/slow")
        for await _ in entered {}
        running.service.stop()
        // The administration answers to the end, and says that it is the end.
        var ready = try await running.get("/readyz")
        while ready.status == .ok { ready = try await running.get("/readyz") }
        #expect(ready.text.contains("[-]draining failed: draining\n"))
        gate.continuation.finish()
        #expect(try await answer.text == "done")
        #expect(await running.ended() == nil)
    }

    @Test func `a fatal failure is logged once and ends the service`() async throws {
        let running = try await Running()
        running.service.fail("commit failed")
        running.service.fail("and again")
        #expect(await running.ended() == .failed(reason: "commit failed"))
        #expect(running.lines.all.count { $0.contains("\"level\":\"critical\"") } == 1)
    }

    @Test func `an address that somebody answers at is refused under its flag`() async throws {
        let first = try await Running()
        let taken = try #require(first.boundAddresses)
        let second = try await Running("--listen", taken.listen.description)
        guard case .configuration(let error) = await second.ended() else {
            Issue.record("it started")
            return
        }
        #expect(error.flag == "listen")
        #expect(await first.end() == nil)
    }

    @Test func `a Unix socket is for owner and group, survives no process, and is not stolen`() async throws {
        let scratch = Scratch()
        let path = "\(scratch.path)/a.sock"
        let first = try await Running("--admin-listen", "unix:\(path)")
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
        #expect(try await first.get("/livez").status == .ok)
        let thief = try await Running("--admin-listen", "unix:\(path)")
        #expect(await thief.ended() == .configuration(ConfigurationError("admin-listen", "")))
        #expect(await first.end() == nil)
        #expect(lstat(path, &status) != 0)
    }

    @Test func `a socket file nobody answers at is replaced, another file is not`() async throws {
        let scratch = Scratch()
        let path = "\(scratch.path)/a.sock"
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        #expect(status == 0)
        close(dead)
        let running = try await Running("--admin-listen", "unix:\(path)")
        #expect(try await running.get("/livez").status == .ok)
        #expect(await running.end() == nil)

        let file = scratch.file("plain", "precious")
        let refused = try await Running("--admin-listen", "unix:\(file)")
        #expect(await refused.ended() == .configuration(ConfigurationError("admin-listen", "")))
        #expect(try BoundedFile.read(file, bytesMax: 100) == Array("precious".utf8))
    }

    @Test func `callers without TLS are the system the operator named`() async throws {
        let running = try await Running()
        #expect(running.service.peerSystem(Peer(address: "127.0.0.1:1"), recognising: running.service.ownSystem) == "partner.example")
        #expect(await running.end() == nil)
    }
}
