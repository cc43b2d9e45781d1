import Base
import Callbacks
import Contracts
import Nhss
import ServiceKit
import Store

@testable import PrimaryMMS

/// A gate with one partner and one authorisation in memory, and a double for the SIP database.
struct GateLaboratory {
    let user: IMPI
    let userPublic: IMPU
    let partner: SystemID
    let primary: SystemID
    let home: HomeDouble
    let store = InMemoryAuthorisationStore()
    let callbacks = CallbackLedger(InMemoryCallbackStore(), now: Timestamp.now)
    let status: AuthenticationStatusRecorder
    let firstRecord: FirstRecord

    init(
        firstRecord: FirstRecord = FirstRecord(isMissing: false),
        changing change: @escaping @Sendable (AuthenticationInformation) throws(AuthFailure) -> AuthenticationInformation = { $0 }
    ) async throws {
        self.firstRecord = firstRecord
        user = try IMPI("user1@primary.example")
        userPublic = try IMPU("sip:user1@primary.example")
        partner = try SystemID("partner.example")
        primary = try SystemID("primary.example")
        home = HomeDouble([user: userPublic], changing: change)
        status = AuthenticationStatusRecorder(store: store)
        try await setPartner(enabled: true)
        try await authorise()
    }

    func setPartner(enabled: Bool) async throws {
        _ = try await store.put(
            PartnerSystem(systemID: partner, certificateNames: ["mms.partner.example"], rateLimit: nil, enabled: enabled), .unconditional)
    }

    func authorise(enabled: Bool = true, validity: Validity = Validity()) async throws {
        let authorisation = MigrationAuthorisation(impi: user, systemID: partner, services: ["mcptt"], validity: validity, enabled: enabled)
        _ = try await store.put(authorisation, .unconditional)
    }

    func gate(_ rate: VectorRateLimiter = VectorRateLimiter()) -> MigrationGate {
        MigrationGate(
            authorisations: store, sipDatabase: home, rate: rate, status: status, firstRecord: firstRecord,
            now: { Timestamp(rfc3339: "2026-11-23T12:00:00Z") ?? .now() }, callbacks: callbacks, ownSystem: primary)
    }

    var question: AuthenticationInformationRequest {
        AuthenticationInformationRequest(impi: user, impu: userPublic, cscfServerName: "sip:scscf.partner.example")
    }

    var context: CallContext { .test(from: partner) }

    func failure(from peer: SystemID?) async -> AuthFailure? {
        do throws(AuthFailure) {
            _ = try await gate().authenticationInformation(question, in: .test(from: peer))
            return nil
        } catch { return error }
    }
}
