import Foundation
import Support
import Testing

/// The whole chain as processes, driven by mc-ue and curl.
@Suite(.serialized) struct ChainTests {
    @Test func `a migrating UE registers over UDP and TCP, and every service drains`() async throws {
        let laboratory = try await ChainLaboratory()
        for transport in ["udp", "tcp"] {
            let registration = try laboratory.register(transport)
            #expect(registration.status == 0, "\(registration.output)")
        }
        let registrations = try Curl.send("GET", "\(laboratory.partnerCore.admin)/admin/v1/registrations")
        #expect(registrations.body.contains(ChainLaboratory.away))
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    @Test func `neither system sees the other's identities`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(try laboratory.register().status == 0)
        let partnerSide = try Curl.send("GET", "\(laboratory.partnerCore.admin)/admin/v1/registrations").body
        let trace = try Self.lastTrace(laboratory.partnerCore)
        let events = { (service: ServiceProcess) in try Curl.send("GET", "\(service.admin)/admin/v1/flow-events?trace=\(trace)").body }
        #expect(!(partnerSide + (try events(laboratory.partnerCore))).contains(ChainLaboratory.home))
        for service in [laboratory.primaryMMS, laboratory.primaryCore, laboratory.authDB] {
            let seen = try events(service)
            #expect(seen.contains(ChainLaboratory.home), "\(service.name) took no part: \(seen)")
            #expect(!seen.contains(ChainLaboratory.away))
        }
        _ = laboratory.stop()
    }

    @Test func `twelve steps are recorded, and none tells a secret`() async throws {
        let laboratory = try await ChainLaboratory()
        let vector = try ChainLaboratory.vectors(laboratory.partnerMMS.api)
        #expect(vector.status == 200)
        #expect(try laboratory.register().status == 0)
        let trace = try Self.lastTrace(laboratory.partnerCore)
        var steps: Set<Int> = []
        for service in laboratory.services {
            let answer = try Curl.send("GET", "\(service.admin)/admin/v1/flow-events?trace=\(trace)")
            for event in answer.object["flowEvents"] as? [[String: Any]] ?? [] { steps.insert(event["step"] as? Int ?? 0) }
            let metrics = try Curl.send("GET", "\(service.admin)/metrics").body
            for secret in [ChainLaboratory.k, ChainLaboratory.opc] {
                #expect(!(answer.body + metrics + service.log).contains(secret), "\(service.name)")
            }
        }
        #expect(steps == Set(1...12))
        _ = laboratory.stop()
    }

    @Test func `a UE whose SQN is ahead is resynchronised through the chain`() async throws {
        let laboratory = try await ChainLaboratory()
        let registration = try laboratory.register(sqn: "000000100000")
        #expect(registration.status == 0, "\(registration.output)")
        let subscriber = try Curl.send("GET", "\(laboratory.authDB.admin)/admin/v1/subscribers/\(ChainLaboratory.home)").object
        let current = UInt64(subscriber["currentSqn"] as? String ?? "", radix: 16) ?? 0
        #expect(current >= 0x100000 + 0x20, "the counter went on from what the UE said")
        _ = laboratory.stop()
    }

    static func lastTrace(_ service: ServiceProcess) throws -> String {
        let traces = try Curl.send("GET", "\(service.admin)/admin/v1/flow-events").object["traces"] as? [[String: Any]]
        return traces?.first?["trace"] as? String ?? ""
    }
}
