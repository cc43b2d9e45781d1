import AKA
import Base
import Foundation
import HTTPKit
import Support
import Testing
import Vectors

/// AuthDB is killed in the middle of its work, again and again.
@Suite(.serialized) struct DurabilityTests {
    private static let kills = 20
    private static let concurrency = 32

    @Test(.timeLimit(.minutes(5))) func `twenty SIGKILLs under load, and no SQN is ever issued twice`() async throws {
        let directory = try TemporaryDirectory()
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let client = HTTPClient(on: group)
        let flags = ChainLaboratory.system(ChainLaboratory.primary) + ["--database", "authdb.sqlite"]
        var issued: [UInt64] = []
        for round in 0..<DurabilityTests.kills {
            let service = try await ServiceProcess("authdb", flags, in: directory)
            if round == 0 { try Curl.put("\(service.admin)/admin/v1/subscribers/\(ChainLaboratory.home)", ChainLaboratory.subscriber) }
            let origin = try Origin(hostAndPort: service.ready.listen)
            let load = Task { await DurabilityTests.load(client, origin) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 20...200)))
            service.stop(SIGKILL)
            issued += try await load.value.map(DurabilityTests.sqn)
        }
        #expect(issued.count > DurabilityTests.kills * DurabilityTests.concurrency / 2, "there was a load: \(issued.count) vectors")
        #expect(Set(issued).count == issued.count, "\(issued.count - Set(issued).count) of \(issued.count) SQNs were issued twice")
        let last = try await ServiceProcess("authdb", flags, in: directory)
        let after = try await DurabilityTests.one(client, try Origin(hostAndPort: last.ready.listen)).map(DurabilityTests.sqn)
        #expect((after ?? 0) > (issued.max() ?? .max), "after the last kill the counter is beyond all that was answered")
        #expect(last.stop() == 0)
    }

    /// Asks for vectors, `concurrency` at a time, until there is no answer.
    ///
    /// - Returns: the vectors that came.
    private static func load(_ client: HTTPClient, _ origin: Origin) async -> [(rand: String, autn: String)] {
        await withTaskGroup(of: [(rand: String, autn: String)].self) { group in
            for _ in 0..<concurrency {
                group.addTask {
                    var vectors: [(rand: String, autn: String)] = []
                    while let vector = try? await one(client, origin) { vectors.append(vector) }
                    return vectors
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func one(_ client: HTTPClient, _ origin: Origin) async throws -> (rand: String, autn: String)? {
        let request = ClientRequest(
            .post, "/nhss-ims-ueau/v1/\(ChainLaboratory.home)/security-information/generate-sip-auth-data",
            fields: ["Content-Type": "application/json"],
            body: Array(#"{"cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#.utf8))
        let response = try await client.send(request, to: origin, deadline: .now + .seconds(2))
        guard response.status == .ok, case .array(let vectors)? = try JSONValue(response.body)["3gAkaAvs"],
            let rand = vectors.first?["rand"]?.string, let autn = vectors.first?["autn"]?.string
        else { return nil }
        return (rand, autn)
    }

    /// The SQN in an AUTN, which only the holder of K can read.
    private static func sqn(_ vector: (rand: String, autn: String)) throws -> UInt64 {
        var milenage = try Milenage()
        let key = MilenageKey(k: try K(hex: ChainLaboratory.k), opc: try OPc(hex: ChainLaboratory.opc))
        let ak = try milenage.answer(key: key, rand: try RAND(hex: vector.rand)).ak
        let concealed = try AUTN(hex: vector.autn).octets.prefix(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return concealed ^ ak
    }
}
