internal import Base
internal import Nhss
internal import Vectors

/// A challenge that was sent to a UE and waits for its answer.
struct OpenChallenge: Sendable {
    /// The Call-ID of the request that was challenged: the answer has the same (TS 24.229 §5.4.1.2.2).
    let callID: [UInt8]
    /// Where the request came from; nil where nobody knows.
    let source: SourceAddress?
    let trace: TraceParent
    /// How many challenges of the same registration attempt were sent before this one.
    let rechallenges: Int
    let nonce: [UInt8]
    /// Needed for a resynchronisation (TS 33.203 §6.1.3).
    let rand: RAND
    let xres: XRES
    /// When its vector was asked for.
    let asked: Instant
    /// See `FreshVector`.
    var associated: [AssociatedIdentity] = []
}
