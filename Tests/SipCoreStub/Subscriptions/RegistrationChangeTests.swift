import Base
import Contracts
import Foundation
import Glibc
import Nhss
import SIP
import Store
import Support
import Testing

@testable import SipCoreStub

/// What subscribers are told when a registration changes, and what becomes of a NOTIFY that fails (RFC 3680 §4.7, RFC 6665 §4.2.2).
@Suite(.serialized) struct RegistrationChangeTests {
    /// A UE that has subscribed, with no pause between two NOTIFY requests unless the test wants one.
    private func subscribed(
        _ transport: String = "UDP", gap: Duration = .zero, _ change: (inout SipCoreLimits) -> Void = { _ in }
    ) async throws -> (ue: SubscriberUE, response: String) {
        var limits = SipCoreLimits()
        limits.notifyGapTime = gap
        change(&limits)
        let ue = try await SubscriberUE.registered(transport, limits)
        let response = try ue.subscribe()
        _ = try ue.notify()
        return (ue, response)
    }

    private func delete(_ ue: SubscriberUE) async throws {
        let user = ue.laboratory.core.user
        #expect(try await ue.laboratory.core.registrar.deregister(user.impu, .unconditional).isDeleted)
    }

    // MARK: The end of a registration

    /// Why the last contact goes, with what the UE is told: the event of the contact and the reason of the end of the subscription.
    enum End: CaseIterable {
        case deletedByOperator, shutOut, expired, deregistered

        var expected: (event: String, reason: String) {
            switch self {
            case .deletedByOperator: ("deactivated", "noresource")
            case .shutOut: ("rejected", "rejected")
            case .expired: ("expired", "noresource")
            case .deregistered: ("unregistered", "noresource")
            }
        }
    }

    @Test(arguments: ["UDP", "TCP"], End.allCases) func `the end of the last contact is told with its reason, and ends the subscription`(
        transport: String, end: End
    ) async throws {
        // The pause between changes does not hold up the end.
        let (ue, response) = try await subscribed(transport, gap: .seconds(3_600))
        let registrar = ue.laboratory.core.registrar
        switch end {
        case .deletedByOperator: try await delete(ue)
        case .shutOut: try await registrar.shutOut(ue.laboratory.core.user.impi, for: .permanentTermination)
        case .expired:
            ue.laboratory.core.clock.advance(.seconds(601))
            await registrar.sweep()
        case .deregistered:
            // The NOTIFY comes before the response or after it.
            _ = try await registrar.register(deregistration(ue))
        }
        let notify = try ue.notify()
        #expect(notify.field("Subscription-State") == "terminated;reason=\(end.expected.reason)")
        let document = try #require(ReginfoReader(notify))
        #expect(document.version == "1" && document.root["state"] == "full")
        #expect(document.summary == ["sip:visitor1@partner.example terminated: terminated \(end.expected.event) \(ue.contact)"])
        #expect(try ue.resubscribe(response).status == 481)
        #expect(try ue.subscribe { $0.callID = "new@ue" }.status == 480)
        #expect(await ue.subscriptionCount() == 0)
    }

    /// The answer of the UE to a challenge, as a deregistration.
    private func deregistration(_ ue: SubscriberUE) async throws -> UERequest {
        let core = ue.laboratory.core
        var request = core.response(to: try await core.challenge(callID: "dereg@ue"))
        request.contacts = .list([SIPContact(SIPAddress(try SIPURI(ue.contact)))])
        request.expires = 0
        return request
    }

