package import Vectors

/// Keeps challenges for the next vectors: one call of the source for many costs little more than a call for one.
///
/// A challenge is removed as it is handed out, so that none is used twice.
package struct ChallengeStock: Sendable {
    private let source: any RandomSource
    private var rands: [RAND] = []

    package init(from source: any RandomSource) { self.source = source }

    /// - Throws: `.noRandomness`.
    package mutating func next() throws(AKAError) -> RAND {
        if rands.isEmpty { rands = try source.rands(Limits.challengesAtOnce) }
        guard let rand = rands.popLast() else { throw AKAError(.noRandomness, "the source gives no challenge") }
        return rand
    }
}
