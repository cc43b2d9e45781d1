import Base
import Foundation
import Support
import Testing

/// Whom an operator shuts out is not registered any more, whichever of the services is told.
@Suite(.serialized) struct ShutOutTests {
    enum End: CaseIterable {
        case bindingDisabled, bindingDeleted, bindingIsOver, primarySystemDisabled
        case authorisationDisabled, authorisationDeleted, authorisationIsOver, partnerSystemDisabled
        case subscriberDisabled, subscriberDeleted
        case bindingIdentityRemoved, bindingIdentityBarred, subscriberIdentityRemoved, subscriberIdentityBarred

        var reason: String {
            switch self {
            case .bindingIdentityRemoved, .bindingIdentityBarred, .subscriberIdentityRemoved, .subscriberIdentityBarred: "SERVER_CHANGE"
            default: "PERMANENT_TERMINATION"
            }
        }

        /// Tells the service whose matter it is.
        func happen(_ laboratory: ChainLaboratory) throws {
            let binding = "\(laboratory.partnerMMS.admin)/admin/v1/bindings/\(ChainLaboratory.away)"
            let authorisation =
                "\(laboratory.primaryMMS.admin)/admin/v1/migration-authorisations/\(ChainLaboratory.home)/\(ChainLaboratory.partner)"
            let subscriber = "\(laboratory.authDB.admin)/admin/v1/subscribers/\(ChainLaboratory.home)"
            let soon = Timestamp.now() + .seconds(1)
            switch self {
            case .bindingDisabled: try Curl.put(binding, ChainLaboratory.binding(enabled: false))
            case .bindingDeleted: _ = try Curl.send("DELETE", binding)
            case .bindingIsOver: try Curl.put(binding, ChainLaboratory.binding(more: #""notAfter":"\#(soon)","#))
            case .primarySystemDisabled:
                try Curl.put(
                    "\(laboratory.partnerMMS.admin)/admin/v1/primary-systems/\(ChainLaboratory.primary)",
                    #"{"apiRoots":["\#(laboratory.primaryMMS.api)"],"enabled":false}"#)
            case .authorisationDisabled: try Curl.put(authorisation, #"{"services":["mcptt"],"enabled":false}"#)
            case .authorisationDeleted: _ = try Curl.send("DELETE", authorisation)
            case .authorisationIsOver: try Curl.put(authorisation, #"{"services":["mcptt"],"enabled":true,"notAfter":"\#(soon)"}"#)
            case .partnerSystemDisabled:
                try Curl.put(
                    "\(laboratory.primaryMMS.admin)/admin/v1/partner-systems/\(ChainLaboratory.partner)",
                    #"{"enabled":false,"certificateNames":["partner.example"]}"#)
            case .subscriberDisabled:
                try Curl.put(subscriber, ChainLaboratory.subscriber.replacingOccurrences(of: #""enabled":true"#, with: #""enabled":false"#))
            case .subscriberDeleted: _ = try Curl.send("DELETE", subscriber)
            case .bindingIdentityRemoved:
                try Curl.put(
                    binding, ChainLaboratory.binding().replacingOccurrences(of: "\"sip:\(ChainLaboratory.away)\"", with: "\"tel:+15550100\""))
            case .bindingIdentityBarred:
                try Curl.put(binding, ChainLaboratory.binding().replacingOccurrences(of: "\"}],", with: "\",\"barred\":true}],"))
            case .subscriberIdentityRemoved:
                try Curl.put(
                    subscriber, ChainLaboratory.subscriber.replacingOccurrences(of: "\"sip:\(ChainLaboratory.home)\"", with: "\"tel:+15550200\""))
            case .subscriberIdentityBarred:
                try Curl.put(
                    subscriber,
                    ChainLaboratory.subscriber.replacingOccurrences(
                        of: "\"sip:\(ChainLaboratory.home)\"", with: "{\"impu\":\"sip:\(ChainLaboratory.home)\",\"barred\":true}"))
            }
        }
    }

    private static func isRegistered(_ core: ServiceProcess) throws -> Bool {
        try Curl.send("GET", "\(core.admin)/admin/v1/registrations").body.contains(ChainLaboratory.away)
    }

    @Test(.timeLimit(.minutes(2)), arguments: End.allCases) func `a user who is shut out is not registered any more`(end: End) async throws {
        let laboratory = try await ChainLaboratory()
        let registered = try laboratory.register()
        #expect(registered.status == 0, "\(registered.output)")
        #expect(try Self.isRegistered(laboratory.partnerCore))
        try end.happen(laboratory)
        #expect(try await eventually { try !Self.isRegistered(laboratory.partnerCore) }, "\(laboratory.services.map(\.log))")
        #expect(
            await eventually { laboratory.partnerCore.log.contains(#""cause":"\#(end.reason)""#) },
            "each hop passes on why: \(laboratory.partnerCore.log)")
        #expect(try laboratory.register(sqn: "000000001000").status == 3, "nor registered again")
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    @Test(.timeLimit(.minutes(2))) func `a change that shuts nobody out ends no registration`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(try laboratory.register().status == 0)
        try laboratory.provision(primaryRoot: laboratory.primaryMMS.api)
        try Curl.put(
            "\(laboratory.partnerMMS.admin)/admin/v1/bindings/\(ChainLaboratory.away)",
            ChainLaboratory.binding(more: #""notBefore":"2026-01-01T00:00:00Z","#))
        // Another user is shut out and their notice arrives: so everything before it has been looked at.
        for (place, body) in [
            ("\(laboratory.authDB.admin)/admin/v1/subscribers/user2@primary.example", ChainLaboratory.subscriber),
            (
                "\(laboratory.primaryMMS.admin)/admin/v1/migration-authorisations/user2@primary.example/\(ChainLaboratory.partner)",
                #"{"services":["mcptt"],"enabled":true}"#
            ), ("\(laboratory.partnerMMS.admin)/admin/v1/bindings/visitor2@partner.example", ChainLaboratory.binding()),
        ] {
            try Curl.put(
                place, body.replacingOccurrences(of: "user1@", with: "user2@").replacingOccurrences(of: "visitor1@", with: "visitor2@"))
        }
        let isim = laboratory.directory.file("isim-000000000000.json")
        let other = try Command.run(
            ServiceProcess.binaries.appending(path: "mc-ue").path(),
            [
                "register", "--server", laboratory.sip("udp"), "--impi", "visitor2@partner.example", "--impu", "sip:visitor2@partner.example",
                "--isim", isim,
            ])
        #expect(other.status == 0, "\(other.output)")
        #expect(try Curl.send("DELETE", "\(laboratory.authDB.admin)/admin/v1/subscribers/user2@primary.example").status == 204)
        #expect(
            try await eventually {
                try !Curl.send("GET", "\(laboratory.partnerCore.admin)/admin/v1/registrations").body.contains("visitor2@partner.example")
            })
        #expect(try Self.isRegistered(laboratory.partnerCore))
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    @Test(.timeLimit(.minutes(2))) func `a user with a disabled binding can still deregister`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(try laboratory.register().status == 0)
        try End.bindingDisabled.happen(laboratory)
        let ended = try Command.run(
            ServiceProcess.binaries.appending(path: "mc-ue").path(),
            [
                "deregister", "--server", laboratory.sip("udp"), "--impi", ChainLaboratory.away, "--impu", "sip:\(ChainLaboratory.away)", "--isim",
                laboratory.directory.file("isim-000000000000.json"),
            ])
        // Either it ends now, or the notice was faster and there is nothing left to end.
        #expect(ended.status == 0 || ended.output.contains("481"), "\(ended.output)")
        #expect(try !Self.isRegistered(laboratory.partnerCore))
        #expect(laboratory.stop() == [0, 0, 0, 0, 0])
    }

    @Test(.timeLimit(.minutes(2))) func `who is to be told survives a kill of the service that has to tell`() async throws {
        let laboratory = try await ChainLaboratory()
        #expect(try laboratory.register().status == 0)
        // The SIP core cannot hear it now.
        #expect(laboratory.partnerCore.stop() == 0)
        try End.bindingDeleted.happen(laboratory)
        let admin = laboratory.partnerMMS.admin
        #expect(
            try await eventually {
                try Curl.send("GET", "\(admin)/readyz?verbose").body.contains("[!]deregistration-notices warning: 1 notices of users")
            })
        #expect(try Curl.send("GET", "\(admin)/readyz").status == 200, "it is for an operator to look at, and no reason to send nobody here")
        #expect(try Curl.send("GET", "\(admin)/metrics").body.contains("mc_deregistration_notices_pending 1\n"))
        #expect(laboratory.partnerMMS.log.contains("deregistration notice not heard, it is sent again"))
        #expect(!laboratory.partnerMMS.log.contains(ChainLaboratory.away), "no identity is in the log")
        laboratory.partnerMMS.stop(SIGKILL)
        let core = try await ServiceProcess(
            "sip-core-stub",
            ChainLaboratory.core(ChainLaboratory.partner) + [
                "--listen", laboratory.partnerCore.ready.listen, "--sip-listen", "udp:127.0.0.1:0", "--database", "registrations.sqlite",
                "--authentication-source", laboratory.partnerMMS.api,
            ], in: laboratory.directory)
        #expect(try Self.isRegistered(core))
        let again = try await ServiceProcess(
            "partner-mms", ChainLaboratory.system(ChainLaboratory.partner) + ["--database", "partner.sqlite"], in: laboratory.directory)
        #expect(try await eventually { try !Self.isRegistered(core) }, "\(again.log)")
        #expect(await eventually { core.log.contains("deregistered: the user is shut out") && again.log.contains("deregistration notice heard") })
        #expect(try Curl.send("GET", "\(core.admin)/metrics").body.contains("mc_registrations_total{result=\"shut_out\"} 1\n"))
        #expect(
            try await eventually {
                let body = try Curl.send("GET", "\(again.admin)/readyz?verbose").body
                return body.contains("[+]deregistration-notices ok\n")
            })
        #expect(again.stop() == 0 && core.stop() == 0)
        _ = laboratory.stop()
    }
}
