import Base
import Contracts
import Nhss
import SIP
import Store
import Testing

@testable import SipCoreStub

/// What the registrar tells of users who are watched, and nothing of others.
@Suite struct WatchTests {
    private let address = SIPHost.ipv4([192, 0, 2, 1])

    private func register(_ laboratory: RegistrarLaboratory, contact: String = "sip:visitor1@192.0.2.1", expires: UInt32 = 600) async throws {
        var request = laboratory.response(to: try await laboratory.challenge())
        request.source = SourceAddress(address)
        request.contacts = .list([SIPContact(SIPAddress(try SIPURI(contact)))])
        request.expires = expires
        #expect(await laboratory.registrar.register(request).status == 200)
    }

    private func watcher(_ laboratory: RegistrarLaboratory, from: String? = nil, at host: SIPHost? = nil) throws -> Watcher {
        Watcher(
            impu: laboratory.user.impu, claims: [try SIPURI(from ?? laboratory.user.impu.text)], source: SourceAddress(host ?? address),
            contact: try SIPURI("sip:visitor1@192.0.2.1"))
    }

    /// The answers that are in the mailbox as texts, and the news.
    private func mail(_ laboratory: RegistrarLaboratory) -> [String] {
        laboratory.registrar.mailbox.takeAll().map { item in
            switch item {
            case .answer(let number, .granted(let impi, let view)): "\(number) \(impi.text) \(text(view))"
            case .answer(let number, .notRegistered): "\(number) not registered"
            case .answer(let number, .forbidden): "\(number) forbidden"
            case .news(let news): "\(text(news.view)) - \(news.ended.map { "\($0.contact.contact.uri) \($0.end)" })"
            }
        }
    }

    private func text(_ view: RegistrationView) -> String {
        view.identities.map { identity in "\(identity.impu.text): \(identity.contacts.map { "\($0.contact.uri) \($0.event(at: identity.impu))" })" }
            .joined(separator: ", ")
    }

    private let own = "sip:visitor1@partner.example"

    @Test func `where nobody watches nothing is told`() async throws {
        let laboratory = try RegistrarLaboratory()
        try await register(laboratory)
        await laboratory.registrar.watch(try watcher(laboratory), question: 1, isLasting: false)
        #expect(mail(laboratory) == ["1 visitor1@partner.example \(own): [\"sip:visitor1@192.0.2.1 registered\"]"])
        try await register(laboratory)
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        #expect(mail(laboratory) == [])
    }

    @Test func `the answer comes first, then every change in its order, until nobody watches any more`() async throws {
        let laboratory = try RegistrarLaboratory()
        try await register(laboratory)
        for number in 1...2 { await laboratory.registrar.watch(try watcher(laboratory), question: UInt64(number), isLasting: true) }
        try await register(laboratory)
        try await register(laboratory, contact: "sip:visitor1@192.0.2.9")
        await laboratory.registrar.unwatch(laboratory.user.impu)
        try await register(laboratory, contact: "sip:visitor1@192.0.2.9", expires: 0)
        #expect(
            mail(laboratory) == [
                "1 visitor1@partner.example \(own): [\"sip:visitor1@192.0.2.1 registered\"]",
                "2 visitor1@partner.example \(own): [\"sip:visitor1@192.0.2.1 registered\"]",
                "\(own): [\"sip:visitor1@192.0.2.1 refreshed\"] - []",
                "\(own): [\"sip:visitor1@192.0.2.9 registered\"] - [\"sip:visitor1@192.0.2.1 unregistered\"]",
                "\(own): [] - [\"sip:visitor1@192.0.2.9 unregistered\"]",
            ])
        await laboratory.registrar.unwatch(laboratory.user.impu)
        await laboratory.registrar.unwatch(laboratory.user.impu)
        try await register(laboratory)
        #expect(mail(laboratory) == [])
    }

    @Test func `who may not watch is told nothing later`() async throws {
        let laboratory = try RegistrarLaboratory()
        await laboratory.registrar.watch(try watcher(laboratory), question: 1, isLasting: true)
        await laboratory.registrar.watch(try watcher(laboratory, from: "sip:other@partner.example"), question: 2, isLasting: true)
        try await register(laboratory)
        await laboratory.registrar.watch(try watcher(laboratory, at: .ipv4([192, 0, 2, 2])), question: 3, isLasting: true)
        await laboratory.registrar.watch(try watcher(laboratory, from: "sip:other@partner.example"), question: 4, isLasting: true)
        try await register(laboratory)
        #expect(mail(laboratory) == ["1 not registered", "2 forbidden", "3 forbidden", "4 forbidden"])
    }

    @Test func `a contact whose source nobody knows lets nobody watch`() async throws {
        let laboratory = try RegistrarLaboratory()
        #expect(await laboratory.answer(to: try await laboratory.challenge()).status == 200)
        await laboratory.registrar.watch(try watcher(laboratory), question: 1, isLasting: false)
        #expect(mail(laboratory) == ["1 forbidden"])
    }

    @Test func `after a restart the UE may watch again without a new registration`() async throws {
        let store = InMemoryRegistrationStore()
        try await register(try RegistrarLaboratory(store: store))
        let second = try RegistrarLaboratory(store: store)
        try await second.registrar.restore()
        await second.registrar.watch(try watcher(second), question: 1, isLasting: false)
        #expect(mail(second).first?.hasPrefix("1 visitor1@partner.example \(own): [\"sip:visitor1@192.0.2.1 ") == true)
    }

    @Test(arguments: [(DeregistrationReason.permanentTermination, "rejected"), (.serverChange, "deactivated")])
    func `a notice says whether the UE is to come again`(reason: DeregistrationReason, event: String) async throws {
        let laboratory = try RegistrarLaboratory()
        try await register(laboratory)
        await laboratory.registrar.watch(try watcher(laboratory), question: 1, isLasting: true)
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: reason)
        #expect(mail(laboratory).last == "\(own): [] - [\"sip:visitor1@192.0.2.1 \(event)\"]")
    }

    @Test func `a change that fails is not told`() async throws {
        let store = HeldStore()
        let laboratory = try RegistrarLaboratory(store: store)
        try await register(laboratory)
        await laboratory.registrar.watch(try watcher(laboratory), question: 1, isLasting: true)
        #expect(mail(laboratory).count == 1)
        store.fail(.failed)
        await #expect(throws: StoreFailure.self) { try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination) }
        #expect(mail(laboratory) == [])
        store.fail(nil)
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        #expect(mail(laboratory) == ["\(own): [] - [\"sip:visitor1@192.0.2.1 rejected\"]"])
    }

    @Test func `a contact whose time is over has expired, whatever else ends the registration`() async throws {
        let laboratory = try RegistrarLaboratory()
        try await register(laboratory)
        await laboratory.registrar.watch(try watcher(laboratory), question: 1, isLasting: true)
        laboratory.clock.advance(.seconds(600))
        try await laboratory.registrar.shutOut(laboratory.user.impi, for: .permanentTermination)
        #expect(mail(laboratory).last == "\(own): [] - [\"sip:visitor1@192.0.2.1 expired\"]")
    }
}
