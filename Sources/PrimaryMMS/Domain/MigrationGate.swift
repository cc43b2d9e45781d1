internal import Base
internal import Callbacks
internal import Chain
internal import Nhss
internal import ServiceKit
internal import Store

/// Lets a partner system have vectors for a user whom this system allows to migrate there, and for nobody else.
///
/// This is the primary's half of the authorisation (TS 22.280 R-6.17.2-001). The partner is the verified caller, never a system that the body
/// names. A partner cannot tell an unknown user from a user who may not migrate, nor from a user whose permission has expired.
///
/// Source: TS 23.280 §10.1.6.2 steps 5 and 7.
struct MigrationGate: AuthenticationInformationSource {
    let authorisations: any AuthorisationStore
    /// The SIP database of this system, or its SIP core that leads to it.
    let sipDatabase: any AuthenticationInformationSource
    let rate: VectorRateLimiter
    let status: AuthenticationStatusRecorder
    /// Of the store of the authorisations.
    let firstRecord: FirstRecord
    let now: @Sendable () -> Timestamp
    let callbacks: CallbackLedger
    let ownSystem: SystemID

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        try AuthFailure.checkHoldsRecords(firstRecord)
        let partner = try await identifiedPartner(context.peer)
        do {
            try rate.admit(partner.systemID, vectorsPerSecondMax: partner.rateLimit, vectors: request.numberOfItems)
            try await checkAuthorised(request.impi, in: partner.systemID)
            let count = try rate.vectors(request.numberOfItems, of: request.impi, in: partner.systemID)
            let notices = request.deregCallbackUri == nil ? nil : callbacks.noticeCount
            let answer = try await ask(count == request.numberOfItems ? request : request.asking(for: count), for: partner.systemID, in: context)
            if let uri = request.deregCallbackUri { try await keep(uri, request.impi, since: notices, in: context) }
            status.note(.vectorsIssued, request.impi, in: partner.systemID, at: now())
            return answer
        } catch {
            status.note(.refused(error), request.impi, in: partner.systemID, at: now())
            throw error
        }
    }

    private func identifiedPartner(_ peer: SystemID?) async throws(AuthFailure) -> PartnerSystem {
        guard let peer else { throw AuthFailure(.requesterNotAuthorised, "nobody vouches for the caller") }
        let found: PartnerSystem?
        do { found = try await authorisations.partnerSystem(certified: peer) } catch { throw AuthFailure(error) }
        guard let partner = found else { throw AuthFailure(.requesterNotAuthorised, "\(peer) is not a partner system") }
        guard partner.enabled else { throw AuthFailure(.requesterNotAuthorised, "the partner system \(peer) is disabled") }
        return partner
    }

    private func checkAuthorised(_ impi: IMPI, in partner: SystemID) async throws(AuthFailure) {
        let found: MigrationAuthorisation?
        do { found = try await authorisations.authorisation(of: impi, in: partner)?.record } catch { throw AuthFailure(error) }
        guard let authorisation = found else {
            throw AuthFailure(.migrationNotAllowed, "the user has no authorisation to migrate to \(partner)")
        }
        guard authorisation.enabled else { throw AuthFailure(.migrationNotAllowed, "the authorisation is disabled") }
        guard authorisation.validity.contains(now()) else { throw AuthFailure(.migrationNotAllowed, "the authorisation is not valid at this time") }
    }

    /// Step 5, and the check of step 6's answer before it becomes step 7's.
    private func ask(
        _ request: AuthenticationInformationRequest, for partner: SystemID, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let callback = request.deregCallbackUri == nil ? nil : await callbacks.ownURI()
        let question = request.renamed(request.impi, request.impu, visiting: partner, calling: callback)
        var answer: AuthenticationInformation
        do { answer = try await sipDatabase.authenticationInformation(question, in: context) } catch { throw MigrationGate.disclosed(error) }
        guard answer.isAbout(question) else {
            throw AuthFailure(.peerInvalid, "the SIP database answered for another user than the one asked for")
        }
        answer.impu = request.impu
        return answer
    }

    /// Remembers that the partner is to be told when the user is shut out, under the name by which it was recognised: that too can be taken away.
    private func keep(_ uri: String, _ impi: IMPI, since notices: UInt64?, in context: CallContext) async throws(AuthFailure) {
        guard let asker = context.peer else { return }
        try await callbacks.keep(Callback(impi: impi, asker: asker, nextImpi: impi, nextSystem: ownSystem, uri: uri), since: notices)
    }

    /// The failure that a partner is told of when the SIP database failed: it does not tell whether the user exists.
    private static func disclosed(_ failure: AuthFailure) -> AuthFailure {
        switch failure.code {
        case .userNotFound, .identitiesDontMatch, .requesterNotAuthorised: AuthFailure(.migrationNotAllowed, "the SIP database said \(failure)")
        default: failure.forwarded()
        }
    }
}
