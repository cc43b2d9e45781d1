/// Answers "get SIP authentication information": the one question every hop of TS 23.280 §10.1.6.2 asks the next.
///
/// Implementations translate identities, authorise, issue vectors, or ask over HTTP. Each answer spends sequence numbers, so that
/// asking again is not harmless.
package protocol AuthenticationInformationSource: Sendable {
    /// - Returns: between one and `numberOfItems` vectors, for the identities of the request.
    /// - Throws: why not. `.userNotFound` only where the user is known not to exist, never where nobody could be asked.
    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation
}
