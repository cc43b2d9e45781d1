internal import Nhss

/// Lets the changes of a public identity happen one after the other, in the order in which they came.
///
/// A change is decided on what is registered, is made durable, and only then is registered itself. Others of the same identity wait for their turns
/// in the meantime; those of other identities do not. It belongs to the registrar and runs on its actor.
final class IdentityTurns {
    /// Those who wait, oldest first, for each identity whose turn somebody has.
    private var waiting: [IMPU: [CheckedContinuation<Void, Never>]] = [:]

    init() {}

    /// Returns when nobody else has a turn of these identities. `leave` must follow with the same identities.
    func enter(_ impus: [IMPU]) async {
        // Everybody takes them in the same order, so that no two wait for each other.
        for impu in impus.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) { await enter(impu) }
    }

    func leave(_ impus: [IMPU]) {
        for impu in impus {
            guard var others = waiting[impu], !others.isEmpty else {
                waiting[impu] = nil
                continue
            }
            let next = others.removeFirst()
            waiting[impu] = others
            next.resume()
        }
    }

    private func enter(_ impu: IMPU) async {
        guard waiting[impu] != nil else {
            waiting[impu] = []
            return
        }
        await withCheckedContinuation { waiting[impu]?.append($0) }
    }
}
