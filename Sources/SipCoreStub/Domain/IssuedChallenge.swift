/// The part of a challenge that is sent to the UE (TS 23.280 §10.1.6.2 step 10).
struct IssuedChallenge: Sendable {
    let nonce: [UInt8]
    let callID: [UInt8]
    /// Whether the request answered an earlier challenge of this core to the same user, which has been answered or is too old (RFC 7616 §3.3).
    var isAfterOldNonce = false
}
