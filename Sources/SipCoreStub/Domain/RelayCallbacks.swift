internal import Callbacks
internal import Nhss

/// Names this core to the next hop in the place of the server that asks, and remembers whom to tell.
struct RelayCallbacks: AuthenticationInformationSource {
    let next: any AuthenticationInformationSource
    let callbacks: CallbackLedger
    let ownSystem: SystemID

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        guard let uri = request.deregCallbackUri else { return try await next.authenticationInformation(request, in: context) }
        let own = await callbacks.ownURI()
        let notices = callbacks.noticeCount
        let answer = try await next.authenticationInformation(request.calling(own), in: context)
        let asker = context.peer ?? ownSystem
        try await callbacks.keep(Callback(impi: request.impi, asker: asker, nextImpi: request.impi, nextSystem: ownSystem, uri: uri), since: notices)
        return answer
    }
}
