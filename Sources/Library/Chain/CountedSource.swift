internal import Nhss

/// Counts the failures of questions that a service asks on its own account. Those that it asks because it was asked are counted where it answers.
struct CountedSource: AuthenticationInformationSource {
    let source: any AuthenticationInformationSource
    let failures: FailureCounters

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        do throws(AuthFailure) { return try await source.authenticationInformation(request, in: context) } catch {
            failures.count(error)
            throw error
        }
    }
}
