import Base
import Nhss

/// A source whose questions wait until the test lets them go on.
final class HeldSource: AuthenticationInformationSource {
    private struct State {
        var isHolding: Bool
        var held: [CheckedContinuation<Void, Never>] = []
        var questions: [AuthenticationInformationRequest] = []
    }

    private let next: any AuthenticationInformationSource
    private let state: Guarded<State>

    init(_ next: any AuthenticationInformationSource, isHolding: Bool = false) {
        self.next = next
        state = Guarded(State(isHolding: isHolding))
    }

    var questions: [AuthenticationInformationRequest] { state.withLock { $0.questions } }
    var heldCount: Int { state.withLock { $0.held.count } }

    func hold() { state.withLock { $0.isHolding = true } }

    /// Lets all questions go on, those to come too.
    func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func authenticationInformation(
        _ request: AuthenticationInformationRequest, in context: CallContext
    ) async throws(AuthFailure) -> AuthenticationInformation {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                state.questions.append(request)
                if state.isHolding { state.held.append(continuation) }
                return state.isHolding
            }
            if !isHeld { continuation.resume() }
        }
        return try await next.authenticationInformation(request, in: context)
    }
}
