internal import Base

/// Carries what the registrar tells about users who are watched to the part that tells subscribers, in the order in which the registrar knew it.
///
/// The answer to the question to watch somebody goes the same way. So whoever watches begins with a view and misses no change after it.
final class RegistrationMailbox: Sendable {
    enum Item: Sendable {
        /// The answer to the question with this number.
        case answer(UInt64, WatchAnswer)
        case news(RegistrationNews)
    }

    private struct State {
        var items: [Item] = []
        var wake: (@Sendable () -> Void)?
    }

    private let state = Guarded(State())

    /// - Parameter wake: called when there is something after there was nothing, on any thread.
    func connect(_ wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    func post(_ item: Item) {
        let wake = state.withLock { state in
            state.items.append(item)
            return state.items.count == 1 ? state.wake : nil
        }
        wake?()
    }

    /// Everything that has been posted and not been taken, oldest first.
    func takeAll() -> [Item] {
        state.withLock { state in
            defer { state.items = [] }
            return state.items
        }
    }
}
