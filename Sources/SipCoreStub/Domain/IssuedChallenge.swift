/// The part of a challenge that is sent to the UE (TS 23.280 §10.1.6.2 step 10).
struct IssuedChallenge: Sendable {
    let nonce: [UInt8]
    let callID: [UInt8]
}
