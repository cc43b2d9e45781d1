import Base
package import HTTPKit
package import Store

/// Decides who sent a request as a test says: after waiting, or with a refusal.
package final class AdministratorDouble: CallerIdentification {
    private struct State {
        var asked = 0
        var isHeld: Bool
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let verdict: Result<Author, Problem>
    private let state: Guarded<State>

    /// - Parameter isHeld: whether nobody is told anything before `release`.
    package init(_ author: Author = .tester, isHeld: Bool = false) {
        verdict = .success(author)
        state = Guarded(State(isHeld: isHeld))
    }

    package init(refusing status: Status) {
        verdict = .failure(Problem(status, detail: "not you"))
        state = Guarded(State(isHeld: false))
    }

    /// How often it was asked.
    package var asked: Int { state.withLock { $0.asked } }

    package func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    package func caller(of request: Request) async throws(Problem) -> Author {
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                state.asked += 1
                if state.isHeld { state.waiting.append(continuation) }
                return !state.isHeld
            }
            if mayGoOn { continuation.resume() }
        }
        return try verdict.get()
    }
}
