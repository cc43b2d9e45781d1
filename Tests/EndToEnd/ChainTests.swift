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

    @Test func `the identities of a user are registered together in the partner's terms, and what is barred is not published`() async throws {
        let laboratory = try await ChainLaboratory()
        let subscriber = ChainLaboratory.subscriber.replacingOccurrences(
            of: "\"sip:\(ChainLaboratory.home)\"",
            with: #""sip:\#(ChainLaboratory.home)",{"impu":"sip:desk@primary.example","barred":true},"tel:+15550100","tel:+15550101""#)
        try Curl.put("\(laboratory.authDB.admin)/admin/v1/subscribers/\(ChainLaboratory.home)", subscriber)
        let pairs = [("tel:+15559900", "tel:+15550100"), ("sip:desk@partner.example", "sip:desk@primary.example")]
        let more = pairs.map { #","# + #"{"partner":"\#($0)","primary":"\#($1)"}"# }.joined()
        let binding = ChainLaboratory.binding().replacingOccurrences(of: "}],", with: "}\(more)],")
        try Curl.put("\(laboratory.partnerMMS.admin)/admin/v1/bindings/\(ChainLaboratory.away)", binding)
        let answer = try ChainLaboratory.vectors(laboratory.partnerMMS.api).body
        let set = #"["sip:\#(ChainLaboratory.away)","tel:+15559900",{"impu":"sip:desk@partner.example","barred":true}]"#
        #expect(answer.contains("\"associatedPublicIdentities\":\(set)"))
        #expect(!answer.contains("primary.example") && !answer.contains("+155501"))
        #expect(try laboratory.register().status == 0)
        let list = "\(laboratory.partnerCore.admin)/admin/v1/registrations"
        for impu in ["sip:\(ChainLaboratory.away)", "tel:+15559900", "sip:desk@partner.example"] {
            #expect(try Curl.send("GET", list).body.contains("\"impu\":\"\(impu)\""))
        }
        #expect(try Curl.send("DELETE", "\(list)/sip:desk@partner.example").status == 204)
        #expect(try !Curl.send("GET", list).body.contains("\"impu\""))
        _ = laboratory.stop()
    }

    static func lastTrace(_ service: ServiceProcess) throws -> String {
        let traces = try Curl.send("GET", "\(service.admin)/admin/v1/flow-events").object["traces"] as? [[String: Any]]
        return traces?.first?["trace"] as? String ?? ""
    }
}
