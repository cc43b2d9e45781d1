internal import AKA
internal import Nhss

/// A subscriber as an operator may see it: without K and OPc.
struct Subscriber: Sendable, Equatable {
    let impi: IMPI
    let impus: [IMPU]
    let algorithm: AuthenticationAlgorithm
    let amf: AMF
    let enabled: Bool
    /// Six hexadecimal digits that are equal where two systems hold the same K.
    let keyCheckValue: String
    /// The last sequence number that was spent or provisioned; the next has a higher SEQ.
    let sqn: SQN
    /// The barred public identities: they are registered together with the others and never published (TS 23.228 §4.3.3.4).
    var barredImpus: Set<IMPU> = []

    /// The separation bit alone, with which most USIMs are tested (TS 33.102 Annex H). IMS prescribes no value.
    static let usualAMF = AMF(value: 0x8000)
}

/// Everything that a subscriber's vectors are made of.
struct Credentials: Sendable {
    let key: KeyMaterial
    let amf: AMF
    let enabled: Bool
    var sqn: SQN
}