    @Test func `all identities of the set end together, in one NOTIFY without those that are barred`() async throws {
        let laboratory = try SIPServerLaboratory()
        laboratory.core.home.associated = [
            AssociatedIdentity(try IMPU("tel:+15550100")), AssociatedIdentity(try IMPU("sip:desk@partner.example"), isBarred: true),
            AssociatedIdentity(laboratory.core.user.impu),
        ]
        let ue = try SubscriberUE(laboratory, to: try await laboratory.listen("udp:127.0.0.1:0"))
        #expect(try ue.register().status == 200)
        #expect(try ue.subscribe().status == 200)
        _ = try ue.notify()
        _ = try await laboratory.core.registrar.deregister(IMPU("sip:desk@partner.example"), .unconditional)
        let notify = try ue.notify()
        #expect(notify.field("Subscription-State") == "terminated;reason=noresource")
        #expect(
            ReginfoReader(notify)?.summary == [
                "tel:+15550100 terminated: terminated deactivated \(ue.contact)",
                "sip:visitor1@partner.example terminated: terminated deactivated \(ue.contact)",
            ])
    }

    @Test func `an identity that leaves the set is told, and those that stay go on`() async throws {
        let (ue, _) = try await {
            let laboratory = try SIPServerLaboratory(noGap)
            laboratory.core.home.associated = [AssociatedIdentity(laboratory.core.user.impu), AssociatedIdentity(try IMPU("tel:+15550100"))]
            let ue = try SubscriberUE(laboratory, to: try await laboratory.listen("udp:127.0.0.1:0"))
            #expect(try ue.register().status == 200)
            #expect(try ue.subscribe().status == 200)
            return (ue, try ue.notify())
        }()
        ue.laboratory.core.home.associated = [
            AssociatedIdentity(ue.laboratory.core.user.impu), AssociatedIdentity(try IMPU("sip:desk@partner.example")),
        ]
        // A vector that was not sent would still tell the former set.
        ue.laboratory.core.clock.advance(.seconds(31))
        let messages = [try refresh(ue)].flatMap { $0 }
        #expect(
            messages.first { $0.hasPrefix("NOTIFY") }.flatMap { ReginfoReader($0) }?.summary == [
                "sip:visitor1@partner.example active: active refreshed \(ue.contact)",
                "sip:desk@partner.example active: active refreshed \(ue.contact)",
                "tel:+15550100 terminated: terminated deactivated \(ue.contact)",
            ])
    }

    private var noGap: SipCoreLimits {
        var limits = SipCoreLimits()
        limits.notifyGapTime = .zero
        return limits
    }

    /// Registers again and answers the NOTIFY that comes with it, before the response or after it.
    private func refresh(_ ue: SubscriberUE, contact: String? = nil, expires: Int = 600) throws -> [String] {
        var messages = [try ue.register(expires: expires, contact: contact)]
        messages.append(try ue.next())
        if let notify = messages.first(where: { $0.hasPrefix("NOTIFY") }) { ue.answer(notify, 200) }
        return messages
    }

    // MARK: Other changes

    @Test(arguments: [600, 60]) func `a refresh is told, also one that asks for less time`(expires: Int) async throws {
        let (ue, _) = try await subscribed()
        let messages = try refresh(ue, expires: expires)
        #expect(messages.contains { $0.status == 200 })
        let notify = try #require(messages.first { $0.hasPrefix("NOTIFY") })
        #expect(notify.field("Subscription-State").hasPrefix("active;expires="))
        let document = try #require(ReginfoReader(notify))
        #expect(document.version == "1" && document.summary == ["sip:visitor1@partner.example active: active refreshed \(ue.contact)"])
        #expect(document.registrations.first?.contacts.first?.attributes["expires"] == "\(expires)")
    }

    @Test func `a contact that another one replaces is unregistered, and the subscription goes on`() async throws {
        let (ue, response) = try await subscribed()
        let messages = try refresh(ue, contact: "sip:visitor1@127.0.0.1:9")
        #expect(
            messages.first { $0.hasPrefix("NOTIFY") }.flatMap { ReginfoReader($0) }?.summary == [
                "sip:visitor1@partner.example active: active registered sip:visitor1@127.0.0.1:9: terminated unregistered \(ue.contact)"
            ])
        #expect(try ue.resubscribe(response).status == 200)
        #expect(ReginfoReader(try ue.notify())?.registrations.first?.contacts.count == 1, "what has gone is told once")
    }

    @Test func `what happens within the pause, or while a NOTIFY is under way, is told together`() async throws {
        let (ue, response) = try await subscribed("TCP", gap: .seconds(3_600))
        for number in 1...3 { #expect(try ue.register(contact: "sip:visitor1@127.0.0.1:\(number)").status == 200) }
        #expect(try await ue.hasNothing())
        #expect(try ue.resubscribe(response).status == 200)
        let notify = try ue.notify(answering: nil)
        let gone = [ue.contact, "sip:visitor1@127.0.0.1:1", "sip:visitor1@127.0.0.1:2"].map { ": terminated unregistered \($0)" }.joined()
        #expect(
            ReginfoReader(notify)?.summary == [
                "sip:visitor1@partner.example active: active registered sip:visitor1@127.0.0.1:3\(gone)"
            ])
        // Now it is under way, and even the end waits for its response.
        try await delete(ue)
        #expect(try await ue.hasNothing())
        ue.answer(notify, 200)
        let last = try ue.notify()
        #expect(last.field("Subscription-State") == "terminated;reason=noresource" && ReginfoReader(last)?.version == "2")
    }

    @Test func `after the pause the change is told`() async throws {
        let (ue, _) = try await subscribed("TCP", gap: .milliseconds(50))
        #expect(try refresh(ue).count == 2)
        #expect(try refresh(ue).contains { $0.hasPrefix("NOTIFY") })
    }

    // MARK: Failures

    @Test(arguments: [300, 404, 405, 408, 481, 489, 500, 503, 603]) func `a NOTIFY that is refused ends the subscription`(status: Int) async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe()
        _ = try ue.notify(answering: status)
        #expect(try ue.resubscribe(response).status == 481)
        #expect(await ue.subscriptionCount() == 0)
        #expect(try ue.register().status == 200)
        #expect(try await ue.hasNothing())
    }

    @Test func `a NOTIFY over UDP is sent again until it is answered`() async throws {
        var limits = SipCoreLimits()
        limits.retransmissionTime = .milliseconds(20)
        let ue = try await SubscriberUE.registered("UDP", limits)
        _ = try ue.subscribe()
        let first = try ue.notify(answering: nil)
        #expect(try ue.next() == first)
        ue.answer(first, 100)
        #expect(try ue.next() == first, "a provisional response does not end it")
        ue.answer(first, 200)
        ue.answer(first, 200)
        var more = try ue.resubscribe(try ue.subscribe { $0.callID = "2" }) { $0.callID = "2" }
        while more == first { more = try ue.next() }
        #expect(more.status == 200 || more.hasPrefix("NOTIFY"))
    }

    @Test(arguments: ["UDP", "TCP"]) func `a NOTIFY that nobody answers ends the subscription`(transport: String) async throws {
        var limits = SipCoreLimits()
        limits.responseTime = .milliseconds(100)
        let ue = try await SubscriberUE.registered(transport, limits)
        let response = try ue.subscribe()
        _ = try ue.notify(answering: nil)
        for _ in 0..<100_000 where await ue.subscriptionCount() > 0 { await Task.yield() }
        #expect(await ue.subscriptionCount() == 0)
        #expect(try ue.resubscribe(response).status == 481)
    }

    @Test func `a response with a branch that nobody was sent changes nothing`() async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe()
        let notify = try ue.notify(answering: nil)
        let branch = notify.field("Via").components(after: "branch=", until: ";")
        #expect(branch.hasPrefix("z9hG4bK") && branch.utf8.count > 15)
        ue.answer(notify.replacingOccurrences(of: branch, with: "z9hG4bKother"), 481)
        ue.answer(notify, 200)
        #expect(try ue.resubscribe(response).status == 200)
    }

    // MARK: The way to the subscriber

    @Test func `Record-Route is the route of NOTIFY requests, and the target is the Contact`() async throws {
        let ue = try await SubscriberUE.registered()
        let lines = "Record-Route: <sip:127.0.0.1:\(ue.socket.port);lr>, <sip:p2.example;lr>\r\nRecord-Route: <sip:p3.example;lr;x=y>\r\n"
        let response = try ue.subscribe {
            $0.contact = "<sip:visitor1@ue.invalid:9>"
            $0.lines = lines
        }
        #expect(response.components(separatedBy: "Record-Route: ").count == 4, "the response copies it")
        let notify = try ue.notify()
        #expect(notify.hasPrefix("NOTIFY sip:visitor1@ue.invalid:9 SIP/2.0\r\n"))
        let routes = notify.components(separatedBy: "\r\n").filter { $0.hasPrefix("Route: ") }
        #expect(
            routes == ["Route: <sip:127.0.0.1:\(ue.socket.port);lr>", "Route: <sip:p2.example;lr>", "Route: <sip:p3.example;lr;x=y>"])
        let refreshed = try ue.resubscribe(response) { $0.contact = "<sip:visitor1@other.invalid>" }
        #expect(refreshed.status == 200 && !refreshed.contains("Record-Route"))
        let next = try ue.notify()
        #expect(next.hasPrefix("NOTIFY sip:visitor1@other.invalid SIP/2.0\r\n"), "a refresh moves the target")
        #expect(next.components(separatedBy: "\r\n").filter { $0.hasPrefix("Route: ") } == routes, "and not the route")
    }

    @Test func `a strict router gets the request itself`() async throws {
        let ue = try await SubscriberUE.registered()
        _ = try ue.subscribe { $0.lines = "Record-Route: <sip:p1.example>, <sip:p2.example;lr>\r\n" }
        let notify = try ue.notify()
        #expect(notify.hasPrefix("NOTIFY sip:p1.example SIP/2.0\r\n"))
        #expect(
            notify.components(separatedBy: "\r\n").filter { $0.hasPrefix("Route: ") } == [
                "Route: <sip:p2.example;lr>", "Route: <\(ue.contact)>",
            ])
    }

    @Test func `over UDP a NOTIFY goes to the Contact at the address of the UE, and nowhere else`() async throws {
        let ue = try await SubscriberUE.registered()
        let port = try await ue.laboratory.listen("udp:127.0.0.1:0")
        _ = try ue.subscribe { $0.contact = "<sip:visitor1@192.0.2.7:5062>" }
        #expect(try ue.notify().hasPrefix("NOTIFY sip:visitor1@192.0.2.7:5062 "), "sent back to where the SUBSCRIBE came from")
        let sender = try SubscriberUE(ue.laboratory, to: port)
        let receiver = try SubscriberUE(ue.laboratory, to: port)
        _ = try sender.subscribe {
            $0.callID = "2"
            $0.contact = "<\(receiver.contact)>"
        }
        #expect(try receiver.notify().hasPrefix("NOTIFY \(receiver.contact) "))
    }

    @Test func `where the connection is closed a NOTIFY goes over a new one to the Contact, and its response comes back there`() async throws {
        let laboratory = try SIPServerLaboratory(noGap)
        let port = try await laboratory.listen("tcp:127.0.0.1:0")
        let ue = try SubscriberUE(laboratory, "TCP", to: port)
        #expect(try ue.register().status == 200)
        let listener = try UESocket(SOCK_STREAM, to: nil)
        _ = try ue.subscribe { $0.contact = "<sip:visitor1@127.0.0.1:\(listener.port);transport=tcp>" }
        _ = try ue.notify()
        ue.socket.close()
        while await laboratory.onLoop({ $0.connectionCount }) > 0 { await Task.yield() }
        try await laboratory.core.registrar.shutOut(laboratory.core.user.impi, for: .permanentTermination)
        let connection = try listener.accept()
        let notify = try connection.receive() ?? ""
        #expect(notify.field("Subscription-State") == "terminated;reason=rejected")
        let copied = ["Via", "From", "To", "Call-ID", "CSeq"].map { "\($0): \(notify.field($0))\r\n" }.joined()
        connection.send("SIP/2.0 200 OK\r\n\(copied)Content-Length: 0\r\n\r\n")
        while await ue.subscriptionCount() > 0 { await Task.yield() }
    }

    @Test(arguments: ["udp:0.0.0.0:0", "udp:[::]:0"]) func `a listener at any address names this core in Via, and the UE answers by what it sees`(
        listener: String
    ) async throws {
        let laboratory = try SIPServerLaboratory()
        let port = try await laboratory.listen(listener)
        let ue = try SubscriberUE(laboratory, to: port)
        #expect(try ue.register().status == 200)
        _ = try ue.subscribe()
        #expect(try ue.notify().field("Via").hasPrefix("SIP/2.0/UDP scscf.partner.example:\(port);branch=z9hG4bK"))
    }
}
