/// Answers "get SIP authentication information", the one question that every hop of TS 23.280 §10.1.6.2 asks the next.
///
/// Implementations translate identities, authorise, issue vectors, or ask over HTTP. Each answer spends sequence numbers, so that it is not
/// harmless to ask again.
///
///     let question = AuthenticationInformationRequest(
///         impi: try IMPI("visitor1@partner.example"), impu: try IMPU("sip:visitor1@partner.example"), cscfServerName: "sip:scscf.partner.example")
///     let context = CallContext(deadline: .now + .seconds(1), traceParent: TraceParent(random: SpanNumbers.next))
///     let answer = try await source.authenticationInformation(question, in: context)
///     guard answer.isAbout(question) else { … }
///     switch answer.items {
///     case .aka(let vectors): …
///     }
package protocol AuthenticationInformationSource: Sendable {
    /// - Returns: between one and `numberOfItems` items, for the identities of the request.
    /// - Throws: `.userNotFound` only where the user is known not to exist, never where the question could not be asked; see `AuthFailure.Code`.
    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation
}
