package import Nhss
package import Store

/// Answers only callers of this service's own MC system. Other systems have to ask its migration management server.
package struct OwnSystemOnly: AuthenticationInformationSource {
    private let source: any AuthenticationInformationSource
    private let systemID: SystemID
    private let firstRecord: FirstRecord?

    /// - Parameter firstRecord: of the store that the source answers from; nil where it has none.
    package init(_ source: any AuthenticationInformationSource, systemID: SystemID, firstRecord: FirstRecord? = nil) {
        self.firstRecord = firstRecord
        self.source = source
        self.systemID = systemID
    }

    package func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        guard context.peer == systemID else {
            throw AuthFailure(.requesterNotAuthorised, "\(context.peer?.text ?? "a caller whom nobody vouches for") is not of this system")
        }
        if let firstRecord { try AuthFailure.checkHoldsRecords(firstRecord) }
        return try await source.authenticationInformation(request, in: context)
    }
}
