import Base
import Foundation
import Support
import Testing

/// What a UE gets when a hop fails: the table of docs/ARCHITECTURE.md, row by row.
@Suite(.serialized) struct FailureTests {
    enum Hop: String, CaseIterable, Sendable {
        case partnerMMS = "partner SIP core → PartnerMMS"
        case primaryMMS = "PartnerMMS → PrimaryMMS"
        case primaryCore = "PrimaryMMS → primary SIP core"
        case authDB = "primary SIP core → AuthDB"

        func substitutes(_ root: String) -> ChainLaboratory.Substitutes {
            var substitutes = ChainLaboratory.Substitutes()
            // The faulty peer speaks HTTP/1.1 only.
            substitutes.hopProtocol = "http1.1"
            switch self {
            case .partnerMMS: substitutes.partnerMMS = root
            case .primaryMMS: substitutes.primaryMMS = root
            case .primaryCore: substitutes.primaryCore = root
            case .authDB: substitutes.authDB = root
            }
            return substitutes
        }
    }

    /// The SIP status, and the status of the same registration as JSON.
    static func expected(_ fault: FaultyPeer.Fault, at hop: Hop) -> (sip: Int, json: Int) {
        switch fault {
        case .down, .slow: (504, 504)
        case .garbage: (500, 502)
        case .refused: (403, 403)
        // 503 would keep a proxy from the SIP core with REGISTERs of all other users (RFC 3261 §21.5.4).
        case .overloaded: (hop == .partnerMMS ? 503 : 500, 503)
        }
    }

    @Test(arguments: Hop.allCases, FaultyPeer.Fault.allCases)
    func `a failing hop is told as what it is, in time, and never as an unknown user`(hop: Hop, fault: FaultyPeer.Fault) async throws {
        let peer = try await FaultyPeer(fault)
        let laboratory = try await ChainLaboratory(hop.substitutes(peer.root))
        let expected = FailureTests.expected(fault, at: hop)
        let clock = ContinuousClock()
        let began = clock.now
        let registration = try laboratory.register(more: ["--json"])
        #expect(clock.now - began < .seconds(4), "the UE waits no longer than the deadline")
        #expect(registration.status != 0)
        #expect(registration.output.contains("\(expected.sip)"), "\(registration.output)")
        let json = try Curl.send(
            "POST", "\(laboratory.partnerCore.api)/sip-core/v1/registrations",
            #"{"impi":"\#(ChainLaboratory.away)","impu":"sip:\#(ChainLaboratory.away)"}"#)
        #expect(json.status == expected.json, "\(json.body)")
        _ = laboratory.stop()
    }

    @Test func `a hop that is back is used again`() async throws {
        let laboratory = try await ChainLaboratory()
        let port = laboratory.primaryMMS.ready.listen
        #expect(laboratory.primaryMMS.stop() == 0)
        #expect(try laboratory.register().status != 0)
        let revived = try await ServiceProcess(
            "primary-mms",
            ["--system-id", ChainLaboratory.primary, "--insecure-peer-as", ChainLaboratory.partner, "--database", "primary.sqlite"]
                + ["--sip-database", laboratory.primaryCore.api, "--listen", port], in: laboratory.directory)
        let registration = try laboratory.register()
        #expect(registration.status == 0, "\(registration.output)")
        #expect(revived.stop() == 0)
        _ = laboratory.stop()
    }

    @Test func `both systems must authorise, and each refusal is a 403 to the UE`() async throws {
        let laboratory = try await ChainLaboratory()
        let binding = "\(laboratory.partnerMMS.admin)/admin/v1/bindings/\(ChainLaboratory.away)"
        let authorisation = "\(laboratory.primaryMMS.admin)/admin/v1/migration-authorisations/\(ChainLaboratory.home)/\(ChainLaboratory.partner)"
        let system = "\(laboratory.primaryMMS.admin)/admin/v1/partner-systems/\(ChainLaboratory.partner)"
        func refused(_ what: Comment) throws {
            let registration = try laboratory.register()
            #expect(registration.status == 3, what)
        }
        try Curl.put(binding, ChainLaboratory.binding(enabled: false))
        try refused("binding disabled")
        try Curl.put(binding, ChainLaboratory.binding(more: #""notAfter":"2020-01-01T00:00:00Z","#))
        try refused("binding expired")
        // A PUT that leaves a bound out keeps it; null takes it away.
        try Curl.put(binding, ChainLaboratory.binding())
        try refused("binding still expired")
        try Curl.put(binding, ChainLaboratory.binding(more: #""notAfter":null,"#))
        try Curl.put(authorisation, #"{"services":["mcptt"],"enabled":true,"notAfter":"2020-01-01T00:00:00Z"}"#)
        try refused("authorisation expired")
        #expect(try Curl.send("DELETE", authorisation).status == 204)
        try refused("no authorisation")
        try Curl.put(authorisation, #"{"services":["mcptt"],"enabled":true}"#)
        try Curl.put(system, #"{"enabled":false}"#)
        try refused("partner system disabled")
        try Curl.put(system, #"{"enabled":true}"#)
        #expect(try laboratory.register().status == 0, "all of it undone")
        #expect(try Curl.send("DELETE", binding).status == 204)
        try refused("no binding")
        _ = laboratory.stop()
    }

    @Test func `to a partner an unknown user and an unauthorised one look alike`() async throws {
        let laboratory = try await ChainLaboratory()
        try Curl.put(
            "\(laboratory.primaryMMS.admin)/admin/v1/migration-authorisations/ghost@\(ChainLaboratory.primary)/\(ChainLaboratory.partner)",
            #"{"services":["mcptt"],"enabled":true}"#)
        let unknown = try ChainLaboratory.vectors(laboratory.primaryMMS.api, "ghost@\(ChainLaboratory.primary)", impu: nil)
        let unauthorised = try ChainLaboratory.vectors(laboratory.primaryMMS.api, "other@\(ChainLaboratory.primary)", impu: nil)
        #expect(unknown.status == 403)
        #expect(unknown.body == unauthorised.body)
        _ = laboratory.stop()
    }
}
