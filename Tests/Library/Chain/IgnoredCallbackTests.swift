import Base
import Contracts
import HTTPKit
import Nhss
import NhssHTTP
import Support
import Testing

@testable import Chain
@testable import ServiceKit

/// A question whose `deregCallbackUri` leads to somebody else.
@Suite struct IgnoredCallbackTests {
    private static func request(_ uri: String, from peer: Peer = Peer(address: "127.0.0.1:40000")) throws -> Request {
        let question = try SignallingLaboratory.question().calling(uri)
        return Request(
            method: .post, path: Array("/nhss-ims-ueau/v1/\(SignallingLaboratory.impi)/security-information/generate-sip-auth-data".utf8),
            fields: ["Content-Type": "application/json", "traceparent": "00-\(SignallingLaboratory.trace)-b7ad6b7169203331-01"],
            body: question.json(), peer: peer)
    }

    @Test(arguments: ["http://127.0.0.2:1/x", "https://127.0.0.1:1/x", "http://127.0.0.1:80@evil.example/x", "http://127.0.0.1", "x"])
    func `is answered all the same, and nobody is told later: one line says so, and why`(uri: String) async throws {
        let laboratory = try SignallingLaboratory()
        let home = try SignallingLaboratory.home()
        let router = laboratory.service.signallingRouter(home)
        #expect(await router.answer(try Self.request(uri)).status == .ok)
        #expect(home.questions.map(\.deregCallbackUri) == [nil])
        #expect(await eventually { !laboratory.lines.isEmpty })
        #expect(laboratory.lines.count == 1)
        let json = try JSONValue(Array(laboratory.lines[0].utf8))
        #expect(json["level"]?.string == "warning" && json["trace"]?.string == SignallingLaboratory.trace)
        #expect(json["peer"]?.string == SignallingLaboratory.ownSystem)
        let reason = CallbackHost.refusal(of: uri, from: Peer(address: "127.0.0.1:40000"), isSecure: false)
        #expect(json["reason"]?.string == reason?.rawValue)
        #expect(!laboratory.lines[0].contains("evil") && !laboratory.lines[0].contains("user1"))
        #expect(String(decoding: laboratory.service.metrics.text(), as: UTF8.self).contains("mc_callbacks_ignored_total 1"))
        await laboratory.close()
    }

    @Test func `of many such questions only the first few of a second are lines, and all are counted`() async throws {
        let laboratory = try SignallingLaboratory()
        let router = laboratory.service.signallingRouter(try SignallingLaboratory.home())
        for _ in 1...1_000 { #expect(await router.answer(try Self.request("http://evil.example/x")).status == .ok) }
        #expect(await eventually { !laboratory.lines.isEmpty })
        #expect(laboratory.lines.count < 100)
        #expect(String(decoding: laboratory.service.metrics.text(), as: UTF8.self).contains("mc_callbacks_ignored_total 1000"))
        await laboratory.close()
    }

    @Test func `an address of the caller is passed on and leaves no line`() async throws {
        let laboratory = try SignallingLaboratory()
        let home = try SignallingLaboratory.home()
        let router = laboratory.service.signallingRouter(home)
        #expect(await router.answer(try Self.request("http://127.0.0.1:1/x")).status == .ok)
        #expect(home.questions.map(\.deregCallbackUri) == ["http://127.0.0.1:1/x"])
        #expect(laboratory.lines.isEmpty)
        await laboratory.close()
    }

    /// What is no URI is a member with a wrong value, as anywhere else in the question.
    @Test(arguments: ["http://münchen.example/x", "http://a b/x", "", "http://127.0.0.1/" + String(repeating: "x", count: 512)])
    func `what is no address at all makes the question malformed`(uri: String) async throws {
        let laboratory = try SignallingLaboratory()
        let router = laboratory.service.signallingRouter(try SignallingLaboratory.home())
        #expect(await router.answer(try Self.request(uri)).status == .badRequest)
        await laboratory.close()
    }
}
