import Base
import Glibc
import Nhss
import SIP
import Store
import Support
import Testing

@testable import SipCoreStub

/// Subscriptions to registrations and their NOTIFY requests (RFC 6665, RFC 3680, TS 24.229 §5.4.2.1).
@Suite(.serialized) struct SubscriptionTests {
    // MARK: Begin, refresh, end

    @Test(arguments: ["UDP", "TCP"]) func `a SUBSCRIBE is answered, and a NOTIFY tells the whole registration`(transport: String) async throws {
        let ue = try await SubscriberUE.registered(transport)
        let response = try ue.subscribe()
        #expect(response.status == 200 && response.field("Expires") == "600" && response.field("Allow-Events") == "reg")
        #expect(response.field("Contact") == "<sip:scscf.partner.example>" && response.field("To").contains(";tag="))
        let notify = try ue.notify()
        #expect(notify.hasPrefix("NOTIFY \(ue.contact) SIP/2.0\r\n"))
        #expect(notify.field("From") == response.field("To") && notify.field("To") == response.field("From"))
        #expect(notify.field("Call-ID") == "sub@ue" && notify.field("CSeq") == "1 NOTIFY" && notify.field("Event") == "reg")
        #expect(notify.field("Subscription-State") == "active;expires=600" && notify.field("Content-Type") == "application/reginfo+xml")
        #expect(notify.field("Max-Forwards") == "70" && notify.field("Contact") == "<sip:scscf.partner.example>")
        #expect(notify.field("Via").hasPrefix("SIP/2.0/\(transport) 127.0.0.1:"))
        let document = try #require(ReginfoReader(notify))
        #expect(document.version == "0" && document.root["state"] == "full")
        #expect(document.summary == ["sip:visitor1@partner.example active: active registered \(ue.contact)"])
        #expect(document.registrations.first?.contacts.first?.attributes["expires"] == "600")
    }

    @Test(arguments: [(nil, 3_761), ("60", 60), ("600000", 7_200), ("99999999999", 3_600)] as [(String?, Int)])
    func `a subscription lasts as long as was asked, up to a bound`(asked: String?, granted: Int) async throws {
        let ue = try await SubscriberUE.registered()
        #expect(try ue.subscribe { $0.expires = asked }.field("Expires") == "\(granted)")
        #expect(try ue.notify().field("Subscription-State") == "active;expires=\(granted)")
    }

