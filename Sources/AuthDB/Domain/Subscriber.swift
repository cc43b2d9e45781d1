internal import AKA
internal import Nhss

/// A subscriber as an operator may see it: without K and OPc.
struct Subscriber: Sendable, Equatable {
    let impi: IMPI
    let impus: [IMPU]
    let algorithm: AuthenticationAlgorithm
    let amf: AMF
    let enabled: Bool
    /// Tells whether two systems hold the same K: 6 hexadecimal digits.
    let keyCheckValue: String
    /// The last sequence number that was spent or provisioned; the next has a higher SEQ.
    let sqn: SQN

    /// With the separation bit set, as most USIMs are tried with (TS 33.102 Annex H). IMS asks for no value.
    static let usualAMF = AMF(value: 0x8000)
}

/// What it takes to make a subscriber's vectors.
struct Credentials: Sendable {
    let key: KeyMaterial
    let amf: AMF
    let enabled: Bool
    var sqn: SQN
}
