import Base
import Store

@testable import SipCoreStub

/// A store whose changes wait until the test lets them go on, or fail.
final class HeldStore: RegistrationStore {
    private struct State {
        var isHeld = false
        var failure: StoreFailure.Code?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    let kept = InMemoryRegistrationStore()
    private let state = Guarded(State())

    var waitingCount: Int { state.withLock { $0.waiting.count } }
    func hold() { state.withLock { $0.isHeld = true } }
    func fail(_ code: StoreFailure.Code?) { state.withLock { $0.failure = code } }

    func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func registrations(after cursor: String, limit: Int) async throws(StoreFailure) -> [Registration] {
        try await kept.registrations(after: cursor, limit: limit)
    }

    func make(_ changes: [RegistrationChange]) async throws(StoreFailure) {
        if state.withLock({ $0.isHeld }) { await withCheckedContinuation { continuation in state.withLock { $0.waiting.append(continuation) } } }
        if let code = state.withLock({ $0.failure }) { throw StoreFailure(code, "as the test wants it") }
        try await kept.make(changes)
    }
}
