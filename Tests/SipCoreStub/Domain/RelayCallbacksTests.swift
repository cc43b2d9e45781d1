import Base
import Callbacks
import Contracts
import Nhss
import Store
import Testing

@testable import SipCoreStub

/// The relay between a migration management server and the SIP database.
@Suite struct RelayCallbacksTests {
    let home: HomeDouble
    let store = InMemoryCallbackStore()
    let callbacks: CallbackLedger
    let own: SystemID
    let user: IMPI

    init() throws {
        user = try IMPI("user1@primary.example")
        own = try SystemID("primary.example")
        home = HomeDouble([user: try IMPU("sip:user1@primary.example")])
        callbacks = CallbackLedger(store, now: Timestamp.now)
        callbacks.name("http://127.0.0.1:2/own")
    }

    private func ask(
        _ impi: IMPI, calling uri: String?, _ next: (any AuthenticationInformationSource)? = nil
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let relay = RelayCallbacks(next: next ?? home, callbacks: callbacks, ownSystem: own)
        let question = AuthenticationInformationRequest(impi: impi, cscfServerName: "sip:scscf", deregCallbackUri: uri)
        return try await relay.authenticationInformation(question, in: .test(from: own))
    }

    private func due() async throws -> [String] {
        try await store.lanes(at: .now(), without: [], perAskerMax: 8).map(\.uri)
    }

    @Test func `it names itself to the next hop, and tells whoever asked`() async throws {
        _ = try await ask(user, calling: "http://127.0.0.1:1/asker")
        #expect(home.questions.map(\.deregCallbackUri) == ["http://127.0.0.1:2/own"])
        #expect(try await due().isEmpty)
        try await callbacks.shutOut(user, by: nil, for: .permanentTermination)
        #expect(try await due() == ["http://127.0.0.1:1/asker"])
    }

    @Test func `whoever does not want to be told is not, and the next hop tells nobody`() async throws {
        _ = try await ask(user, calling: nil)
        #expect(home.questions.map(\.deregCallbackUri) == [nil])
        try await callbacks.shutOut(user, by: nil, for: .permanentTermination)
        #expect(try await due().isEmpty)
    }

    @Test func `a refusal leaves nobody to tell`() async throws {
        let stranger = try IMPI("stranger@primary.example")
        await #expect(throws: AuthFailure(.userNotFound, "")) { try await ask(stranger, calling: "http://127.0.0.1:1/asker") }
        try await callbacks.shutOut(stranger, by: nil, for: .permanentTermination)
        #expect(try await due().isEmpty)
    }

    @Test func `an answer that a notice has crossed is not passed on`() async throws {
        let crossing = CrossingHome(home: home, callbacks: callbacks)
        await #expect(throws: AuthFailure(.tooManyRequests, "")) { try await ask(user, calling: "http://127.0.0.1:1/asker", crossing) }
        _ = try await ask(user, calling: "http://127.0.0.1:1/asker")
    }
}
