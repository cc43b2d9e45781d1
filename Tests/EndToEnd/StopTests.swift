import Base
import Foundation
import HTTPKit
import Support
import Testing

/// SIGTERM while administrators are at work.
@Suite(.serialized) struct StopTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let flags: [String]
        let path: String
        let body: String
        var testDescription: String { name }

        static let all = [
            Kind(
                name: "authdb", flags: [], path: "/admin/v1/subscribers/USER@primary.example",
                body: #"{"impus":["sip:USER@primary.example"],"algorithm":"MILENAGE","k":"\#(ChainLaboratory.k)","opc":"\#(ChainLaboratory.opc)"}"#),
            Kind(
                name: "primary-mms", flags: ["--sip-database", "http://127.0.0.1:1"], path: "/admin/v1/partner-systems/USER.example",
                body: #"{"enabled":true,"certificateNames":["USER.example"]}"#),
            Kind(
                name: "partner-mms", flags: [], path: "/admin/v1/primary-systems/USER.example",
                body: #"{"enabled":true,"apiRoots":["http://127.0.0.1:1"]}"#),
        ]

        func request(_ user: String) -> ClientRequest {
            ClientRequest(
                .put, path.replacing("USER", with: user), fields: ["Content-Type": "application/json"],
                body: Array(body.replacing("USER", with: user).utf8))
        }
    }

    private struct Tally {
        var stored = 0
        var refused: [String] = []
    }

    private static let callers = 16

    @Test(arguments: Kind.all, [ClientProtocol.http1, .http2])
    func `no change of an administrator fails because the service is told to stop`(kind: Kind, speaking: ClientProtocol) async throws {
        let directory = try TemporaryDirectory()
        let flags = ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "a.sqlite"] + kind.flags
        let service = try await ServiceProcess(kind.name, flags, in: directory)
        let origin = try Origin(hostAndPort: service.ready.admin)
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let client = HTTPClient(on: group, speaking: speaking)
        let tally = Guarded(Tally())
        let load = Task {
            await withTaskGroup { group in
                for caller in 0..<StopTests.callers {
                    group.addTask { await StopTests.put(kind, "user\(caller)x", client, origin, tally) }
                }
            }
        }
        #expect(await eventually { tally.withLock { $0.stored > 200 } }, "\(tally.withLock { $0.refused })")
        #expect(service.stop() == 0, "\(service.log)")
        await load.value
        await client.shutDown()
        let (stored, refused) = tally.withLock { ($0.stored, $0.refused) }
        #expect(refused.isEmpty, "\(refused.count) beside \(stored): \(refused.prefix(3))")
    }

    /// Stores one record after another until the service cannot be reached any more.
    private static func put(_ kind: Kind, _ user: String, _ client: HTTPClient, _ origin: Origin, _ tally: Guarded<Tally>) async {
        for number in 0..<1_000_000 {
            let answer: Response
            do { answer = try await client.send(kind.request("\(user)\(number)"), to: origin, deadline: .now + .seconds(20)) } catch { return }
            tally.withLock { tally in
                if answer.status == .created || answer.status == .ok {
                    tally.stored += 1
                } else {
                    tally.refused.append("\(answer.status.code) \(String(decoding: answer.body, as: UTF8.self))")
                }
            }
        }
    }
}
