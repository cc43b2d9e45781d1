import Base
import Callbacks
import Contracts
import HTTPKit
import Nhss
import ServiceKit
import Store

@testable import PartnerMMS

/// A translator with one binding in memory, and a double for the primary system.
struct BindingLaboratory {
    let away: IMPI
    let awayPublic: IMPU
    let homeIMPI: IMPI
    let homePublic: IMPU
    let primary: SystemID
    let home: HomeDouble
    let store = InMemoryBindingStore()
    let callbacks = CallbackLedger(InMemoryCallbackStore(), now: Timestamp.now)

    init(
        changing change: @escaping @Sendable (AuthenticationInformation) throws(AuthFailure) -> AuthenticationInformation = { $0 }
    ) async throws {
        away = try IMPI("visitor1@partner.example")
        awayPublic = try IMPU("sip:visitor1@partner.example")
        homeIMPI = try IMPI("user1@primary.example")
        homePublic = try IMPU("sip:user1@primary.example")
        primary = try SystemID("primary.example")
        home = HomeDouble([homeIMPI: homePublic], changing: change)
        _ = try await store.put(PrimarySystem(systemID: primary, apiRoots: ["http://127.0.0.1:1"], enabled: true), .unconditional)
        try await bind()
    }

    func bind(enabled: Bool = true, validity: Validity = Validity()) async throws {
        _ = try await store.put(binding(enabled: enabled, validity: validity), .unconditional)
    }

    func binding(enabled: Bool = true, validity: Validity = Validity()) -> Binding {
        Binding(
            partnerImpi: away, primaryImpi: homeIMPI, primarySystemID: primary,
            publicIdentities: [.init(partner: awayPublic, primary: homePublic)], services: ["mcptt"], validity: validity, enabled: enabled)
    }

    func translator() -> IdentityTranslator {
        let home = home
        return IdentityTranslator(
            bindings: store, primary: { _ in home }, now: { Timestamp(rfc3339: "2026-11-23T12:00:00Z") ?? .now() }, onRecognised: { _ in },
            onTranslatedBack: { _ in }, callbacks: callbacks)
    }

    func question() throws -> AuthenticationInformationRequest {
        AuthenticationInformationRequest(impi: away, impu: awayPublic, cscfServerName: "sip:scscf.partner.example")
    }

    func failure(of question: AuthenticationInformationRequest) async -> AuthFailure? {
        do throws(AuthFailure) {
            _ = try await translator().authenticationInformation(question, in: .test())
            return nil
        } catch { return error }
    }
}
