import Base
import Foundation
import HTTPKit
import Support
import Synchronization
import Testing

/// PrimaryMMS is restarted again and again while callers ask through it.
@Suite(.serialized) struct RestartTests {
    private static let restarts = 100
    private static let callers = 8

    /// The answers and failures that the callers got.
    private final class Tally: Sendable {
        struct Counts {
            /// The number of answers of each caller.
            var answers = [Int](repeating: 0, count: RestartTests.callers)
            var failures: [String] = []
            var slowest = Duration.zero
        }

        private let counts = Guarded(Counts())
        private let isOver = Atomic<Bool>(false)

        var all: Counts { counts.withLock { $0 } }
        var isDone: Bool { isOver.load(ordering: .relaxed) }
        func finish() { isOver.store(true, ordering: .relaxed) }

        func record(_ failure: String?, of caller: Int, after duration: Duration) {
            counts.withLock { counts in
                if let failure { counts.failures.append(failure) } else { counts.answers[caller] += 1 }
                counts.slowest = max(counts.slowest, duration)
            }
        }
    }

    /// Starts PrimaryMMS on the port that it had. PartnerMMS tries that port meanwhile, and an attempt that leaves from the very same port
    /// reaches itself and holds the port for a moment; then the start is repeated.
    private static func restarted(_ flags: [String], in directory: TemporaryDirectory) async throws -> ServiceProcess {
        for _ in 1..<5 {
            do { return try await ServiceProcess("primary-mms", flags, in: directory) } catch {
                guard "\(error)".contains("is in use") else { throw error }
            }
        }
        return try await ServiceProcess("primary-mms", flags, in: directory)
    }

    @Test(.timeLimit(.minutes(5))) func `a hundred restarts of PrimaryMMS under load, and no caller notices`() async throws {
        let laboratory = try await ChainLaboratory(ChainLaboratory.Substitutes(userRate: "off"))
        let group = try EventLoopGroup(loopCount: 1)
        defer { group.shutDown() }
        let client = HTTPClient(on: group, speaking: .http2)
        let origin = try Origin(hostAndPort: laboratory.partnerMMS.ready.listen)
        let tally = Tally()
        let load = Task {
            await withTaskGroup { group in
                for caller in 0..<RestartTests.callers {
                    group.addTask { while !tally.isDone { await RestartTests.ask(client, origin, tally, caller) } }
                }
            }
        }
        var service = laboratory.primaryMMS
        let flags = [
            "--system-id", ChainLaboratory.primary, "--insecure-peer-as", ChainLaboratory.partner, "--database", "primary.sqlite", "--sip-database",
            laboratory.primaryCore.api, "--listen", service.ready.listen, "--user-rate", "off",
        ]
        for round in 1...RestartTests.restarts {
            // Every caller has had an answer since the last restart before the next one begins.
            let before = tally.all.answers
            #expect(await eventually { zip(tally.all.answers, before).allSatisfy { $0 > $1 } }, "the load goes on")
            #expect(service.stop() == 0, "restart \(round): \(service.log)")
            service = try await RestartTests.restarted(flags, in: laboratory.directory)
        }
        tally.finish()
        await load.value
        await client.shutDown()
        let counts = tally.all
        let answered = counts.answers.reduce(0, +)
        #expect(
            counts.failures.isEmpty,
            "\(counts.failures.count) of \(answered): \(counts.failures.prefix(5)) \(laboratory.partnerMMS.log.suffix(2_000))")
        print("\(answered) answers, the slowest after \(counts.slowest), during \(RestartTests.restarts) restarts")
        #expect(service.stop() == 0)
        _ = laboratory.stop()
    }

    private static func ask(_ client: HTTPClient, _ origin: Origin, _ tally: Tally, _ caller: Int) async {
        let request = ClientRequest(
            .post, "/nhss-ims-ueau/v1/\(ChainLaboratory.away)/security-information/generate-sip-auth-data",
            fields: ["Content-Type": "application/json"],
            body: Array(#"{"impu":"sip:\#(ChainLaboratory.away)","cscfServerName":"sip:s","sipAuthenticationScheme":"DIGEST-AKAV1-MD5"}"#.utf8))
        let began = Instant.now
        do {
            let response = try await client.send(request, to: origin, deadline: .now + .seconds(5))
            let failure = response.status == .ok ? nil : "\(response.status.code) \(String(decoding: response.body, as: UTF8.self))"
            tally.record(failure, of: caller, after: .now - began)
        } catch { tally.record("\(error)", of: caller, after: .now - began) }
    }
}