    @Test func `a refresh is answered within the dialog, and told the whole again`() async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe { $0.event = "reg;id=a7" }
        #expect(try ue.notify().field("Event") == "reg;id=a7")
        let refreshed = try ue.resubscribe(response) {
            $0.expires = "900"
            $0.event = "reg;id=a7"
        }
        #expect(refreshed.status == 200 && refreshed.field("To") == response.field("To") && refreshed.field("Expires") == "900")
        let notify = try ue.notify()
        #expect(notify.field("CSeq") == "2 NOTIFY" && notify.field("Subscription-State") == "active;expires=900")
        #expect(ReginfoReader(notify)?.version == "1")
        #expect(await ue.subscriptionCount() == 1)
    }

    @Test func `a refresh with Expires 0 ends it, and the last NOTIFY says so`() async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe()
        _ = try ue.notify()
        let ended = try ue.resubscribe(response) { $0.expires = "0" }
        #expect(ended.status == 200 && ended.field("Expires") == "0")
        let notify = try ue.notify()
        #expect(notify.field("Subscription-State") == "terminated;reason=timeout")
        #expect(ReginfoReader(notify)?.registrations.first?.state == "active")
        #expect(try ue.resubscribe(response, cSeq: 3).status == 481)
        #expect(await ue.subscriptionCount() == 0)
    }

    @Test func `Expires 0 in the first SUBSCRIBE asks once`() async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe { $0.expires = "0" }
        #expect(response.status == 200 && response.field("Expires") == "0")
        #expect(try ue.notify().field("Subscription-State") == "terminated;reason=timeout")
        #expect(try ue.resubscribe(response).status == 481)
        #expect(try ue.register().status == 200)
        #expect(try await ue.hasNothing())
    }

    @Test func `a subscription whose time is over ends, and says so`() async throws {
        var limits = SipCoreLimits()
        limits.subscriptionExpiresMax = 1
        limits.connectionSweepTime = .milliseconds(20)
        let ue = try await SubscriberUE.registered("UDP", limits)
        let response = try ue.subscribe()
        #expect(try ue.notify().field("Subscription-State") == "active;expires=1")
        #expect(try ue.notify().field("Subscription-State") == "terminated;reason=timeout")
        #expect(try ue.resubscribe(response).status == 481)
    }

    @Test func `a SUBSCRIBE that is sent again gets the same answer and makes no other subscription`() async throws {
        let ue = try await SubscriberUE.registered()
        let text = ue.subscribeText { $0.branch = "same" }
        ue.send(text)
        let response = try ue.next()
        _ = try ue.notify()
        ue.send(text)
        #expect(try ue.next() == response)
        #expect(try await ue.hasNothing())
        #expect(await ue.subscriptionCount() == 1)
    }

    // MARK: Refusals

    @Test(arguments: ["reg;id=x", "presence"]) func `another Event within the dialog is no subscription`(event: String) async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe()
        _ = try ue.notify()
        #expect(try ue.resubscribe(response) { $0.event = event }.status == (event == "presence" ? 489 : 481))
    }

    @Test func `a dialog that is not there is 481: another tag, Call-ID, or one of before a restart`() async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe()
        _ = try ue.notify()
        #expect(try ue.resubscribe(response) { $0.to = "<sip:visitor1@partner.example>;tag=other" }.status == 481)
        #expect(try ue.resubscribe(response) { $0.from = "<sip:visitor1@partner.example>;tag=other" }.status == 481)
        #expect(try ue.resubscribe(response) { $0.callID = "other@ue" }.status == 481)
        let other = try await SubscriberUE.registered()
        #expect(try other.resubscribe(response).status == 481)
        #expect(try ue.resubscribe(response).status == 200, "and the subscription stays")
    }

    @Test(arguments: [1, 0]) func `a request of a dialog that is older than another one is 500`(cSeq: Int) async throws {
        let ue = try await SubscriberUE.registered()
        let response = try ue.subscribe()
        _ = try ue.notify()
        #expect(try ue.resubscribe(response, cSeq: cSeq).status == 500)
        #expect(try ue.resubscribe(response, cSeq: 7).status == 200)
    }

    @Test func `the user who is not registered is 480, and anybody else learns nothing of that`() async throws {
        let laboratory = try SIPServerLaboratory()
        let ue = try SubscriberUE(laboratory, to: try await laboratory.listen("udp:127.0.0.1:0"))
        #expect(try ue.subscribe().status == 480)
        #expect(try ue.subscribe { $0.from = "<sip:other@partner.example>;tag=1" }.status == 403)
        #expect(try ue.subscribe { $0.lines = "P-Asserted-Identity: <sip:other@partner.example>\r\n" }.status == 403)
    }

    @Test(arguments: [
        "<sip:other@partner.example>;tag=1", "<sip:visitor1@elsewhere.example>;tag=1", "<sip:partner.example>;tag=1", "<tel:+15550199>;tag=1",
        "\"visitor1\" <sip:anonymous@anonymous.invalid>;tag=1", "<sip:visitor1@partner.example:5060>;tag=1",
    ]) func `anybody else is 403`(from: String) async throws {
        let ue = try await SubscriberUE.registered()
        #expect(try ue.subscribe { $0.from = from }.status == 403)
    }

    @Test func `who names the user but is elsewhere is 403`() async throws {
        let ue = try await SubscriberUE.registered("TCP")
        let port = try await ue.laboratory.listen("udp:127.0.0.1:0")
        let stranger = try SubscriberUE(ue.laboratory, at: "127.0.0.2", to: port)
        #expect(try stranger.subscribe().status == 403)
        #expect(try stranger.subscribe { $0.contact = "<\(ue.contact)>" }.status == 403)
        #expect(try stranger.subscribe { $0.lines = "P-Asserted-Identity: <sip:visitor1@partner.example>\r\n" }.status == 403)
        let again = try SubscriberUE(ue.laboratory, to: port)
        #expect(try again.subscribe().status == 200, "another port and transport of the UE's own address")
    }

    @Test(arguments: [
        ("<sip:visitor1@partner.example>", 200), ("<sip:other@partner.example>", 403), ("<sip:visitor1@partner.example>, <tel:+15550199>", 403),
        ("<sip:p1.example>", 403),
    ]) func `P-Asserted-Identity lets nobody in and keeps others out`(value: String, status: Int) async throws {
        let ue = try await SubscriberUE.registered()
        #expect(try ue.subscribe { $0.lines = "P-Asserted-Identity: \(value)\r\n" }.status == status)
    }

    @Test func `the entities in the Path of the registration may watch, from where it came`() async throws {
        let ue = try await SubscriberUE.registered()
        let path = "Path: <sip:term@p1.example;lr>\r\nPath: <sip:[2001:db8::1]:5070;lr>\r\n"
        #expect(try ue.register(callID: "path@ue", path).status == 200)
        for from in ["<sip:p1.example>;tag=2", "<sip:pcscf@P1.example:5060>;tag=3", "<sip:[2001:DB8::1]>;tag=4"] {
            #expect(try ue.subscribe { $0.from = from }.status == 200)
            _ = try ue.notify()
        }
        #expect(try ue.subscribe { $0.from = "<sip:p2.example>;tag=5" }.status == 403)
        let port = try await ue.laboratory.listen("udp:127.0.0.1:0")
        let elsewhere = try SubscriberUE(ue.laboratory, at: "127.0.0.2", to: port)
        #expect(try elsewhere.subscribe { $0.from = "<sip:p1.example>;tag=6" }.status == 403)
    }

    @Test func `a barred identity is neither watched nor shown, and watches nobody`() async throws {
        let laboratory = try SIPServerLaboratory()
        let (own, desk) = (try IMPU("sip:visitor1@partner.example"), try IMPU("sip:desk@partner.example"))
        laboratory.core.home.associated = [
            AssociatedIdentity(own), AssociatedIdentity(desk, isBarred: true), AssociatedIdentity(try IMPU("tel:+15550100")),
        ]
        let ue = try SubscriberUE(laboratory, to: try await laboratory.listen("udp:127.0.0.1:0"))
        #expect(try ue.register().status == 200)
        #expect(try ue.subscribe { $0.uri = desk.text }.status == 403)
        #expect(try ue.subscribe { $0.from = "<\(desk.text)>;tag=2" }.status == 403)
        #expect(try ue.subscribe { $0.from = "<tel:+1-555-0100>;tag=3" }.status == 200)
        let document = try #require(ReginfoReader(try ue.notify()))
        #expect(
            document.summary == [
                "sip:visitor1@partner.example active: active registered \(ue.contact)", "tel:+15550100 active: active created \(ue.contact)",
            ])
    }

    // MARK: Room

    @Test func `a further subscription takes the place of one whose subscriber never answered, then of the oldest`() async throws {
        var limits = SipCoreLimits()
        limits.subscriptionsPerUserMax = 3
        let ue = try await SubscriberUE.registered("UDP", limits)
        var responses: [String] = []
        for number in 1...3 {
            responses.append(try ue.subscribe { $0.callID = "\(number)" })
            _ = try ue.notify(answering: number == 2 ? nil : 200)
        }
        responses.append(try ue.subscribe { $0.callID = "4" })
        #expect(try ue.notify().field("Call-ID") == "4")
        #expect(await ue.subscriptionCount() == 3)
        #expect(try ue.resubscribe(responses[1]) { $0.callID = "2" }.status == 481, "the one that never answered")
        // All have answered now: the oldest is told that it may subscribe anew.
        responses.append(try ue.subscribe { $0.callID = "5" })
        let notifies = [try ue.notify(), try ue.notify()].sorted { $0.field("Call-ID") < $1.field("Call-ID") }
        #expect(notifies.map { $0.field("Call-ID") } == ["1", "5"])
        #expect(notifies[0].field("Subscription-State") == "terminated;reason=deactivated")
        #expect(await eventuallyHas(3, ue))
    }

    private func eventuallyHas(_ count: Int, _ ue: SubscriberUE) async -> Bool {
        for _ in 0..<10_000 {
            if await ue.subscriptionCount() == count { return true }
            await Task.yield()
        }
        return false
    }

    @Test func `where there is no room for any a SUBSCRIBE is 503 with Retry-After`() async throws {
        var limits = SipCoreLimits()
        limits.subscriptionsMax = 1
        let ue = try await SubscriberUE.registered("UDP", limits)
        let first = try ue.subscribe()
        _ = try ue.notify()
        let refused = try ue.subscribe { $0.callID = "other" }
        #expect(refused.status == 503 && refused.field("Retry-After") == "5")
        #expect(try ue.resubscribe(first).status == 200, "and those that are there go on")
    }

    @Test func `where no further NOTIFY may be under way the next one waits`() async throws {
        var limits = SipCoreLimits()
        limits.notifiesInFlightMax = 1
        let ue = try await SubscriberUE.registered("TCP", limits)
        _ = try ue.subscribe { $0.callID = "1" }
        let first = try ue.notify(answering: nil)
        _ = try ue.subscribe { $0.callID = "2" }
        #expect(try await ue.hasNothing())
        ue.answer(first, 200)
        #expect(try ue.notify().field("Call-ID") == "2")
    }

    @Test func `a document that is too long is written without details, and else the subscription ends`() async throws {
        var limits = SipCoreLimits()
        limits.documentBytesMax = 400
        let ue = try await SubscriberUE.registered("UDP", limits)
        #expect(try ue.register(parameters: ";x=\"\(String(repeating: "&", count: 100))\"").status == 200)
        _ = try ue.subscribe()
        #expect(ReginfoReader(try ue.notify())?.registrations.first?.contacts.first?.parameters.isEmpty == true)
        limits.documentBytesMax = 100
        let other = try await SubscriberUE.registered("UDP", limits)
        #expect(try other.subscribe().status == 200)
        #expect(try await other.hasNothing())
        #expect(await other.subscriptionCount() == 0)
    }
}
