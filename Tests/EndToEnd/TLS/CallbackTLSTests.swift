import Foundation
import Support
import Testing

/// Who may end whose registration, where everybody has to prove who they are.
@Suite(.serialized, .enabled(if: OpenSSLTool.isInstalled, Comment(rawValue: OpenSSLTool.missing))) struct CallbackTLSTests {
    @Test(.timeLimit(.minutes(2))) func `nobody but the system that let a user in, and the user's own SIP core's, ends a registration`() async throws
    {
        let laboratory = try await CallbackTLSLaboratory()
        for index in 0...1 {
            let command = try laboratory.register(index, sqn: "000000000000")
            #expect(command.status == 0, "\(command.output) \(laboratory.partnerMMS.log)")
        }
        #expect(try laboratory.registered() == [true, true])
        let home = ChainLaboratory.home
        let visitor = CallbackTLSLaboratory.visitors[0]
        let (partner, other) = (try laboratory.identity("partner.example"), try laboratory.identity("other.example"))
        let (primary, second) = (try laboratory.identity("primary.example"), try laboratory.identity("second.example"))

        // Another partner, whom the primary system knows; this partner itself, which only asks there; a stranger without a certificate.
        for (identity, status) in [(other, 403), (partner, 403), (nil, 0)] as [(TLSIdentity?, Int)] {
            #expect(try laboratory.notify(laboratory.servers[0], of: "primary.example", about: home, as: identity) == status)
        }
        // The partner's own services do not speak for a primary system, and whoever the partner does not know says nothing.
        for (identity, status) in [(partner, 403), (other, 0), (nil, 0)] as [(TLSIdentity?, Int)] {
            for impi in [home, visitor] {
                #expect(try laboratory.notify(laboratory.partnerMMS, of: "partner.example", about: impi, as: identity) == status)
            }
        }
        // A primary system reaches no SIP core but through the partner's migration management server.
        for identity in [primary, second, other, nil] {
            for impi in [home, visitor] { #expect(try laboratory.notify(laboratory.core, of: "partner.example", about: impi, as: identity) == 0) }
        }
        // A primary system is heard about its own users alone: the other system's has the same private identity, and the partner's name is not its.
        #expect(try laboratory.notify(laboratory.partnerMMS, of: "partner.example", about: visitor, as: second) == 204)
        #expect(try laboratory.notify(laboratory.partnerMMS, of: "partner.example", about: home, as: second) == 204)
        #expect(try await eventually { try !laboratory.registered()[1] }, "\(laboratory.partnerMMS.log)")
        #expect(try laboratory.registered() == [true, false])

        #expect(try laboratory.notify(laboratory.partnerMMS, of: "partner.example", about: home, as: primary) == 204)
        #expect(try await eventually { try !laboratory.registered()[0] }, "\(laboratory.partnerMMS.log)")
        #expect(laboratory.stop() == [0, 0, 0, 0, 0, 0])
    }

    @Test(.timeLimit(.minutes(2))) func `a user who is shut out at home is deregistered over mutual TLS, one of another home is not`() async throws {
        let laboratory = try await CallbackTLSLaboratory()
        for index in 0...1 { #expect(try laboratory.register(index, sqn: "000000000000").status == 0) }
        try laboratory.authorise(0, false)
        #expect(try await eventually { try laboratory.registered() == [false, true] }, "\(laboratory.servers[0].log)")
        try laboratory.authorise(0, true)
        let again = try laboratory.register(0, sqn: "000000001000")
        #expect(again.status == 0, "\(again.output)")
        try Curl.put(
            "\(laboratory.databases[0].admin)/admin/v1/subscribers/\(ChainLaboratory.home)",
            ChainLaboratory.subscriber.replacingOccurrences(of: #""enabled":true"#, with: #""enabled":false"#))
        #expect(try await eventually { try laboratory.registered() == [false, true] }, "\(laboratory.databases[0].log)")
        #expect(laboratory.stop() == [0, 0, 0, 0, 0, 0])
    }
}
