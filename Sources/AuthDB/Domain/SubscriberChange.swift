internal import AKA
internal import Base
internal import Nhss
internal import ServiceKit
internal import Store

/// The subscriber that a PUT asks for. Each member has been checked by itself.
struct SubscriberChange: Sendable {
    struct Keys: Sendable {
        let material: KeyMaterial
        let keyCheckValue: String
    }

    /// The read-only members, which may be put back as they were read.
    struct ReadBack: Sendable {
        var keyCheckValue: String?
        var currentSQN: SQN?
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
    }

    let impi: IMPI
    let impus: [IMPU]
    let algorithm: AuthenticationAlgorithm
    let amf: AMF
    let enabled: Bool
    /// Nil keeps the keys there are.
    let keys: Keys?
    /// Nil keeps the sequence number there is.
    let sqn: SQN?
    let readBack: ReadBack
    /// Whether an identity is to be barred; one that is not named here stays as it is, and a new one is not barred.
    var barred: [IMPU: Bool] = [:]

    /// Why a change that is right by itself does not fit the subscriber that is there.
    struct Refusal: Error, Sendable, Equatable {
        let param: String
        let reason: String
        /// Whether the request is in order and only contradicts the subscriber that is there.
        let isConflict: Bool

        init(_ param: String, _ reason: String, isConflict: Bool = false) {
            self.param = param
            self.reason = reason
            self.isConflict = isConflict
        }
    }

    /// The subscriber after the change.
    func subscriber(replacing current: Stored<Subscriber>?) throws(Refusal) -> Subscriber {
        guard let keyCheckValue = keys?.keyCheckValue ?? current?.record.keyCheckValue,
            let algorithm = keys?.material.algorithm ?? current?.record.algorithm
        else {
            throw Refusal("/k", "is missing: a new subscriber needs k and opc, or k and op")
        }
        try checkReadBack(current)
        return Subscriber(
            impi: impi, impus: impus, algorithm: algorithm, amf: amf, enabled: enabled, keyCheckValue: keyCheckValue,
            sqn: try sequenceNumber(after: current?.record.sqn),
            barredImpus: Set(impus.filter { barred[$0] ?? current?.record.barredImpus.contains($0) ?? false }))
    }

    /// The number only grows: a smaller one would repeat numbers under one K. A new USIM has accepted nothing, so a new subscriber starts at zero.
    private func sequenceNumber(after current: SQN?) throws(Refusal) -> SQN {
        guard let sqn = sqn ?? current else {
            do { return try SQN(0) } catch { throw Refusal("/sqn", "is missing") }
        }
        guard current.map({ $0.value <= sqn.value }) ?? true else {
            throw Refusal("/sqn", "is lower than the current sequence number", isConflict: true)
        }
        return sqn
    }

    /// The sequence number may have gone on since it was read; the other members may not have.
    private func checkReadBack(_ current: Stored<Subscriber>?) throws(Refusal) {
        if let claimed = readBack.keyCheckValue, claimed != keys?.keyCheckValue, claimed != current?.record.keyCheckValue {
            throw Refusal("/keyCheckValue", keys == nil ? "cannot be changed" : "is not that of k")
        }
        guard let current else { return }
        if let claimed = readBack.currentSQN, claimed.value > current.record.sqn.value {
            throw Refusal("/currentSqn", "cannot be changed: it is higher than the current sequence number")
        }
        if let claimed = readBack.createdAt, claimed != current.stamp.createdAt { throw Refusal("/createdAt", "cannot be changed") }
        if let claimed = readBack.updatedAt, claimed != current.stamp.updatedAt {
            throw Refusal("/updatedAt", "is not that of the subscriber as it is: it was changed in between")
        }
    }
}
