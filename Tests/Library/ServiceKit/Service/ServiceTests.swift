import ArgumentParser
import Base
import Contracts
import Glibc
import HTTPKit
import Logging
import Support
import Testing

@testable import ServiceKit

@Suite struct ServiceTests {
    @Test func `a service says once where it listens, and that line is JSON`() async throws {
        let laboratory = try await ServiceLaboratory("--log-format", "text", readyMembers: [("sip", .array([.string("udp:127.0.0.1:5060")]))])
        #expect(await eventually { !laboratory.lines.all.isEmpty })
        let ready = try JSONValue(Array((laboratory.lines.all.first ?? "").utf8)).object
        #expect(ready?.members.map(\.name) == ["event", "service", "listen", "admin", "version", "pid", "sip"])
        #expect(ready?["event"]?.string == "ready")
        #expect(ready?["service"]?.string == "authdb")
        #expect(ready?["listen"]?.string == laboratory.boundAddresses?.listen.description)
        #expect(ready?["listen"]?.string != "127.0.0.1:0")
        #expect(ready?["pid"]?.int == Int(getpid()))
        #expect(await laboratory.end() == nil)
    }

    @Test func `a healthy service answers as Kubernetes expects`() async throws {
        let laboratory = try await ServiceLaboratory { $0.addReadinessCheck("database") { nil } }
        #expect(try await laboratory.get("/livez").text == "ok")
        #expect(try await laboratory.get("/readyz").text == "ok")
        #expect(try await laboratory.get("/readyz?verbose").text == "[+]listening ok\n[+]draining ok\n[+]database ok\nreadyz check passed\n")
        #expect(try await laboratory.get("/healthz").status == .ok)
        let head = try await laboratory.get("/readyz", method: .head)
        #expect(head.status == .ok && head.body.isEmpty)
        #expect(await laboratory.end() == nil)
    }

    @Test func `a check that fails makes the service not ready but alive, and says why on its line`() async throws {
        let laboratory = try await ServiceLaboratory { service in
            service.addReadinessCheck("database") { "no\nspace" }
            service.addReadinessCheck("keys") { nil }
        }
        let ready = try await laboratory.get("/readyz")
        #expect(ready.status == .serviceUnavailable)
        #expect(ready.text == "[+]listening ok\n[+]draining ok\n[-]database failed: no\\u{a}space\n[+]keys ok\nreadyz check failed\n")
        #expect(try await laboratory.get("/readyz?exclude=database").status == .ok)
        #expect(try await laboratory.get("/readyz?exclude=keys,database&verbose").text == "[+]listening ok\n[+]draining ok\nreadyz check passed\n")
        #expect(try await laboratory.get("/livez").status == .ok)
        #expect(await laboratory.end() == nil)
    }

    @Test func `version, description and metrics are there`() async throws {
        let laboratory = try await ServiceLaboratory("--system-id", "primary.example")
        let version = try JSONValue(try await laboratory.get("/version").body)
        #expect(version["service"]?.string == "authdb" && version["version"]?.string == "0.1.0" && version["system"]?.string == "primary.example")
        #expect(try await laboratory.get("/openapi.json").text == ServiceIdentity.test.openAPI)
        let metrics = try await laboratory.get("/metrics")
        #expect(metrics.fields["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(metrics.text.contains(#"http_route="/version",http_response_status_code="200"} 1"#))
        #expect(metrics.text.contains("mc_ready 1\n"))
        #expect(metrics.text.contains(#"http_server_limit{listener="signalling",limit="body_bytes"} 65536"#))
        #expect(await laboratory.end() == nil)
    }

    @Test func `who asks is decided for flow events, and not for what is open to all`() async throws {
        let caller = AdministratorDouble(refusing: .unauthorized)
        let laboratory = try await ServiceLaboratory(asking: caller)
        for path in ["/livez", "/readyz", "/healthz", "/metrics", "/version", "/openapi.json"] {
            #expect(try await laboratory.get(path).status == .ok, "\(path)")
        }
        #expect(caller.asked == 0)
        #expect(try await laboratory.get("/admin/v1/flow-events").status == .unauthorized)
        #expect(caller.asked == 1)
        #expect(await laboratory.end() == nil)
    }

