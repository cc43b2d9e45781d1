/// What of a challenge leaves this system (TS 23.280 §10.1.6.2 step 10).
struct IssuedChallenge: Sendable {
    let nonce: [UInt8]
    let callID: [UInt8]
}
