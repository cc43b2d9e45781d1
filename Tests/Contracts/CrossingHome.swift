package import Callbacks
package import Nhss

/// A SIP database that shuts the user out while its answer is under way.
package struct CrossingHome: AuthenticationInformationSource {
    private let home: HomeDouble
    private let callbacks: CallbackLedger

    package init(home: HomeDouble, callbacks: CallbackLedger) {
        self.home = home
        self.callbacks = callbacks
    }

    package func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        let answer = try await home.authenticationInformation(request, in: context)
        try? await callbacks.shutOut(request.impi, by: nil, for: .permanentTermination)
        return answer
    }
}