    @Test func `an administrator's request in flight is answered before the database closes`() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let (entered, didEnter) = AsyncStream.makeStream(of: Void.self)
        let isClosed = Guarded(false)
        let laboratory = try await ServiceLaboratory(
            onAdmin: { admin in
                admin.on(.put, "/admin/v1/slow") { (_) async throws(Problem) in
                    didEnter.finish()
                    for await _ in gate.stream {}
                    return .text(isClosed.withLock { $0 } ? .internalServerError : .ok, "done")
                }
            }, onStop: { isClosed.withLock { $0 = true } })
        async let answer = laboratory.get("/admin/v1/slow", method: .put)
        for await _ in entered {}
        laboratory.service.stop()
        var ready = try await laboratory.get("/readyz")
        while ready.status == .ok { ready = try await laboratory.get("/readyz") }
        gate.continuation.finish()
        #expect(try await answer.status == .ok)
        #expect(await laboratory.ended() == nil)
        #expect(isClosed.withLock { $0 })
    }

    @Test func `administration is not on the signalling listener`() async throws {
        let laboratory = try await ServiceLaboratory()
        #expect(try await laboratory.signal("/metrics").status == .notFound)
        #expect(await laboratory.end() == nil)
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
        let laboratory = try await ServiceLaboratory(signalling: router)
        async let answer = laboratory.signal("/slow")
        for await _ in entered {}
        laboratory.service.stop()
        // The admin listener answers until the end, and says that the service is draining.
        var ready = try await laboratory.get("/readyz")
        while ready.status == .ok { ready = try await laboratory.get("/readyz") }
        #expect(ready.text.contains("[-]draining failed: draining\n"))
        gate.continuation.finish()
        #expect(try await answer.text == "done")
        #expect(await laboratory.ended() == nil)
    }

    @Test func `the lines that are missing in the log are metrics`() async throws {
        let laboratory = try await ServiceLaboratory()
        for _ in 0..<7 { laboratory.service.logger.warning("connection refused") }
        for _ in 0..<7 { laboratory.service.journal.info("registered") }
        let metrics = try await laboratory.get("/metrics").text
        #expect(metrics.contains("\nmc_log_lines_left_out_total 2\n"))
        #expect(metrics.contains("\nmc_log_lines_dropped_total 0\n"))
        #expect(await laboratory.end() == nil)
        #expect(laboratory.lines.all.count { $0.contains("registered") } == 7, "the journal has every line")
    }

    @Test func `a fatal failure is logged once and ends the service`() async throws {
        let laboratory = try await ServiceLaboratory()
        laboratory.service.fail("commit failed")
        laboratory.service.fail("and again")
        #expect(await laboratory.ended() == .failed(reason: "commit failed"))
        #expect(laboratory.lines.all.count { $0.contains("\"level\":\"critical\"") } == 1)
    }

    @Test func `an address that somebody answers at is refused under its flag`() async throws {
        let first = try await ServiceLaboratory()
        let taken = try #require(first.boundAddresses)
        let second = try await ServiceLaboratory("--listen", taken.listen.description)
        guard case .configuration(let error) = await second.ended() else {
            Issue.record("it started")
            return
        }
        #expect(error.flag == "listen")
        #expect(await first.end() == nil)
    }

    @Test func `a Unix socket is for owner and group, survives no process, and is not stolen`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("a.sock")
        let first = try await ServiceLaboratory("--admin-listen", "unix:\(path)")
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
        #expect(try await first.get("/livez").status == .ok)
        let thief = try await ServiceLaboratory("--admin-listen", "unix:\(path)")
        #expect(await thief.ended() == .configuration(ConfigurationError("admin-listen", "")))
        #expect(await first.end() == nil)
        #expect(lstat(path, &status) != 0)
    }

    @Test func `a socket file nobody answers at is replaced, another file is not`() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("a.sock")
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        #expect(status == 0)
        close(dead)
        let laboratory = try await ServiceLaboratory("--admin-listen", "unix:\(path)")
        #expect(try await laboratory.get("/livez").status == .ok)
        #expect(await laboratory.end() == nil)

        let file = try directory.write("plain", "precious")
        let refused = try await ServiceLaboratory("--admin-listen", "unix:\(file)")
        #expect(await refused.ended() == .configuration(ConfigurationError("admin-listen", "")))
        #expect(try SmallFile.read(file, bytesMax: 100) == Array("precious".utf8))
    }

    @Test func `callers without TLS are the system the operator named`() async throws {
        let laboratory = try await ServiceLaboratory()
        #expect(laboratory.service.peerSystem(Peer(address: "127.0.0.1:1"), recognising: laboratory.service.ownSystem) == "partner.example")
        #expect(await laboratory.end() == nil)
    }
}
