internal import Base
internal import Callbacks
internal import Chain
internal import Nhss
internal import NhssHTTP
internal import ServiceKit
internal import Store

/// Asks the primary system's migration management server about the user's primary identities, and answers for the partner identities.
///
/// The partner's half of the authorisation (TS 22.280 R-6.17.2-001) is here: without a binding, with a disabled or expired binding, and with a
/// disabled primary system the procedure ends before anything leaves this system. Neither side sees the other's identities: an answer that does
/// not name exactly the user who was asked for goes no further.
///
/// Source: TS 23.280 §10.1.6.2 steps 3, 4, 8 and 9.
struct IdentityTranslator: AuthenticationInformationSource {
    let bindings: any BindingStore
    /// Gives the source that asks a primary system's migration management server.
    let primary: @Sendable (PrimarySystem) throws(AuthFailure) -> any AuthenticationInformationSource
    let now: @Sendable () -> Timestamp
    /// Called for step 3.
    let onRecognised: ObservedSource.Observer
    /// Called for step 8.
    let onTranslatedBack: ObservedSource.Observer
    let callbacks: CallbackLedger

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let (question, route) = try await recognised(request, in: context)
        let notices = question.deregCallbackUri == nil ? nil : callbacks.noticeCount
        let answer = try await ask(question, route.system, in: context)
        let step = ObservedSource.Question(question, in: context)
        do throws(AuthFailure) {
            let translated = try translateBack(answer, to: question, for: request, along: route.binding)
            if let uri = request.deregCallbackUri { try await keep(uri, question, route, since: notices, for: request, in: context) }
            onTranslatedBack(step.ended())
            return translated
        } catch {
            onTranslatedBack(step.ended(error))
            throw error
        }
    }

    private func recognised(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> (AuthenticationInformationRequest, Route) {
        let step = ObservedSource.Question(request, in: context)
        do throws(AuthFailure) {
            let found = try await recognise(request)
            onRecognised(step.ended())
            return found
        } catch {
            onRecognised(step.ended(error))
            throw error
        }
    }

    /// Step 3: the question about the primary identities, if this system lets the user in.
    private func recognise(_ request: AuthenticationInformationRequest) async throws(AuthFailure) -> (AuthenticationInformationRequest, Route) {
        let found: Route?
        do { found = try await bindings.route(of: request.impi) } catch { throw AuthFailure(error) }
        guard let route = found else { throw AuthFailure(.userNotFound, "no binding has this private identity") }
        let uri = request.deregCallbackUri == nil ? nil : await callbacks.ownURI()
        return (try question(for: request, along: route, calling: uri), route)
    }

    private func question(
        for request: AuthenticationInformationRequest, along route: Route, calling uri: String?
    ) throws(AuthFailure) -> AuthenticationInformationRequest {
        let binding = route.binding
        guard binding.enabled else { throw AuthFailure(.migrationNotAllowed, "the binding is disabled") }
        guard binding.validity.contains(now()) else { throw AuthFailure(.migrationNotAllowed, "the binding is not valid at this time") }
        guard route.system.enabled else { throw AuthFailure(.migrationNotAllowed, "the primary system is disabled") }
        let impu = try request.impu.map { (partner) throws(AuthFailure) in
            guard let primary = binding.primary(of: partner) else {
                throw AuthFailure(.identitiesDontMatch, "the public identity is not one of the binding's")
            }
            return primary
        }
        return request.renamed(binding.primaryImpi, impu, visiting: nil, calling: uri)
    }

    /// Remembers that the SIP core is to be told when the user is shut out, here or by the primary system.
    ///
    /// - Parameter notices: how many of the primary system's had come when it was asked; nil where it was not asked to send any.
    private func keep(
        _ uri: String, _ question: AuthenticationInformationRequest, _ route: Route, since notices: UInt64?,
        for request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) {
        guard let asker = context.peer else { return }
        try await callbacks.keep(
            Callback(impi: request.impi, asker: asker, nextImpi: question.impi, nextSystem: route.system.systemID, uri: uri),
            granting: route.granted, since: notices)
    }

    /// Step 4. Correlation information may name the user as this system does: it is not passed on to the other operator.
    private func ask(
        _ question: AuthenticationInformationRequest, _ system: PrimarySystem, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        do { return try await primary(system).authenticationInformation(question, in: context.withoutCorrelationInfo) } catch {
            throw error.forwarded()
        }
    }

    /// Step 8: the answer for the partner identities, if it is about the user who was asked for.
    private func translateBack(
        _ answer: AuthenticationInformation, to question: AuthenticationInformationRequest, for request: AuthenticationInformationRequest,
        along binding: Binding
    ) throws(AuthFailure) -> AuthenticationInformation {
        guard answer.isAbout(question) else {
            throw AuthFailure(.peerInvalid, "the primary system answered for another user than the one asked for")
        }
        return AuthenticationInformation(
            impi: request.impi, impu: request.impu, associatedIdentities: IdentityTranslator.associated(answer, with: request.impu, in: binding),
            items: answer.items)
    }

    /// The identities of the binding that the primary system registers together with the one asked for, the default one of this system first.
    ///
    /// An identity that this system does not know by a name of its own is left out. One is barred where either system bars it.
    private static func associated(
        _ answer: AuthenticationInformation, with partner: IMPU?, in binding: Binding
    ) -> [AssociatedIdentity] {
        guard let partner else { return [] }
        var associated: [AssociatedIdentity] = []
        associated.reserveCapacity(binding.publicIdentities.count)
        for identity in binding.publicIdentities {
            if answer.associatedIdentities.isEmpty {
                // A primary system that does not say registers the identity alone.
                if identity.partner == partner { associated.append(AssociatedIdentity(partner, isBarred: identity.isBarred)) }
            } else if let primary = answer.associatedIdentities.first(where: { $0.impu == identity.primary }) {
                associated.append(AssociatedIdentity(identity.partner, isBarred: identity.isBarred || primary.isBarred))
            }
        }
        return associated
    }
}
