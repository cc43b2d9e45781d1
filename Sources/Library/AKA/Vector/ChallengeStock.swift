package import Vectors

/// Challenges for the next vectors, so that the source need not be asked for each. A challenge is taken out, and so used once.
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
